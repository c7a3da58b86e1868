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
    case slope, weights, norm, shortcut, bias, depth, rate, penalty, data, pairing, precision
    /// The model itself: it cannot fit the data better.
    case model
  }

  /// A value that supports the diagnosis.
  public struct Finding: Sendable {
    /// The name of the quantity: that of a column, if there is one.
    public let quantity: String
    public let value: Double

    init(_ quantity: String, _ value: Double) {
      self.quantity = quantity
      self.value = value
    }
  }

  /// The most affected dense layer, counted from 1; `nil` if the diagnosis is not about a layer.
  public let layer: Int?
  public let symptom: Symptom
  /// The values that support the diagnosis.
  public let evidence: [Finding]
  public let cause: Cause
  /// The cause in words.
  public let explanation: String
  /// Whether inputs or targets are far too large.
  let isOfLargeData: Bool
  /// The remedies to try, the most promising first.
  public var prescriptions: [Prescription] { Prescription.list(symptom, cause) }

  init(
    _ symptom: Symptom, layer: Int? = nil, _ cause: Cause, _ explanation: String, _ evidence: [Finding],
    isOfLargeData: Bool = false
  ) {
    self.layer = layer
    self.symptom = symptom
    self.evidence = evidence
    self.cause = cause
    self.explanation = explanation
    self.isOfLargeData = isOfLargeData
  }
}
