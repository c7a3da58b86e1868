// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A layer in a file: the tensors whose names agree in all but the last part, which PyTorch calls a module.
struct FileLayer: Sendable {
  /// The common part of the names, without the final dot.
  let path: String
  /// The shapes of the tensors by the last part of their names.
  var shapes: [String: [Int]] = [:]

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

  /// Returns whether a layer of a file fits this one. A bias may be missing, and so may the weight of a normalisation
  /// with running statistics, which PyTorch calls `affine=False`. The file's layer may have no other tensors.
  func takes(_ other: FileLayer) -> Bool {
    shapes.allSatisfy { kind, shape in
      other.shapes[kind].map { $0 == shape } ?? (kind == "bias" || (kind == "weight" && other.hasStatistics))
    } && other.shapes.keys.allSatisfy { shapes[$0] != nil }
  }

  /// Whether the layer has the running statistics of a batch normalisation.
  var hasStatistics: Bool { shapes["running_mean"] != nil && shapes["running_var"] != nil }

  /// Divides the name of a tensor into the path of its layer and its name in the layer. The parts of a weight that
  /// PyTorch computes, such as `0.parametrizations.weight.original0`, belong to the layer `0`.
  static func split(_ name: String) -> (path: String, kind: String) {
    guard let dot = name.lastIndex(of: ".") else { return ("", name) }
    let kind = name[name.index(after: dot)...]
    if kind.hasPrefix("original") || kind.hasPrefix("_") || kind == "base" {
      let parts = name.split(separator: ".", omittingEmptySubsequences: false)
      if let place = parts.firstIndex(of: "parametrizations") {
        return (parts[..<place].joined(separator: "."), parts[place...].joined(separator: "."))
      }
    }
    return (String(name[..<dot]), String(kind))
  }

  static func join(_ path: String, _ kind: String) -> String { path.isEmpty ? kind : "\(path).\(kind)" }

  /// The layer as text, for example `1.weight 30 x 64`.
  var text: String {
    let kind = shapes["weight"] == nil ? shapes.keys.min() ?? "weight" : "weight"
    return "\(Self.join(path, kind)) \(Self.text(shapes[kind] ?? []))"
  }

  /// All tensors with their shapes, for example `weight 30 x 64, bias 30`.
  var detail: String {
    let kinds = shapes.sorted { ($0.key == "weight" ? "" : $0.key) < ($1.key == "weight" ? "" : $1.key) }
    return kinds.map { "\($0.key) \(Self.text($0.value))" }.joined(separator: ", ")
  }

  private static func text(_ shape: [Int]) -> String {
    shape.isEmpty ? "scalar" : shape.map(String.init).joined(separator: " x ")
  }

  /// Returns layers as text, for example `1.weight 30 x 64, 3.weight 10 x 30`.
  static func list(_ layers: [FileLayer]) -> String {
    if layers.isEmpty { return "none" }
    let texts = layers.prefix(24).map(\.text)
    return texts.joined(separator: ", ") + (layers.count > 24 ? " and \(layers.count - 24) more" : "")
  }
}
