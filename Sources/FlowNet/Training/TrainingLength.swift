// SPDX-License-Identifier: GPL-3.0-or-later

/// The length of a training run.
public enum TrainingLength: Equatable, Sendable {
  case epochs(Int)
  case steps(Int)

  /// Returns the number of steps in epochs with the given batches, or `Int.max` if it is larger.
  func steps(of batches: EpochBatches) -> Int {
    switch self {
    case .steps(let steps): return steps
    case .epochs(let epochs):
      let (steps, isTooLarge) = epochs.multipliedReportingOverflow(by: batches.count)
      return isTooLarge ? .max : steps
    }
  }
}

extension TrainingOptions {
  /// The length of the training.
  var length: TrainingLength { steps.map(TrainingLength.steps) ?? .epochs(epochs) }

  /// The length over which schedules without a length extend.
  package var scheduledLength: TrainingLength { plannedLength ?? length }
}
