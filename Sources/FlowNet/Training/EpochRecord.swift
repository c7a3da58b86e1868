// SPDX-License-Identifier: GPL-3.0-or-later

/// The results of one epoch of training.
public struct EpochRecord: Sendable, BitwiseCopyable {
  /// The epoch, counted from 1.
  public let epoch: Int
  /// The mean loss over the samples of the epoch. The loss of a sample is taken before the step that uses it.
  public let loss: Double
  /// The fraction of samples classified correctly, or `nil` if the targets are not classes.
  public let accuracy: Double?
  /// The loss on the validation data, or `nil` if there is none.
  public let validationLoss: Double?
  /// The accuracy on the validation data, or `nil` if there is none or its targets are not classes.
  public let validationAccuracy: Double?
  /// The duration of the epoch, including validation.
  public let seconds: Double

  package init(
    epoch: Int, loss: Double, accuracy: Double?, validationLoss: Double?, validationAccuracy: Double?, seconds: Double
  ) {
    self.epoch = epoch
    self.loss = loss
    self.accuracy = accuracy
    self.validationLoss = validationLoss
    self.validationAccuracy = validationAccuracy
    self.seconds = seconds
  }
}
