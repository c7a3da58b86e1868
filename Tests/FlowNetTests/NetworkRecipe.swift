// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import NetworkFixtures

/// Creates networks of random layers, including nested blocks, with four inputs and three outputs.
struct NetworkRecipe {
  private var stream: RandomStream
  private let activations: [String]

  init(_ seed: UInt64, _ activations: [String]) {
    stream = RandomStream(seed: seed, purpose: .data)
    self.activations = activations
  }

  private mutating func layers(_ count: Int, depth: Int) -> [any Layer] { (0..<count).map { _ in layer(depth) } }

  private mutating func layer(_ depth: Int) -> any Layer {
    func width() -> Int { 3 + stream.below(4) }
    let activation = Fixture.activation(activations[stream.below(activations.count)])
    switch stream.below(depth > 0 ? 11 : 9) {
    case 0...2:
      return Dense(
        width(), activation, weights: Fixture.initializer("normal", 0, 0.7),
        bias: Fixture.initializer("normal", 0, 0.3))
    case 3: return BatchNorm()
    case 4: return LayerNorm()
    case 5: return Dropout(0.3)
    case 6: return ActivationLayer(activation)
    case 7: return GroupNorm(1, epsilon: 1e-5)
    case 8:
      // If a relu leaves a single unit, the gradient of its RMS norm is 0 but for rounding.
      return activations.contains("relu") ? LayerNorm() : RMSNorm(epsilon: 1e-5)
    default:
      return Residual(
        layers(1 + stream.below(3), depth: depth - 1), weights: Fixture.initializer("normal", 0, 0.7),
        bias: Fixture.initializer("zeros"), scale: stream.below(2) == 0 ? 1 : 0.5)
    }
  }

  mutating func network(output: String? = nil) throws -> Network {
    let body = layers(3 + stream.below(5), depth: 2)
    let (first, last): ([any Layer], [any Layer]) = (
      [Fixture.dense(5, activations[0])], [Fixture.dense(3, output ?? "identity")]
    )
    return try Fixture.sequence(4, first + body + last, seed: UInt64(stream.below(1000)))
  }
}
