// SPDX-License-Identifier: GPL-3.0-or-later

/// Who watches a training.
public protocol TrainingObserver {
  /// True ends the training before the next step.
  var wantsToStop: Bool { get }
  /// Called after every step, also one that broke; `flow` gives the rows of the last recorded step, one per layer.
  func finished(_ step: StepRecord, of total: Int, epochs: Int, flow: () -> [FlowRecord])
  /// Called after every epoch.
  func finished(_ epoch: EpochRecord)
  /// A clock, in seconds.
  func now() -> Double
}

extension TrainingObserver {
  /// Nothing.
  public func finished(_ epoch: EpochRecord) {}
}
