// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension OptimizerEntry {
  /// Steps scaled by a running mean of the squared gradient.
  static let rmsprop = OptimizerEntry(
    RMSPropRule.self, "rmsprop", "steps scaled by a running mean of the squared gradient",
    "w -= rate*g/(sqrt(v) + eps); Tieleman, Hinton 2012; torch.optim.RMSprop",
    parameters: [
      rateParameter(0.01), RecipeParameter("alpha", 0.99, in: 0...1, "decay rate of the running mean"),
      RecipeParameter("eps", 1e-8, in: .finiteNonnegative, "prevents division by zero"),
    ]
  )
}

/// v ← α·v + (1 − α)·g², w ← w − η·g/(√v + ε).
enum RMSPropRule: UpdateRule {
  struct Coefficients {
    let rate: Double
    /// α, the decay rate of the running mean.
    let decay: Double
    let epsilon: Double
  }

  static var memories: Int { 1 }

  static func coefficients(_ arguments: [Double], step: Int) -> Coefficients {
    Coefficients(rate: arguments[0], decay: arguments[1], epsilon: arguments[2])
  }

  @inline(__always)
  static func updated<V: Lanes>(_ w: V, _ g: V, _ first: inout V, _ second: inout V, _ c: Coefficients) -> V {
    let decay = V.of(c.decay)
    first = decay * first + (.of(1) - decay) * g * g
    return w - V.of(c.rate) * g / (first.squareRoot() + V.of(c.epsilon))
  }
}
