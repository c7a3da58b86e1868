// SPDX-License-Identifier: GPL-3.0-or-later

/// What is wrong with a network or a training, with the numbers that say so and where they come from.
public struct Diagnosis: Sendable {
  /// What shows. In this order a symptom is nearer to the root of the trouble than those after it.
  public enum Symptom: String, Sendable, CaseIterable {
    /// A number beyond the range of the element type, or NaN.
    case overflow
    /// An output activation or targets that the loss is not made for.
    case pairing
    /// Inputs or targets of a size that layers are not made for.
    case scale
    /// A gradient too small for the element type.
    case underflow
    /// A loss that shoots up far beyond where it began.
    case jumping
    /// Units that get no gradient from any sample.
    case dead
    case saturated, vanishing, exploding
    /// A loss that goes up and down and gets nowhere.
    case oscillating
    /// A loss that does not move.
    case stalled
  }

  /// What brings the symptom about.
  public enum Cause: String, Sendable, CaseIterable {
    case slope, weights, norm, shortcut, bias, depth, rate, penalty, data, pairing, precision
    /// What the network is: it cannot do better.
    case model
  }

  /// A number that speaks for the diagnosis.
  public struct Finding: Sendable {
    /// What it is, by the name of a column wherever there is one.
    public let quantity: String
    /// The number.
    public let value: Double

    init(_ quantity: String, _ value: Double) {
      self.quantity = quantity
      self.value = value
    }
  }

  /// The dense layer where it is worst, counted from 1; nil where it is no matter of a layer.
  public let layer: Int?
  /// What shows.
  public let symptom: Symptom
  /// The numbers that say so.
  public let evidence: [Finding]
  /// What brings it about.
  public let cause: Cause
  /// What is so about it, in words.
  public let explanation: String
  /// What to try, the most promising first.
  public var prescriptions: [Prescription] { Prescription.list(symptom, cause) }

  init(_ symptom: Symptom, layer: Int? = nil, _ cause: Cause, _ explanation: String, _ evidence: [Finding]) {
    self.layer = layer
    self.symptom = symptom
    self.evidence = evidence
    self.cause = cause
    self.explanation = explanation
  }
}

/// Where a diagnosis begins. All but `scale`, which knows what initializers expect, are relative.
public struct DiagnosisThresholds: Sendable {
  /// Where the flow of a layer is called vanishing, exploding, dead or saturated.
  public var flow: FlowThresholds
  /// Inputs are badly scaled where their RMS is this many times above or below 1, or their mean this many times their
  /// spread.
  public var scale: Double
  /// The loss jumps where it is this many times the loss of the first steps.
  public var jump: Double
  /// A step is too large where it changes a layer's weights by more than this share of their norm.
  public var leap: Double
  /// Training stalls where the loss falls by less than this share.
  public var stall: Double
  /// The rate is too small where no layer's weights have moved by more than this share of their norm.
  public var drift: Double

  /// The thresholds, by default those of the flow table, and 30, 3, 0.3, 0.02 and 0.01.
  public init(
    flow: FlowThresholds = FlowThresholds(), scale: Double = 30, jump: Double = 3, leap: Double = 0.3,
    stall: Double = 0.02, drift: Double = 0.01
  ) {
    self.flow = flow
    self.scale = scale
    self.jump = jump
    self.leap = leap
    self.stall = stall
    self.drift = drift
  }
}
