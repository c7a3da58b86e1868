// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import FlowTables

/// The record of a training in the language.
final class RunObject: DomainObject {
  let run: Run

  init(_ run: Run) { self.run = run }

  var typeName: String { "run" }
  var fieldNames: [String] { Self.fields.map(\.name) }
  static let glosses = fields.glosses()

  private static let fields: [FieldEntry<RunObject>] =
    RunTable.all.map { entry in FieldEntry(entry.name, entry.summary) { .table(entry.table($0.run)) } } + [
      FieldEntry("state", "how it ended: finished, interrupted or diverged") { .string($0.run.state.rawValue) }
    ]

  func field(_ name: String) throws(Complaint) -> Value? { try Self.fields.value(name, of: self) }

  /// The recorded flow of one step, or of the last one recorded.
  func flow(step: Int?) throws(Complaint) -> Table {
    guard let wanted = step ?? run.flow.last?.step else {
      throw Complaint(
        "no-record", "this training recorded no flow", notes: ["train(..., record: every(1)) records every step"])
    }
    let rows = run.flow.untilStopped.filter { $0.step == wanted }
    guard !rows.isEmpty else {
      throw Complaint(
        "no-record", "there is no record of step \(wanted)",
        notes: ["recorded steps go from \(run.flow.first?.step ?? 0) to \(run.flow.last?.step ?? 0)"])
    }
    return recordColumns.table(rows)
  }

  var summary: String {
    let last = run.steps.last.map { ", loss \(NumberStyle.significant($0.loss))" } ?? ""
    let fault = run.fault.map {
      ", \($0.quantity.rawValue) \($0.layer.map { "of layer \($0) " } ?? "")became \($0.value)"
    }
    return "\(run.state.rawValue): \(counted(run.steps.count, "step")), \(counted(run.epochs.count, "epoch"))\(last)"
      + (fault ?? "")
  }
}

extension Fault {
  /// Where it came from, in words; empty where it came from outside.
  var cause: String {
    causes.map { "the largest \($0.quantity) is \(NumberStyle.significant($0.value))" }.joined(separator: ", ")
  }
}
