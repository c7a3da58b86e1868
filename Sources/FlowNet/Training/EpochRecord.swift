// SPDX-License-Identifier: GPL-3.0-or-later

/// One epoch of training.
public struct EpochRecord: Sendable, BitwiseCopyable {
  /// The epoch, counted from 1.
  public let epoch: Int
  /// The mean over the samples of the epoch, each taken before its step.
  public let loss: Double
  /// Nil where the targets are no classes.
  public let accuracy: Double?
  /// The loss on the validation data, if there are any.
  public let validationLoss: Double?
  /// The accuracy on the validation data, if they have classes.
  public let validationAccuracy: Double?
  /// How long it took.
  public let seconds: Double
}
