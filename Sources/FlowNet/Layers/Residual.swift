// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Adds its input to the output of the layers inside; He and others 2016.
///
/// If the layers change the number of units, a linear projection with a bias is applied to the input before the sum.
/// The projection is not part of the main path, so it has no row in the flow table.
public struct Residual: Layer {
  public let layers: [any Layer]
  /// The initializer of the weights of the projection.
  public let weights: Initializer
  /// The initializer of the biases of the projection, or nil if it has none.
  public let bias: Initializer?
  /// The factor of the layers' output.
  public let scale: Double

  public init(_ layers: [any Layer], weights: Initializer, bias: Initializer?, scale: Double) {
    self.layers = layers
    self.weights = weights
    self.bias = bias
    self.scale = scale
  }

  public var kind: String { "residual" }

  public var role: LayerRole { .block(scale: scale) }
  public var arguments: [LayerArgument] { [LayerArgument("scale", .number(scale))] }
  public var children: [any Layer] { layers }

  public func outputs(inputs: Int) throws(NetworkError) -> Int {
    guard !layers.isEmpty else {
      throw NetworkError("residual needs at least one layer", hint: "for example residual(dense(8, relu))")
    }
    var width = inputs
    for layer in layers { width = try layer.outputs(inputs: width) }
    return width
  }

  /// Returns the number of parameters of the layers inside, and of the projection if there is one.
  public func parameters(inputs: Int) -> Double {
    var sum = 0.0
    var width = inputs
    for layer in layers {
      sum += layer.parameters(inputs: width)
      width = (try? layer.outputs(inputs: width)) ?? width
    }
    return width == inputs ? sum : sum + (Double(inputs) + (bias == nil ? 0 : 1)) * Double(width)
  }

  public func build<E: Element>(inputs: Int, into builder: NetworkBuilder<E>) {
    builder.block { module in
      let input = builder.current
      builder.list("body", in: module) { builder.build(layers) }
      let outputs = builder.width
      if scale != 1 { builder.append(Scaling<E>(by: scale, units: outputs)) }
      let branch = builder.current
      builder.current = input
      if outputs != inputs {
        let projection = Dense(outputs, weights: weights, bias: bias)
        builder.part("projection", in: module) {
          builder.append(DenseOperation<E>(inputs: inputs, projection, layer: nil, builder), isOnPath: false)
        }
      }
      builder.append(Sum<E>(units: outputs), reading: Positions(branch, builder.current))
    }
  }

  public func with(children: [any Layer]) -> any Layer {
    Residual(children, weights: weights, bias: bias, scale: scale)
  }

  public func with(weights: Initializer?, bias: Initializer?) -> any Layer {
    Residual(
      layers.map { $0.with(weights: weights, bias: bias) }, weights: weights ?? self.weights,
      bias: self.bias.map { bias ?? $0 },
      scale: scale)
  }
}
