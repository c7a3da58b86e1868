// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The options of a pass through a plan.
struct Pass {
  /// Whether slopes and the gradient of the loss are computed from z, with full relative accuracy even where the output
  /// was rounded to its limit. A training step uses cheaper formulas, as PyTorch does. A precise pass needs a plan that
  /// keeps every z.
  var isPrecise = false
  /// The seed and the number of the training step, which determine the masks of dropout.
  var seed: UInt64 = 0
  var step: UInt64 = 0
  let pool: ThreadPool
  /// If it requests a stop, the pass ends early and its results are meaningless.
  var stop = StopToken.current
  /// Is notified of pre-activations that are not finite.
  var watch: FiniteWatch?

  /// Returns a pass that measures.
  static func measuring(_ pool: ThreadPool) -> Pass { Pass(isPrecise: true, pool: pool) }

  /// Returns a pass that predicts.
  static func predicting(_ pool: ThreadPool) -> Pass { Pass(pool: pool) }
}
