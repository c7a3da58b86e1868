// SPDX-License-Identifier: GPL-3.0-or-later

/// The result of the diagnosis of a training run.
public struct RunVerdict: Sendable {
  /// What there is to say about a training run without a diagnosis.
  public enum Remark: Sendable {
    /// The loss has come close to the one that no network can fall below, which is above 0.
    case atFloor(Double)
    /// The training ended before it could show anything.
    case tooShort(steps: Int)
    /// The loss did not fall clearly below that of the best constant outputs, and no change that was tried explains it.
    case unexplained(loss: Double, baseline: Double)
    /// The targets are constant, the loss did not fall clearly, and no change that was tried explains it.
    case unexplainedConstant(loss: Double, before: Double)

    /// Whether the run is known to be healthy.
    public var isHealthy: Bool { if case .atFloor = self { true } else { false } }
  }

  /// The problems, ordered by when their causes act, the earliest first.
  public let diagnoses: [Diagnosis]
  /// What there is to say about a run without diagnoses, or nil if nothing is wrong or a stop was requested.
  public let remark: Remark?

  init(_ diagnoses: [Diagnosis] = [], remark: Remark? = nil) { (self.diagnoses, self.remark) = (diagnoses, remark) }

  /// The result if a stop was requested.
  static let stopped = RunVerdict()
}
