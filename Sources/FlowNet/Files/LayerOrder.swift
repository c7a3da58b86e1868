// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// An order of a file's layers in which an entry names a layer, or a module whose layers are ordered by numbers.
///
/// In a file with the layers `stem`, `blocks.0`, `blocks.1` and `head`, the entry `blocks` stands for both blocks.
struct LayerOrder {
  /// The layers of the file, sorted by name.
  let file: [FileLayer]
  private let places: [String: Int]
  /// The positions of the layers in each module. Only the outer modules are listed, because a name may have very many
  /// parts.
  private let modules: [String: [Int]]

  init(_ file: [FileLayer]) {
    self.file = file
    places = Dictionary(uniqueKeysWithValues: file.enumerated().map { ($1.path, $0) })
    var modules: [String: [Int]] = [:]
    for (place, layer) in file.enumerated().untilStopped {
      for module in Self.modules(of: layer.path) { modules[module, default: []].append(place) }
    }
    self.modules = modules
  }

  /// Returns the layers that the entries of an order name.
  func layers(_ entries: [String], strays: [String: NetworkError]) throws(NetworkError) -> [FileLayer] {
    var seen: Set<Int> = []
    var layers: [FileLayer] = []
    for entry in entries.untilStopped {
      for place in try places(of: entry, strays) {
        let layer = file[place]
        guard seen.insert(place).inserted else {
          throw NetworkError("order: the layer '\(layer.path)' appears twice")
        }
        layers.append(layer)
      }
    }
    try NetworkError.checkStop()
    return layers
  }

  private func places(of entry: String, _ strays: [String: NetworkError]) throws(NetworkError) -> [Int] {
    if let place = places[entry] { return [place] }
    if let stray = strays[entry] { throw stray }
    if let module = modules[entry] {
      if isNumbered(module) { return module }
      throw NetworkError(
        "order: the names of the layers in '\(entry)' do not show the order in which they are computed",
        hint: "list these layers instead of '\(entry)'", order: module.map { file[$0].path })
    }
    let (path, _) = FileLayer.split(entry)
    if places[path] != nil, path != entry, !path.isEmpty {
      throw NetworkError(
        "order: the file has no layer '\(entry)'", hint: "name the layer without the last part: \"\(path)\"")
    }
    throw NetworkError("order: the file has no layer '\(entry)'", hint: "the file has \(FileLayer.list(file))")
  }

  /// Returns whether numbers in the names of these layers, which are sorted by name, order all of them.
  private func isNumbered(_ places: [Int]) -> Bool {
    let names = places.untilStopped.map { LayerName(file[$0].path) }
    return zip(names, names.dropFirst()).allSatisfy { $0.comesBefore($1) }
  }

  /// Returns the shortest entries that stand for these layers of the file, in this order, or no entries if there would
  /// be too many to type.
  func entries(for layers: [FileLayer]) -> [String] {
    var entries: [String] = []
    let order = layers.compactMap { places[$0.path] }
    var index = 0
    while index < order.count, entries.count <= Self.mostEntries {
      let path = file[order[index]].path
      let module = Self.modules(of: path).first { name in
        guard places[name] == nil, let module = modules[name], module.count > 1, isNumbered(module) else {
          return false
        }
        return order[index...].starts(with: module)
      }
      entries.append(module ?? path)
      index += module.map { modules[$0]?.count ?? 1 } ?? 1
    }
    return entries.count > Self.mostEntries ? [] : entries
  }

  private static let mostEntries = 400

  /// Returns the outer modules of a layer, the outermost first.
  private static func modules(of path: String) -> [String] {
    path.indices.lazy.filter { path[$0] == "." }.prefix(8).map { String(path[..<$0]) }
  }
}
