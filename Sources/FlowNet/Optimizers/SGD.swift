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
      RecipeParameter("momentum", 0, in: .finiteNonnegative, "fraction of the previous step that is kept"),
      RecipeParameter("nesterov", 0, choices: ["false", "true"], "use Nesterov momentum, which looks one step ahead")
        .needing("momentum", usual: 0.9),
    ]
  )
}

extension Optimizer {
  /// Returns gradient descent with ordinary momentum, not that of Nesterov.
  package static func sgd(rate: Double, momentum: Double) -> Optimizer {
    Optimizer(entry: .sgd, arguments: [rate, momentum, 0])
  }
}

/// v ← μ·v + g, w ← w − η·v, or w − η·(g + μ·v) with Nesterov momentum.
enum SGDRule: UpdateRule {
  struct Coefficients {
    let rate: Double
    let momentum: Double
    /// 1 for Nesterov momentum, otherwise 0.
    let nesterov: Double
  }

  static var memories: Int { 1 }

  static func coefficients(_ arguments: [Double], step: Int) -> Coefficients {
    Coefficients(rate: arguments[0], momentum: arguments[1], nesterov: arguments[2])
  }

  @inline(__always)
  static func updated<V: Lanes>(_ w: V, _ g: V, _ first: inout V, _ second: inout V, _ c: Coefficients) -> V {
    let (momentum, nesterov) = (V.of(c.momentum), V.of(c.nesterov))
    first = momentum * first + g
    return w - V.of(c.rate) * (nesterov * (g + momentum * first) + (.of(1) - nesterov) * first)
  }
}

/// Gradient descent without momentum. It returns the same bits as `SGDRule` with momentum 0, and keeps no state.
enum PlainSGDRule: UpdateRule {
  static var memories: Int { 0 }

  static func coefficients(_ arguments: [Double], step: Int) -> Double { arguments[0] }

  @inline(__always)
  static func updated<V: Lanes>(_ w: V, _ g: V, _ first: inout V, _ second: inout V, _ rate: Double) -> V {
    w - V.of(rate) * g
  }
}
