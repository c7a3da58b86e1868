// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The options of a pass through the network.
struct Pass {
  /// Whether batch statistics and dropout are used. Prediction uses running statistics and no dropout.
  var isTraining: Bool
  /// Whether an activation may overwrite a pre-activation that is not read again.
  var overwrites = false
  /// Whether slopes and the gradient of the loss are computed from z, with full relative accuracy even where the output
  /// was rounded to its limit. A training step uses cheaper formulas, like PyTorch. A precise pass needs every z, so
  /// nothing may have been overwritten.
  var isPrecise = false
  /// The seed and the number of the step, which determine what dropout draws.
  var seed: UInt64
  var step: UInt64
  let pool: ThreadPool
  /// If it requests a stop, the pass ends early and its results are meaningless.
  var stop = StopToken.current
  /// Is notified of pre-activations that are not finite.
  var watch: FiniteWatch?

  /// Returns a pass that measures: in training mode, but without any change to the network.
  static func measuring(_ pool: ThreadPool) -> Pass {
    Pass(isTraining: true, isPrecise: true, seed: 0, step: 0, pool: pool)
  }

  /// Returns a pass that predicts.
  static func predicting(_ pool: ThreadPool) -> Pass {
    Pass(isTraining: false, seed: 0, step: 0, pool: pool)
  }
}
