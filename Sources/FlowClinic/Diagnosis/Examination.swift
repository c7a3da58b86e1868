// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// Searches for the causes of a patient's symptoms.
///
/// Causes are examined in the order in which they act: data, loss, initial values, architecture, precision. A suspect
/// is confirmed if repairing it, and leaving everything else unchanged, clearly weakens a symptom. Everything that the
/// repair weakens is attributed to the cause. The search then continues with the repaired patient until no further
/// symptom can be explained.
struct Examination {
  /// The causes found so far, with the effects of repairing them.
  var diagnoses: [Diagnosis] { stages.map(\.diagnosis) + unexplained }
  private var unexplained: [Diagnosis] = []
  /// The patient with all causes repaired.
  private(set) var repaired: Patient
  /// The causes found so far, each with the patient before and after its repair.
  private(set) var stages: [(diagnosis: Diagnosis, before: Patient, after: Patient)] = []
  /// The signs of the patient before any repair; nil if a stop was requested.
  private(set) var signs: Signs?

  private typealias Examined = (patient: Patient, signs: Signs)

  init(_ patient: Patient) throws(NetworkError) {
    repaired = patient
    var original: Examined?
    // Every round removes a symptom or ends the search.
    for _ in 0..<Self.mostCauses {
      let measured = try repaired.signs()
      if original == nil { signs = measured }
      guard let signs = measured, !signs.symptoms.isEmpty else { return }
      let first = original ?? (patient, signs)
      original = first
      guard let (diagnosis, next, isLast) = try Self.firstCause((repaired, signs), original: first) else {
        unexplained = signs.symptoms.filter(signs.isCertain).prefix(1).map(signs.unexplained)
        return
      }
      stages.append((diagnosis, repaired, next))
      repaired = next
      if isLast { return }
    }
  }

  private static let mostCauses = 6

  private static func firstCause(
    _ examined: Examined, original: Examined
  ) throws(NetworkError) -> (diagnosis: Diagnosis, repaired: Patient, isLast: Bool)? {
    let (patient, signs) = examined
    let present = signs.symptoms
    for group in patient.suspects(signs) {
      var best: (severity: Double, diagnosis: Diagnosis, repaired: Patient, isLast: Bool)?
      var guilty: Set<Diagnosis.Cause> = []
      for suspect in group where !guilty.contains(suspect.cause) {
        let explained = present.filter(suspect.explains.contains)
        guard !explained.isEmpty, let other = suspect.repaired(), let after = try other.signs() else { continue }
        var weakened = explained.filter { signs.isWeakened($0, by: after) }
        if explained.contains(.dead), !weakened.contains(.dead), signs.mayBeRepaired(.dead, by: after),
          try after.severity(.dead) <= usualDeadness(of: patient)
        {
          weakened.append(.dead)
        }
        guard let first = weakened.first else { continue }
        guilty.insert(suspect.cause)
        // Of several causes that act at the same time, choose the one whose repair leaves the least.
        let severity = explained.reduce(0) { $0 + min(after.severity($1), 1e6) }
        if severity < (best?.severity ?? .infinity) {
          let own = rebased(suspect, of: original.patient)
          best = (
            severity, signs.diagnosis(first, weakened, own, after, of: original.patient), other, suspect.endsSearch
          )
        }
      }
      if let best { return (best.diagnosis, best.repaired, best.isLast) }
    }
    return nil
  }

  /// Returns how severely dead the layers of a patient are if all weights are drawn independently, without biases. This
  /// is the worst of a few draws, because inputs whose mean is far from 0 keep many units inactive, and narrow layers
  /// vary.
  private static func usualDeadness(of patient: Patient) throws(NetworkError) -> Double {
    var worst = 0.0
    for seed in 1...usualDraws {
      worst = max(worst, try patient.independentDraw(seed: seed).signs()?.severity(.dead) ?? 0)
    }
    return worst
  }

  private static let usualDraws: UInt64 = 10

  /// Returns a suspect whose prescription changes the original network instead of the one with earlier repairs.
  private static func rebased(_ suspect: Suspect, of original: Patient) -> Suspect {
    guard case .network? = suspect.prescription?.change else { return suspect }
    var other = suspect
    other.prescription = suspect.prescription?.rebased(onto: original.network.architecture.blueprint)
    return other
  }
}

extension Signs {
  /// Returns the diagnosis of a symptom whose cause was found. `after` contains the signs of the repaired patient. The
  /// remedies are prescribed for the original one.
  fileprivate func diagnosis(
    _ symptom: Diagnosis.Symptom, _ weakened: [Diagnosis.Symptom], _ suspect: Suspect, _ after: Signs,
    of original: Patient
  ) -> Diagnosis {
    let own = suspect.evidence.isEmpty ? evidence(symptom, cause: suspect.layer) : suspect.evidence
    let others = weakened.dropFirst().compactMap(measure)
    return Diagnosis(
      symptom, layer: suspect.layer ?? (suspect.explains.contains(.scale) ? nil : row(symptom)?.layer), suspect.cause,
      suspect.explanation(symptom), own + others, repair: repair(symptom, after),
      original.prescriptions.list(symptom, suspect))
  }

  /// Returns the effect of a repair on the quantity that measures a symptom.
  private func repair(_ symptom: Diagnosis.Symptom, _ after: Signs) -> Diagnosis.Repair? {
    guard let old = measure(symptom), let new = after.measure(symptom, like: old) else { return nil }
    return Diagnosis.Repair(quantity: old.quantity, before: old.value, after: new)
  }

  /// Whether a symptom deserves a row even if no cause is found. Half of the units of a narrow relu layer may be dead
  /// in any draw, and a high loss may be harmless.
  fileprivate func isCertain(_ symptom: Diagnosis.Symptom) -> Bool {
    switch symptom {
    case .dead: hidden.contains { $0.dead > Self.almostAll && $0.shortcutGain == nil }
    case .exploding: !isOfSignal && severity(.exploding) > Self.clearlyPresent
    case .overflow, .pairing, .scale, .symmetric, .underflow, .saturated, .vanishing, .jumping, .oscillating, .stalled:
      true
    }
  }

  private static var almostAll: Double { 0.95 }
  private static var clearlyPresent: Double { 1.5 }

  /// Returns the diagnosis of a symptom that no single change weakens.
  fileprivate func unexplained(_ symptom: Diagnosis.Symptom) -> Diagnosis {
    Diagnosis(
      symptom, layer: row(symptom)?.layer, .unknown, "no single change weakens it", evidence(symptom))
  }
}
