// SPDX-License-Identifier: GPL-3.0-or-later

/// One step of training.
public struct StepRecord: Sendable, BitwiseCopyable {
  /// Counted from 1.
  public let step: Int
  /// The epoch, counted from 1.
  public let epoch: Int
  /// The mean loss of the batch before the step, without the penalty.
  public let loss: Double
  /// The norm of the whole gradient before clipping, penalty included.
  public let gradNorm: Double
  /// The norm after clipping.
  public let clippedNorm: Double
  /// Whether clipping changed anything.
  public let clipped: Bool
}
