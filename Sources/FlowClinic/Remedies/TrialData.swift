// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

/// The data of a comparison: those that the trials train on, and those that their results are measured on.
public struct TrialData: Sendable {
  /// The source of the data that results are measured on.
  public enum Measurement: Sendable {
    /// The data were given.
    case given
    /// A fraction of the data is held out.
    case heldOut
    /// There are too few samples to hold some out, so the training data are used.
    case training
  }

  public let measurement: Measurement
  let training: DataSet
  /// The validation data, or the training data.
  public let measured: DataSet

  /// The fraction of the samples that the trials train on if no validation data is given.
  public static let trainingShare = 0.8
  /// The seed of the program that splits the data.
  public static let splitSeed: UInt64 = 0
  /// With fewer samples, a single easy one would change the result.
  private static let fewestHeldOut = 10.0

  /// Creates the data for trials. Without validation data, a fraction of the samples is held out if there are enough.
  public init(_ data: DataSet, validation: DataSet?) {
    let stream = RandomStream(seed: Self.splitSeed, purpose: .split, index: 0)
    if let validation {
      self.init(.given, training: data, measured: validation)
    } else if (1 - Self.trainingShare) * Double(data.samples) >= Self.fewestHeldOut,
      let parts = try? data.split(Self.trainingShare, stream)
    {
      self.init(.heldOut, training: parts.train, measured: parts.test)
    } else {
      self.init(.training, training: data, measured: data)
    }
  }

  private init(_ measurement: Measurement, training: DataSet, measured: DataSet) {
    (self.measurement, self.training, self.measured) = (measurement, training, measured)
  }

  /// The number of samples that the results are measured on, or nil if these are the training data.
  var heldOutSamples: Int? { measurement == .training ? nil : measured.samples }

  /// Returns the data for the trials of a plan, both parts changed in the same way.
  func prepared(for plan: TrainingPlan) -> TrialData {
    guard plan.standardizesInputs || plan.scalesTargets else { return self }
    let changed = plan.prepared(training)
    return TrialData(measurement, training: changed, measured: (try? measured.scaled(like: changed)) ?? measured)
  }

  /// Returns the loss and, for classes, the accuracy of the best constant outputs.
  func baseline(_ loss: Loss, outputs: Int) -> (loss: Double, accuracy: Double?) {
    var most: Double?
    if case .classes(let labels, _) = measured.targets {
      let counts = labels.reduce(into: [:]) { $0[$1, default: 0] += 1 }
      most = Double(counts.values.max() ?? 0) / Double(labels.count)
    }
    return (loss.baseline(measured, samples: measured.samples, outputs: outputs), most)
  }
}
