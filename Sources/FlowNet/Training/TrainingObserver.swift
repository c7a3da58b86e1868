// SPDX-License-Identifier: GPL-3.0-or-later

/// A type that is notified of the progress of a training run.
public protocol TrainingObserver {
  /// A Boolean value that ends the training before the next step if it is true.
  var wantsToStop: Bool { get }
  /// Called before the first step, after the initial weights were calibrated.
  func begins()
  /// Called after every step, including one at which the training diverged. `flow` returns the rows of the last
  /// recorded step, one per layer.
  func finished(_ step: StepRecord, of total: Int, epochs: Int, flow: () -> [FlowRecord])
  /// Called after every epoch.
  func finished(_ epoch: EpochRecord)
  /// Called after every unit census, with one record per layer.
  func counted(_ units: [UnitRecord])
  /// Returns the current time in seconds, relative to an arbitrary point.
  func now() -> Double
}

extension TrainingObserver {
  /// Does nothing.
  public func begins() {}

  /// Does nothing.
  public func finished(_ epoch: EpochRecord) {}

  /// Does nothing.
  public func counted(_ units: [UnitRecord]) {}
}
