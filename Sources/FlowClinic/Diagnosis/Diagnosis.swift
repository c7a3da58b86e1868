// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

/// A problem of a network or a training run, with its evidence and its cause.
public struct Diagnosis: Sendable {
  /// The symptoms, ordered from the one nearest to the root cause to the one farthest from it.
  public enum Symptom: String, Sendable, CaseIterable {
    /// A value outside the range of the element type, or NaN.
    case overflow
    /// An output activation or targets that the loss is not designed for.
    case pairing
    /// Inputs or targets of a size that layers are not designed for.
    case scale
    /// Units that are copies of each other.
    case symmetric
    /// A gradient that is too small for the element type.
    case underflow
    /// A loss that rises far above its initial value.
    case jumping
    /// Units that get no gradient from any sample.
    case dead
    case saturated, vanishing, exploding
    /// A loss that goes up and down without falling.
    case oscillating
    /// A loss that does not change.
    case stalled
  }

  /// The cause of a symptom.
  public enum Cause: String, Sendable, CaseIterable {
    case data, pairing, symmetry, weights, bias, slope, depth, norm, batch, rate, momentum, clip, penalty, dropout
    case precision
    /// The model itself: it cannot fit the data better.
    case model
    /// No single change weakens the symptom.
    case unknown
  }

  /// A value that supports the diagnosis.
  public struct Finding: Sendable {
    /// The name of the quantity: that of a column, if there is one.
    public let quantity: String
    public let value: Double
    /// The layer in which it was measured, counted from 1, or nil if it is not about one layer.
    public let layer: Int?

    init(_ quantity: String, _ value: Double, layer: Int? = nil) {
      self.quantity = quantity
      self.value = value
      self.layer = layer
    }
  }

  /// The effect of repairing the cause on a quantity that measures the symptom.
  public struct Repair: Sendable {
    public let quantity: String
    public let before: Double
    public let after: Double
  }

  /// A training setting, its value, and the value that helped. Infinity stands for no limit.
  public typealias Setting = (name: String, before: Double, after: Double)

  /// The first layer that has the cause, counted from 1, or the one that shows the symptom most if the cause is not in
  /// particular layers; `nil` if the diagnosis is not about a layer.
  public let layer: Int?
  public internal(set) var symptom: Symptom
  /// The values that support the diagnosis.
  public internal(set) var evidence: [Finding]
  public let cause: Cause
  /// A description of the cause.
  public let explanation: String
  /// The effect of removing the cause; nil if the cause is unknown, or if no quantity measures the repair.
  public internal(set) var repair: Repair?
  /// The setting that is the cause, if it is one.
  public let setting: Setting?
  /// The remedies to try, the most promising first.
  public private(set) var prescriptions: [Prescription]

  init(
    _ symptom: Symptom, layer: Int? = nil, _ cause: Cause, _ explanation: String, _ evidence: [Finding],
    repair: Repair? = nil, setting: Setting? = nil, _ prescriptions: [Prescription] = []
  ) {
    self.layer = layer
    self.symptom = symptom
    self.evidence = evidence
    self.cause = cause
    self.explanation = explanation
    self.repair = repair
    self.setting = setting
    self.prescriptions = prescriptions
  }

  /// Returns the diagnosis with only the prescriptions that satisfy a condition.
  func keeping(_ condition: (Prescription) -> Bool) -> Diagnosis {
    var result = self
    result.prescriptions = prescriptions.filter(condition)
    return result
  }
}
