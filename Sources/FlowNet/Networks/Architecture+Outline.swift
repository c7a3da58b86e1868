// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A layer in the outline of a network.
public struct LayerOutline: Sendable {
  /// The number of the dense layer, counted from 1 at the input, or nil for other layers.
  public let layer: Int?
  /// The kind of layer, such as `dense` or `batchnorm`. A block has an entry of its own after those of its layers.
  public let kind: String
  /// The activation of a dense or activation layer, or nil for other layers.
  public let activation: Activation?
  public let inputs: Int
  public let outputs: Int
  /// The number of weights, biases, scales and shifts, without those of layers inside a block.
  public let parameters: Int
}

extension Architecture {
  /// All layers in order, including those inside blocks. Their parameter counts add up to that of the network. If a
  /// stop is requested, some layers are missing.
  public var outline: [LayerOutline] {
    var count = 0
    return Self.outline(layers, inputs, &count)
  }

  private static func outline(_ layers: [any Layer], _ inputs: Int, _ count: inout Int) -> [LayerOutline] {
    var lines: [LayerOutline] = []
    var width = inputs
    for layer in layers.untilStopped {
      // `Architecture.init` has checked that the layers fit together.
      var graph = GraphBuilder(input: Shape(units: width))
      let outputs = (try? layer.append(to: &graph, graph.input).shape.units) ?? width
      var parameters = Int(graph.parameterCount)
      let inner = outline(layer.children, width, &count)
      lines += inner
      parameters -= inner.reduce(0) { $0 + $1.parameters }
      // The rows of a block are those of its layers.
      let rows = layer.children.isEmpty ? graph.rows.count : 0
      let isRow = rows > 0
      lines.append(
        LayerOutline(
          layer: isRow ? count + 1 : nil, kind: layer.kind,
          activation: layer.ownActivation ?? (isRow ? .identity : nil),
          inputs: width, outputs: outputs, parameters: parameters))
      count += rows
      width = outputs
    }
    return lines
  }
}
