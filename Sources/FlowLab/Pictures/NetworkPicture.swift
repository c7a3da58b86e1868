// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import FlowRuntime
import FlowTables

/// A picture of a network as a value of the language. Printing it draws it with characters, and saving it writes an SVG.
struct NetworkPicture: DrawnObject {
  let content: LayerDiagram

  init(_ content: LayerDiagram) { self.content = content }

  var typeName: String { "picture" }

  static let fields: [FieldEntry<NetworkPicture>] = [
    FieldEntry("data", "a table of the input and the layers") { .table($0.content.table) },
    FieldEntry("title", "title of the picture, the code that builds the network") { .string($0.content.title) },
  ]

  var portable: Value { .table(content.table) }
  var fileExtensions: [String] { ["svg", "txt"] }

  func svg(width: Double?, height: Double?) -> [UInt8]? { content.svgFile(width: width, height: height) }

  func encoded(as fileExtension: String) -> [UInt8]? { fileExtension == "txt" ? textFile : nil }

  func isEqual(to other: any DomainObject) -> Bool {
    (other as? NetworkPicture).map { $0.content.svgFile() == content.svgFile() } ?? false
  }
}

extension LayerDiagram {
  /// Creates the diagram of a network, with its current weights. Without names, the inputs are numbered.
  init(_ network: Network, title: String, inputNames: [String] = []) {
    var notes: [[String]] = [[]]
    for row in network.architecture.outline {
      if row.layer != nil {
        notes.append([])
      } else if row.activation == nil {
        notes[notes.count - 1].append(row.kind)
      }
    }
    let input = Stage("input", units: network.inputs, notes: notes[0])
    self.init(
      title: title.fitted(Self.longestTitle),
      stages: [input]
        + (1...network.depth).untilStopped.map { number in
          let layer = network.layer(number)
          let units = Stage.drawn(of: layer.outputs)
          let before = number == 1 ? network.inputs : network.layer(number - 1).outputs
          let sources = before == layer.inputs ? Stage.drawn(of: before) : []
          return Stage(
            "layer \(number)", units: layer.outputs, activation: layer.activation.sourceText,
            notes: number < notes.count ? notes[number] : [],
            biases: network.numbers(layer: number, .bias, outputs: units, inputs: [0]) ?? [],
            weights: network.numbers(layer: number, .weight, outputs: units, inputs: sources) ?? [])
        }, inputNames: inputNames)
  }

  /// The largest number of columns of a title; the code of a long sequence of layers is cut.
  private static let longestTitle = 300
}
