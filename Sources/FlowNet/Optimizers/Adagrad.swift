// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension OptimizerEntry {
  /// Steps scaled by the sum of all squared gradients so far.
  static let adagrad = OptimizerEntry(
    AdagradRule.self, "adagrad", "steps scaled by the sum of all squared gradients so far",
    "w -= rate*g/(sqrt(sum g^2) + eps); Duchi, Hazan, Singer 2011; torch.optim.Adagrad",
    parameters: [
      rateParameter(0.01), RecipeParameter("eps", 1e-10, in: .finiteNonnegative, "prevents division by zero"),
    ]
  )
}

/// w ← w − η·g/(√Σg² + ε).
enum AdagradRule: UpdateRule {
  struct Coefficients {
    let rate: Double
    let epsilon: Double
  }

  static var memories: Int { 1 }

  static func coefficients(_ arguments: [Double], step: Int) -> Coefficients {
    Coefficients(rate: arguments[0], epsilon: arguments[1])
  }

  @inline(__always)
  static func updated<V: Lanes>(_ w: V, _ g: V, _ first: inout V, _ second: inout V, _ c: Coefficients) -> V {
    first += g * g
    return w - V.of(c.rate) * g / (first.squareRoot() + V.of(c.epsilon))
  }
}
