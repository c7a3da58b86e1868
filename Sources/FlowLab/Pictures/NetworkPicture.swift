// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import FlowRuntime
import FlowTables

/// A picture of a network as a value of the language. Printing it draws it with characters, and saving it writes an SVG.
struct NetworkPicture: DomainObject {
  let diagram: LayerDiagram

  init(_ diagram: LayerDiagram) { self.diagram = diagram }

  var typeName: String { "picture" }
  var fieldNames: [String] { Self.fields.map(\.name) }
  static let glosses = fields.glosses()

  private static let fields: [FieldEntry<NetworkPicture>] = [
    FieldEntry("data", "a table of the input and the layers") { .table($0.diagram.table) },
    FieldEntry("title", "title of the picture, the code that builds the network") { .string($0.diagram.title) },
  ]

  func field(_ name: String) throws(Complaint) -> Value? { try Self.fields.value(name, of: self) }

  var summary: String { diagram.summary }
  var display: Value { .object(self) }
  var drawing: (any Drawing)? { diagram }
  var portable: Value { .table(diagram.table) }
  var fileExtensions: [String] { ["svg", "txt"] }

  func svg(width: Double?, height: Double?) -> [UInt8]? { diagram.svgFile(width: width, height: height) }

  func encoded(as fileExtension: String) -> [UInt8]? {
    fileExtension == "txt" ? Array(DocumentWriter.text(of: .drawing(diagram), .table).utf8) : nil
  }

  func isEqual(to other: any DomainObject) -> Bool {
    (other as? NetworkPicture).map { $0.diagram.svgFile() == diagram.svgFile() } ?? false
  }
}

extension LayerDiagram {
  /// Creates the diagram of a network, with its current weights.
  init(_ network: Network, title: String) {
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
          // A few units of wide layers are drawn too, but their weights are not worth a copy of a huge matrix.
          let isSmall = layer.inputs * layer.outputs <= Self.mostWeights && network.depth <= Self.mostWeightedLayers
          return Stage(
            "layer \(number)", units: layer.outputs, activation: layer.activation.sourceText,
            notes: number < notes.count ? notes[number] : [],
            biases: isSmall ? network.numbers(layer: number, .bias) ?? [] : [],
            weights: isSmall ? network.numbers(layer: number, .weight) ?? [] : [])
        })
  }

  /// The largest number of columns of a title; the code of a long sequence of layers is cut.
  private static let longestTitle = 300
  /// The largest number of weights of a layer, and the largest number of layers, for which edges are drawn.
  private static let (mostWeights, mostWeightedLayers) = (1 << 20, 256)
}
