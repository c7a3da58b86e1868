// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

/// A possible cause of symptoms, and a repair that removes it and leaves everything else as it is.
struct Suspect {
  let cause: Diagnosis.Cause
  /// The first layer that has the cause, or nil if it is not in particular layers.
  var layer: Int?
  /// The symptoms that it may explain.
  let explains: Set<Diagnosis.Symptom>
  /// Values that support the suspicion.
  var evidence: [Diagnosis.Finding] = []
  /// The remedy that does what the repair does, if it is not one of the usual ones.
  var prescription: Prescription?
  /// Returns the cause in words, for a symptom that it explains.
  let explanation: (Diagnosis.Symptom) -> String
  /// Returns the repaired patient, or nil if there is no such repair.
  let repaired: () -> Patient?
}

extension Set<Diagnosis.Symptom> {
  /// The symptoms that parameters and structure of a network may cause.
  static let ofNetworks: Set = [.overflow, .underflow, .dead, .saturated, .vanishing, .exploding]
}
