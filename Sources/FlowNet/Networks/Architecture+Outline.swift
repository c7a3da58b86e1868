// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// One line of what a network is made of.
public struct LayerOutline: Sendable {
  /// The dense layer, counted from 1 at the input; nil for what is no dense layer.
  public let layer: Int?
  /// Which layer of the language it is, such as `dense` or `batchnorm`; what a block adds is a line of its own.
  public let kind: String
  /// The activation of a dense layer, or the one that stands alone.
  public let activation: Activation?
  /// Units that go in.
  public let inputs: Int
  /// Units that come out.
  public let outputs: Int
  /// Weights, biases, scales and shifts.
  public let parameters: Int
}

extension Architecture {
  /// All layers in order, those of blocks too; their parameters add up to those of the network. Some are missing after a
  /// request to stop.
  public var outline: [LayerOutline] {
    var count = 0
    return Self.outline(layers, inputs, &count)
  }

  private static func outline(_ layers: [any Layer], _ inputs: Int, _ count: inout Int) -> [LayerOutline] {
    var lines: [LayerOutline] = []
    var width = inputs
    for layer in layers.untilStopped {
      // The architecture has checked that the layers fit.
      let outputs = (try? layer.outputs(inputs: width)) ?? width
      var parameters = Int(layer.parameters(inputs: width))
      let inner = outline(layer.children, width, &count)
      lines += inner
      parameters -= inner.reduce(0) { $0 + $1.parameters }
      let isRow = layer.role.isRow
      if isRow { count += 1 }
      lines.append(
        LayerOutline(
          layer: isRow ? count : nil, kind: layer.kind, activation: layer.ownActivation ?? (isRow ? .identity : nil),
          inputs: width, outputs: outputs, parameters: parameters))
      width = outputs
    }
    return lines
  }
}
