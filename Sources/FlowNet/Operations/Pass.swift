// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// What a pass through the network needs to know.
struct Pass {
  /// Training mode: batch statistics, dropout. Otherwise running statistics and no dropout.
  var isTraining: Bool
  /// Whether an activation may overwrite a pre-activation that is not read again.
  var overwrites = false
  /// True where slopes and the loss's gradient are computed from z with full relative accuracy, also where the output has
  /// been rounded to its limit. A training step uses the cheaper formulas, as PyTorch does. Needs every z, so nothing may
  /// have been overwritten.
  var isPrecise = false
  /// The seed and the number of the step, from which dropout draws.
  var seed: UInt64
  var step: UInt64
  let pool: ThreadPool
  /// Ends the pass early; what it has computed is then meaningless.
  var stop = StopToken.current
  /// Who wants to know of pre-activations that are not finite.
  var watch: FiniteWatch?

  /// The pass that measures: training mode, but nothing of the network changes.
  static func measuring(_ pool: ThreadPool) -> Pass {
    Pass(isTraining: true, isPrecise: true, seed: 0, step: 0, pool: pool)
  }

  /// The pass that predicts.
  static func predicting(_ pool: ThreadPool) -> Pass {
    Pass(isTraining: false, seed: 0, step: 0, pool: pool)
  }
}
