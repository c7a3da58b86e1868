// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Assigns the layers of a file to the layers of a network.
struct LayerMatch {
  /// The layers of the network, in the order of the forward pass.
  let network: [FileLayer]
  let file: [FileLayer]

  /// Returns the layers of the file in the order of the network. Throws if there is no match or more than one.
  func layers() throws(NetworkError) -> [FileLayer] {
    guard network.count == file.count else { throw mismatch }
    if let namesakes { return try paired(namesakes) }
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

  /// Returns the layers of the file that have the names of the network's layers, or nil if not all of them exist. Their
  /// names may have a prefix in common, such as that of a module around the network.
  private var namesakes: [FileLayer]? {
    let byName = Dictionary(uniqueKeysWithValues: file.map { ($0.path, $0) })
    return sharedPrefixes.lazy.map { prefix in network.compactMap { byName[prefix + $0.path] } }
      .first { $0.count == network.count }
  }

  /// The prefixes that the names of all layers of the file share, up to a dot, the shortest first.
  private var sharedPrefixes: [String] {
    var prefix = file.first?.path[...] ?? ""
    for layer in file.untilStopped where !prefix.isEmpty {
      prefix = prefix.prefix(zip(prefix, layer.path).prefix { $0 == $1 }.count)
    }
    let dots = prefix.indices.lazy.filter { prefix[$0] == "." }.prefix(8)
    return [""] + dots.map { String(prefix[...$0]) }
  }

  /// Returns the order of layers of a file if it is not certain: if it follows from names of layers of equal shapes that
  /// differ in more than one number. For example, `h0.1` comes before `h1.0` in most networks, but not in all.
  /// Otherwise `nil`.
  func assumedOrder(_ layers: [FileLayer]) -> [String]? {
    if namesakes != nil { return nil }
    let isCertain = Dictionary(grouping: layers, by: \.shapes).values.allSatisfy { alike in
      let names = alike.untilStopped.map { LayerName($0.path) }
      return zip(names, names.dropFirst()).allSatisfy { $0.differsInOneNumber(from: $1) }
    }
    return isCertain ? nil : layers.map(\.path)
  }

  /// Returns the layers of the file in a given order, which may leave out some of them if the others fit the network.
  func layers(_ order: [String], strays: [String: NetworkError]) throws(NetworkError) -> [FileLayer] {
    let layers = try LayerOrder(file).layers(order, strays: strays)
    if layers.count < network.count, network.count == file.count {
      let listed = Set(layers.map(\.path))
      let missing = file.filter { !listed.contains($0.path) }
      throw NetworkError(
        "order: \(missing.count == 1 ? "a layer" : "\(missing.count) layers") of the file "
          + "\(missing.count == 1 ? "is" : "are") missing",
        hint: "add " + missing.prefix(12).map { "\"\($0.path)\"" }.joined(separator: ", "))
    }
    guard layers.count == network.count else {
      throw NetworkError(
        "order lists \(layers.count) \(layers.count == 1 ? "layer" : "layers"), but the network has \(network.count)",
        hint: lists)
    }
    return try paired(layers)
  }

  /// Pairs the layers one by one. Throws if their shapes differ.
  private func paired(_ layers: [FileLayer]) throws(NetworkError) -> [FileLayer] {
    if let (place, (own, theirs)) = zip(1..., zip(network, layers)).untilStopped.first(where: { !$1.0.takes($1.1) }) {
      let isBiased = own.shapes["bias"] == nil && theirs.shapes["bias"] != nil
      throw NetworkError(
        "the layers of the file do not match the network: layer '\(theirs.path)' does not fit layer \(place)",
        hint: "the file's layer has \(theirs.detail), the network's \(own.detail); "
          + (isBiased ? "for layers with biases, build the network without bias: false; " : "")
          + "all layers of the file: \(FileLayer.list(layers)); all layers of the network: \(FileLayer.list(network))")
    }
    return layers
  }

  private var mismatch: NetworkError {
    let selection =
      file.count > network.count
      ? "; to load only some layers, list them in the order of the forward pass as order: [...]" : ""
    return NetworkError("the layers of the file do not match the network", hint: lists + selection)
  }

  private var lists: String {
    "the file has \(FileLayer.list(file)); the network has \(FileLayer.list(network))"
  }

  private func ambiguity(_ order: [FileLayer]) -> NetworkError {
    NetworkError(
      "more than one order of the file's layers fits the network",
      hint: "the file has \(FileLayer.list(file)); list its layers in the order of the forward pass",
      order: LayerOrder(file).entries(for: order))
  }
}
