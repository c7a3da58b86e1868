// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic

/// A network whose state is known, and what `diagnose` says about it.
package struct Examined: Sendable {
  package enum State: String, Sendable {
    /// It learns with all seeds.
    case healthy
    /// A fault makes its training clearly worse.
    case sick
    /// It has a fault that does not matter.
    case unharmed
    /// It is between the others.
    case unclear
  }

  package let state: State
  let kind: FaultKind?
  let strength: String
  /// The layer with the fault, if it is in one layer.
  let layer: Int?
  /// The setup and its losses in one line, to find out why a verdict is wrong.
  let description: String
  /// The diagnoses before the first step.
  let before: [Row]
  /// The diagnoses of the run.
  let after: [Row]
  /// What the remedies of the run achieved; nil if they were not tried.
  let cures: Cures?

  /// The part of a diagnosis that is scored.
  struct Row: Sendable {
    let symptom: Diagnosis.Symptom
    let cause: Diagnosis.Cause
    let layer: Int?

    init(_ diagnosis: Diagnosis) {
      (symptom, cause, layer) = (diagnosis.symptom, diagnosis.cause, diagnosis.layer)
    }
  }

  /// The remedies that remove the fault.
  struct Cures: Sendable {
    /// Whether one of them helped.
    let helped: Bool
    /// Whether one of the first three remedies removes the fault and helped.
    let isAmongFirst: Bool
  }

  /// Whether the first row names the cause.
  func isRootRight(_ rows: [Row]) -> Bool { rows.first.map { kind?.causes.contains($0.cause) ?? false } ?? false }

  /// Whether the row that names the cause also names the layer; nil if there is no such row, or no such layer.
  func isLayerRight(_ rows: [Row]) -> Bool? {
    guard let layer, let row = rows.first(where: { kind?.causes.contains($0.cause) ?? false }), row.cause != .precision
    else { return nil }
    return row.layer == layer
  }
}
