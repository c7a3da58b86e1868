// SPDX-License-Identifier: GPL-3.0-or-later

/// The results of one step of training.
public struct StepRecord: Sendable, BitwiseCopyable {
  /// The step, counted from 1.
  public let step: Int
  /// The epoch, counted from 1.
  public let epoch: Int
  /// The mean loss of the batch before the step, without the penalty.
  public let loss: Double
  /// The norm of the whole gradient before clipping, including the penalty.
  public let gradNorm: Double
  /// The norm of the whole gradient after clipping.
  public let clippedNorm: Double
  /// Whether clipping changed the gradient.
  public let clipped: Bool

  package init(step: Int, epoch: Int, loss: Double, gradNorm: Double, clippedNorm: Double, clipped: Bool) {
    self.step = step
    self.epoch = epoch
    self.loss = loss
    self.gradNorm = gradNorm
    self.clippedNorm = clippedNorm
    self.clipped = clipped
  }
}
