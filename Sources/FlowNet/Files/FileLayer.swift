// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// A layer in a file: the tensors whose names agree in all but the last part, which PyTorch calls a module.
struct FileLayer {
  /// The common part of the names, without the final dot.
  let path: String
  /// The shapes of the tensors by the last part of their names.
  var shapes: [String: [Int]] = [:]

  /// Returns the layers of a file. Integer tensors, such as counters, are ignored. Throws if a layer has no weight, unless
  /// a layer of the network has the same tensors.
  static func layers(of file: SafetensorsFile, for network: [FileLayer] = []) throws(NetworkError) -> [FileLayer] {
    func kinds(_ layer: FileLayer) -> Set<String> { Set(layer.shapes.keys).subtracting(["bias"]) }
    let known = Set(network.map(kinds))
    let layers = grouped(file.tensors.filter(\.value.type.isWeight).map { ($0.key, $0.value.shape) })
    try NetworkError.checkStop()
    if let layer = layers.first(where: { $0.shapes["weight"] == nil && !known.contains(kinds($0)) }),
      let kind = layer.shapes.keys.min()
    {
      throw NetworkError(
        "the tensor '\(join(layer.path, kind))' belongs to no layer: the file has no "
          + "'\(join(layer.path, "weight"))'",
        hint: "save plain weights; for a layer with weight_norm, call remove_weight_norm before saving")
    }
    return layers
  }

  /// Groups tensors into layers and sorts these by name, with numbers in names compared as numbers. The result is
  /// incomplete after a request to stop.
  static func grouped(_ tensors: [(name: String, shape: [Int])]) -> [FileLayer] {
    var layers: [String: FileLayer] = [:]
    for (name, shape) in tensors.untilStopped {
      let (path, kind) = split(name)
      layers[path, default: FileLayer(path: path)].shapes[kind] = shape
    }
    return layers.values.untilStopped.map { (LayerName($0.path), $0) }.sortedUntilStopped {
      $0.0.precedesInText($1.0)
    }.map(\.1)
  }

  /// Returns whether a layer of a file fits this one. Only a bias may be missing, and the file's layer may have no
  /// other tensors.
  func takes(_ other: FileLayer) -> Bool {
    shapes.allSatisfy { kind, shape in other.shapes[kind].map { $0 == shape } ?? (kind == "bias") }
      && other.shapes.keys.allSatisfy { shapes[$0] != nil }
  }

  static func split(_ name: String) -> (path: String, kind: String) {
    guard let dot = name.lastIndex(of: ".") else { return ("", name) }
    return (String(name[..<dot]), String(name[name.index(after: dot)...]))
  }

  static func join(_ path: String, _ kind: String) -> String { path.isEmpty ? kind : "\(path).\(kind)" }

  /// The layer as text, for example `1.weight 30 x 64`.
  var text: String {
    let shape = shapes["weight"]?.map(String.init).joined(separator: " x ") ?? "nothing"
    return "\(Self.join(path, "weight")) \(shape)"
  }

  /// Returns layers as text, for example `1.weight 30 x 64, 3.weight 10 x 30`.
  static func list(_ layers: [FileLayer]) -> String {
    if layers.isEmpty { return "none" }
    let texts = layers.prefix(12).map(\.text)
    return texts.joined(separator: ", ") + (layers.count > 12 ? " and \(layers.count - 12) more" : "")
  }
}
