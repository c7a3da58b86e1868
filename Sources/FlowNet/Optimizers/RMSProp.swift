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
      RecipeParameter("eps", 1e-8, in: 0 ... .infinity, "prevents division by zero"),
    ]
  ) { arguments, _ in
    StepNumbers(a: arguments[0], b: arguments[1], c: arguments[2])
  }
}

/// a is the rate, b is the decay rate, c is ε.
enum RMSPropRule: UpdateRule {
  static var memories: Int { 1 }

  @inline(__always)
  static func updated<V: Lanes>(_ w: V, _ g: V, _ first: inout V, _ second: inout V, _ c: Coefficients<V>) -> V {
    first = c.b * first + (.of(1) - c.b) * g * g
    return w - c.a * g / (first.squareRoot() + c.c)
  }
}
