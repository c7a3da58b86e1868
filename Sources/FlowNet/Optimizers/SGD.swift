// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension OptimizerEntry {
  /// Gradient descent: v ← μ·v + g, w ← w − η·v, or w − η·(g + μ·v) with Nesterov momentum.
  static let sgd = OptimizerEntry(
    SGDRule.self, withoutMemory: PlainSGDRule.self, where: { $0[1] == 0 },
    "sgd", "gradient descent with optional momentum",
    "w -= rate*v, v = momentum*v + g; torch.optim.SGD",
    parameters: [
      rateParameter(0.1),
      RecipeParameter("momentum", 0, in: 0 ... .infinity, "fraction of the previous step that is kept"),
      RecipeParameter("nesterov", 0, choices: ["false", "true"], "use Nesterov momentum, which looks one step ahead"),
    ]
  ) { arguments, _ in
    StepNumbers(a: arguments[0], b: arguments[1], c: arguments[2])
  }
}

extension Optimizer {
  /// Returns gradient descent with ordinary momentum, not that of Nesterov.
  package static func sgd(rate: Double, momentum: Double) -> Optimizer {
    Optimizer(entry: .sgd, arguments: [rate, momentum, 0])
  }
}

/// a is the rate, b is the momentum, c is 1 for Nesterov momentum and 0 otherwise.
enum SGDRule: UpdateRule {
  static var memories: Int { 1 }

  @inline(__always)
  static func updated<V: Lanes>(_ w: V, _ g: V, _ first: inout V, _ second: inout V, _ c: Coefficients<V>) -> V {
    first = c.b * first + g
    return w - c.a * (c.c * (g + c.b * first) + (.of(1) - c.c) * first)
  }
}

/// Gradient descent without momentum. It returns the same bits as `SGDRule` with momentum 0, and keeps no state.
enum PlainSGDRule: UpdateRule {
  static var memories: Int { 0 }

  @inline(__always)
  static func updated<V: Lanes>(_ w: V, _ g: V, _ first: inout V, _ second: inout V, _ c: Coefficients<V>) -> V {
    w - c.a * g
  }
}
