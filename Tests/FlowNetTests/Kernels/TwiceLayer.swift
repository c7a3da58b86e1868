// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import NetworkFixtures

@testable import FlowNet

/// y = φ(W·φ(W·x + b) + b), with the same W and b. The program has no such layer.
struct TwiceLayer: Layer {
  let activation: Activation
  let weights: Initializer

  var kind: String { "twice" }
  var role: LayerRole { .other }

  func append(to graph: inout GraphBuilder, _ input: Slot) throws(NetworkError) -> Slot {
    let affine = Affine(units: input.shape.units, weights: weights, bias: weights)
    let first = try graph.append(affine, input)
    let parameters = graph.parameters(of: first)
    let inner = try graph.append(ActivationLayer(activation), first)
    let second = try graph.append(affine, reading: NonEmpty(inner), sharing: parameters)
    return try graph.append(ActivationLayer(activation), second)
  }
}
