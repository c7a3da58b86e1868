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
  /// The largest number of time steps that a gradient is carried back, or nil if there is no limit.
  ///
  /// The steps are divided into windows of this length, counted from the first step: 0..<k, k..<2k and so on. No
  /// gradient is carried from one window to the window before it, as if the state were detached between them in
  /// PyTorch. The gradients of parameters are the sums over all windows. Passes that measure have no limit, because the
  /// analyses of gradients assume none.
  var truncation: Int?

  /// Returns whether a time step, counted from 0, begins a window of `truncation`, so that no gradient is carried from
  /// it to the step before it.
  func cutsGradient(before step: Int) -> Bool { truncation.map { step % $0 == 0 } ?? false }

  static func measuring(_ pool: ThreadPool) -> Pass { Pass(isPrecise: true, pool: pool) }

  static func predicting(_ pool: ThreadPool) -> Pass { Pass(pool: pool) }
}
