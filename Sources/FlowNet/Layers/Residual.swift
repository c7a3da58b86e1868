// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Adds its input to the output of the layers inside it; He and others 2016.
///
/// If the layers change the number of units, a linear projection is applied to the input before the sum.
/// The projection is not part of the main path, so it has no row in the flow table.
public struct Residual: Layer {
  public let layers: [any Layer]
  /// The initializer of the weights of the projection.
  public let weights: Initializer
  /// The initializer of the biases of the projection, or nil if it has none.
  public let bias: Initializer?
  /// The factor by which the output of the layers is multiplied.
  public let scale: Double

  public init(_ layers: [any Layer], weights: Initializer, bias: Initializer?, scale: Double) {
    self.layers = layers
    self.weights = weights
    self.bias = bias
    self.scale = scale
  }

  public var kind: String { "residual" }

  public var sequenceRole: SequenceRole { .block }
  public var arguments: [LayerArgument] { [LayerArgument("scale", .number(scale))] }
  public var children: [any Layer] { layers }

  public func append(to graph: inout GraphBuilder, _ input: Slot) throws(NetworkError) -> Slot {
    guard !layers.isEmpty else {
      throw NetworkError("residual needs at least one layer", hint: "for example residual(dense(8, relu))")
    }
    return try graph.block { graph, module throws(NetworkError) in
      var branch = try graph.list("body", in: module, layers, input)
      if scale != 1 { branch = try graph.append(Scaling(factor: scale), branch) }
      var shortcut = input
      if branch.shape != input.shape {
        graph.part("projection", in: module)
        shortcut = try graph.append(
          Affine(units: branch.shape.units, weights: weights, bias: bias), input, isOnPath: false)
      }
      return try graph.append(Sum(), reading: NonEmpty(branch, shortcut))
    }
  }

  public func with(children: [any Layer]) -> any Layer {
    Residual(children, weights: weights, bias: bias, scale: scale)
  }

  public func with(branchScale: Double) -> any Layer {
    Residual(
      layers.map { $0.with(branchScale: branchScale) }, weights: weights, bias: bias, scale: branchScale)
  }

  public func with(weights: Initializer?, bias: Initializer?) -> any Layer {
    Residual(
      layers.map { $0.with(weights: weights, bias: bias) }, weights: weights ?? self.weights,
      bias: self.bias.map { bias ?? $0 },
      scale: scale)
  }
}
