// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A layer that computes φ(W·x + b) with an activation φ.
public struct Dense: Layer {
  public let units: Int
  /// The activation φ, which may be the identity.
  public let activation: Activation
  /// The initializer of the weights.
  public let weights: Initializer
  /// The initializer of the biases, or nil for a layer without biases.
  public let bias: Initializer?

  public init(_ units: Int, _ activation: Activation = .identity, weights: Initializer, bias: Initializer?) {
    self.units = units
    self.activation = activation
    self.weights = weights
    self.bias = bias
  }

  public var kind: String { "dense" }

  public var sequenceRole: SequenceRole { .row }
  /// The activation, or nil if it is the identity, which needs no operation.
  public var ownActivation: Activation? { activation == .identity ? nil : activation }

  public var arguments: [LayerArgument] {
    [
      LayerArgument("units", .number(Double(units))), LayerArgument("activation", .activation(activation)),
      LayerArgument("init", .initializer(weights)),
      LayerArgument("bias", bias.map { .initializer($0) } ?? .boolean(false)),
    ]
  }

  public func append(to graph: inout GraphBuilder, _ input: Slot) throws(NetworkError) -> Slot {
    let output = try graph.append(Affine(units: units, weights: weights, bias: bias), input)
    return try ownActivation.map { own throws(NetworkError) in try graph.append(ActivationLayer(own), output) }
      ?? output
  }

  public func with(activation: Activation) -> any Layer {
    ownActivation == nil ? self : Dense(units, activation, weights: weights, bias: bias)
  }

  public func with(weights: Initializer?, bias: Initializer?) -> any Layer {
    Dense(units, activation, weights: weights ?? self.weights, bias: self.bias.map { bias ?? $0 })
  }

  public func inserting(_ layer: any Layer) -> [any Layer] {
    [Dense(units, weights: weights, bias: bias), layer] + (ownActivation.map { [ActivationLayer($0)] } ?? [])
  }
}
