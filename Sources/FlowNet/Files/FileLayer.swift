// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The tensors of a file that have all but the last part of their name in common: a module of PyTorch.
struct FileLayer {
  /// The common part of the names, without the dot.
  let path: String
  /// The shapes of the tensors, by the last part of their names.
  var shapes: [String: [Int]] = [:]

  /// The layers of a file, each of which has a weight. Tensors of integers, such as counters, are left out.
  static func layers(of file: SafetensorsFile) throws(NetworkError) -> [FileLayer] {
    let layers = grouped(file.tensors.filter(\.value.type.isWeight).map { ($0.key, $0.value.shape) })
    try NetworkError.checkStop()
    if let layer = layers.first(where: { $0.shapes["weight"] == nil }), let kind = layer.shapes.keys.min() {
      throw NetworkError(
        "the tensor '\(join(layer.path, kind))' belongs to no layer: there is no "
          + "'\(join(layer.path, "weight"))' beside it",
        hint: "save plain weights: with weight_norm, for instance, after remove_weight_norm")
    }
    return layers
  }

  /// The layers in the order of their names, numbers in them compared as numbers; not all after a request to stop.
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

  /// Whether a layer of a file fills this one: nothing may be missing but a bias, and nothing may be left over.
  func takes(_ other: FileLayer) -> Bool {
    shapes.allSatisfy { kind, shape in other.shapes[kind].map { $0 == shape } ?? (kind == "bias") }
      && other.shapes.keys.allSatisfy { shapes[$0] != nil }
  }

  static func split(_ name: String) -> (path: String, kind: String) {
    guard let dot = name.lastIndex(of: ".") else { return ("", name) }
    return (String(name[..<dot]), String(name[name.index(after: dot)...]))
  }

  static func join(_ path: String, _ kind: String) -> String { path.isEmpty ? kind : "\(path).\(kind)" }

  /// `1.weight 30 x 64`.
  var text: String {
    let shape = shapes["weight"]?.map(String.init).joined(separator: " x ") ?? "nothing"
    return "\(Self.join(path, "weight")) \(shape)"
  }

  /// `1.weight 30 x 64, 3.weight 10 x 30`.
  static func list(_ layers: [FileLayer]) -> String {
    if layers.isEmpty { return "none" }
    let texts = layers.prefix(12).map(\.text)
    return texts.joined(separator: ", ") + (layers.count > 12 ? " and \(layers.count - 12) more" : "")
  }
}
