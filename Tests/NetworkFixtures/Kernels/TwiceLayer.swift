// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

@testable import FlowNet

/// y = φ(W·φ(W·x + b) + b), with the same W and b. The program has no such layer.
package struct TwiceLayer: Layer {
  package let activation: Activation
  package let weights: Initializer

  package init(activation: Activation, weights: Initializer) {
    self.activation = activation
    self.weights = weights
  }

  package var kind: String { "twice" }
  package var arguments: [LayerArgument] {
    [LayerArgument("activation", .activation(activation)), LayerArgument("init", .initializer(weights))]
  }
  package func with(activation: Activation) -> any Layer { TwiceLayer(activation: activation, weights: weights) }
  package func with(weights: Initializer?, bias: Initializer?) -> any Layer {
    TwiceLayer(activation: activation, weights: weights ?? self.weights)
  }
  package var sequenceRole: SequenceRole { .other }

  package func append(to graph: inout GraphBuilder, _ input: Slot) throws(NetworkError) -> Slot {
    let affine = Affine(units: input.shape.units, weights: weights, bias: weights)
    let first = try graph.append(affine, input)
    let parameters = graph.parameters(of: first)
    let inner = try graph.append(ActivationLayer(activation), first)
    let second = try graph.append(affine, reading: NonEmpty(inner), sharing: parameters)
    return try graph.append(ActivationLayer(activation), second)
  }
}
