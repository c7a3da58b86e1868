// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

/// A possible cause of symptoms, and a repair that removes it but changes nothing else.
struct Suspect {
  let cause: Diagnosis.Cause
  /// The first layer that has the cause, or nil if it does not concern particular layers.
  var layer: Int?
  /// The symptoms that it may explain.
  let explains: Set<Diagnosis.Symptom>
  /// Values that support the suspicion.
  var evidence: [Diagnosis.Finding] = []
  /// The remedy that corresponds to the repair, if it is not one of the usual ones.
  var prescription: Prescription?
  /// Whether the repaired network differs so much that its further symptoms say nothing about this one.
  var endsSearch = false
  /// Returns a description of the cause for a symptom that it explains.
  let explanation: (Diagnosis.Symptom) -> String
  /// Returns the repaired patient, or nil if there is no such repair.
  let repaired: () -> Patient?
}

extension Diagnosis.Symptom {
  /// Whether the gradient is too small, not too large.
  var shrinks: Bool { ![.exploding, .overflow].contains(self) }
}

extension Set<Diagnosis.Symptom> {
  /// The symptoms that the parameters or the structure of a network may cause.
  static let ofNetworks: Set = [.overflow, .underflow, .dead, .saturated, .vanishing, .exploding]
}
