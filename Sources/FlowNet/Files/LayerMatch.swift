// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Assigns the layers of a file to the layers of a network.
struct LayerMatch {
  /// The layers of the network, in the order of the forward pass.
  let network: [FileLayer]
  let file: [FileLayer]

  /// Returns the name in the file of each layer of the network. Throws if there is no match or more than one.
  func prefixes() throws(NetworkError) -> [String: String] {
    guard network.count == file.count else { throw mismatch }
    let byName = Dictionary(uniqueKeysWithValues: file.map { ($0.path, $0) })
    let namesakes = network.compactMap { byName[$0.path] }
    if namesakes.count == network.count { return try paired(namesakes) }
    let names = file.untilStopped.map { LayerName($0.path) }
    // The layers are sorted, so their names order all of them if they order all neighbours.
    if zip(names, names.dropFirst()).allSatisfy({ $0.comesBefore($1) }) { return try paired(file) }
    // A search through all orders would take too long if a layer fits nowhere.
    guard network.allSatisfy({ layer in file.untilStopped.contains(where: layer.takes) }),
      file.allSatisfy({ layer in network.untilStopped.contains { $0.takes(layer) } })
    else { throw mismatch }
    guard file.count <= OrderSearch.limit else { throw ambiguity(file) }
    var search = OrderSearch(network: network, file: file, names: names)
    search.run()
    guard let first = search.found.first else {
      throw search.isComplete ? mismatch : ambiguity(file)
    }
    let order = first.map { file[$0] }
    guard search.found.count == 1, search.isComplete else { throw ambiguity(order) }
    return try paired(order)
  }

  /// The order that `prefixes()` derives from the names of the file's layers, if it is not certain: if names of layers
  /// of equal shapes differ in more than one number. For example, `h0.1` comes before `h1.0` in most networks, but not
  /// in all. Otherwise `nil`.
  var assumedOrder: [String]? {
    let paths = Set(file.map(\.path))
    if network.allSatisfy({ paths.contains($0.path) }) { return nil }
    let isCertain = Dictionary(grouping: file, by: \.shapes).values.allSatisfy { alike in
      let names = alike.untilStopped.map { LayerName($0.path) }
      return zip(names, names.dropFirst()).allSatisfy { $0.differsInOneNumber(from: $1) }
    }
    return isCertain ? nil : file.map(\.path)
  }

  /// Returns the name in the file of each layer of the network, for a given order of the file's layers.
  func prefixes(_ order: [String]) throws(NetworkError) -> [String: String] {
    let byName = Dictionary(uniqueKeysWithValues: file.map { ($0.path, $0) })
    var seen: Set<String> = []
    var layers: [FileLayer] = []
    for name in order {
      guard let layer = byName[name] else {
        throw NetworkError("order: the file has no layer '\(name)'", hint: "the file has \(FileLayer.list(file))")
      }
      guard seen.insert(name).inserted else { throw NetworkError("order: the layer '\(name)' appears twice") }
      layers.append(layer)
    }
    let missing = file.filter { !seen.contains($0.path) }
    guard missing.isEmpty else {
      throw NetworkError(
        "order: \(missing.count == 1 ? "a layer" : "\(missing.count) layers") of the file "
          + "\(missing.count == 1 ? "is" : "are") missing",
        hint: "add " + missing.prefix(12).map { "\"\($0.path)\"" }.joined(separator: ", "))
    }
    guard layers.count == network.count else { throw mismatch }
    return try paired(layers)
  }

  /// Pairs the layers one by one. Throws if their shapes differ.
  private func paired(_ layers: [FileLayer]) throws(NetworkError) -> [String: String] {
    if let (place, (own, theirs)) = zip(1..., zip(network, layers)).untilStopped.first(where: { !$1.0.takes($1.1) }) {
      throw NetworkError(
        "the layers of the file do not match the network: layer '\(theirs.path)' does not fit layer \(place)",
        hint: "the file's layer has \(theirs.detail), the network's \(own.detail); all layers of the file: "
          + "\(FileLayer.list(layers)); all layers of the network: \(FileLayer.list(network))")
    }
    return Dictionary(uniqueKeysWithValues: zip(network.map(\.path), layers.map(\.path)))
  }

  private var mismatch: NetworkError {
    NetworkError(
      "the layers of the file do not match the network",
      hint: "the file has \(FileLayer.list(file)); the network has \(FileLayer.list(network))")
  }

  private func ambiguity(_ order: [FileLayer]) -> NetworkError {
    let names = order.prefix(40).map { "\"\($0.path)\"" }.joined(separator: ", ")
    return NetworkError(
      "more than one order of the file's layers fits the network",
      hint: "the file has \(FileLayer.list(file)); list them in the order of the forward pass, for example order: "
        + "[\(names)\(order.count > 40 ? ", ..." : "")]")
  }
}

extension FileLayer {
  /// All tensors with their shapes, for example `weight 30 x 64, bias 30`.
  fileprivate var detail: String {
    let kinds = shapes.sorted { ($0.key == "weight" ? "" : $0.key) < ($1.key == "weight" ? "" : $1.key) }
    return kinds.map { "\($0.key) \($0.value.map(String.init).joined(separator: " x "))" }.joined(separator: ", ")
  }
}

/// A search for orders of a file's layers that fit a network. It ends when it has found two.
private struct OrderSearch {
  /// The largest number of layers for which a search is attempted.
  static let limit = 400

  private(set) var found: [[Int]] = []
  /// Whether the search did not give up: it tried every order or found two.
  var isComplete: Bool { steps < Self.patience }

  private let fits: [[Int]]
  /// For each layer of the file, the layers that come before it.
  private let predecessors: [Set<Int>]
  private var order: [Int] = []
  private var used: Set<Int> = []
  private var steps = 0
  private let stop = StopToken.current

  /// The number of steps after which the search gives up.
  private static let patience = 100_000

  init(network: [FileLayer], file: [FileLayer], names: [LayerName]) {
    fits = network.map { layer in file.indices.filter { layer.takes(file[$0]) } }
    predecessors = names.map { name in Set(names.indices.filter { names[$0].comesBefore(name) }) }
  }

  mutating func run() {
    guard order.count < fits.count else { return found.append(order) }
    for candidate in fits[order.count] {
      guard found.count < 2, isComplete, !stop.isRequested else { return }
      steps += 1
      guard !used.contains(candidate), predecessors[candidate].isSubset(of: used) else { continue }
      order.append(candidate)
      used.insert(candidate)
      run()
      order.removeLast()
      used.remove(candidate)
    }
  }
}
