// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// One step of a compiled network, with its own memory for what it gives.
///
/// Matrices are samples × units. What `forward` and `backward` return belongs to the operation and stands until its
/// next call; so after a pass every activation and every gradient is still there to be measured. Input gradients are
/// set, parameter gradients are added to.
protocol Operation<E>: AnyObject {
  associatedtype E: Element
  var inputs: Int { get }
  var outputs: Int { get }
  /// Makes room for so many samples; a pass then allocates nothing.
  func reserve(rows: Int)
  /// The output for the input `x`.
  func forward(_ x: Matrix<E>, _ pass: Pass) -> Matrix<E>
  /// Adds the gradients of the parameters and gives ∂L/∂x from `g` = ∂L/∂y; `needsInput` false spares the latter.
  func backward(_ g: Matrix<E>, _ pass: Pass, needsInput: Bool) -> Matrix<E>
}

/// What a pass through the network needs to know.
struct Pass {
  /// Training mode: batch statistics, dropout. Otherwise running statistics and no dropout.
  var isTraining: Bool
  /// True where the running statistics take up the batch's.
  var updatesStatistics: Bool
  /// The seed and the number of the step, from which dropout draws.
  var seed: UInt64
  var step: UInt64
  let pool: ThreadPool

  /// The pass that measures: training mode, but nothing of the network changes.
  static func measuring(_ pool: ThreadPool) -> Pass {
    Pass(isTraining: true, updatesStatistics: false, seed: 0, step: 0, pool: pool)
  }

  /// The pass that predicts.
  static func predicting(_ pool: ThreadPool) -> Pass {
    Pass(isTraining: false, updatesStatistics: false, seed: 0, step: 0, pool: pool)
  }
}
