// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import FlowRuntime
import FlowTables

/// A training run as a value of the language.
final class RunObject: DomainObject {
  let run: Run
  private let registry: Registry
  /// The note that a data set of the run was not in the file that it was loaded from; nil if the run has its data.
  private let lost: String?
  /// The version of the program that trained the network.
  let version: String
  /// The variable with the network that was trained, as far as the program knows it.
  let networkName: String

  init(
    _ run: Run, _ registry: Registry, lost: String? = nil, version: String = programVersion,
    networkName: String = "net"
  ) {
    (self.version, self.networkName) = (version, networkName)
    self.run = run
    self.registry = registry
    self.lost = lost
  }

  /// Returns the run. Throws if its data sets are missing, which most of the record does not need.
  func runWithData() throws(Complaint) -> Run {
    guard let lost else { return run }
    throw Complaint("no-data", "the data of this run is not available", notes: [lost])
  }

  var fileExtensions: [String] { ["db"] }

  var typeName: String { "run" }
  var fieldNames: [String] { Self.fields.map(\.name) }
  static let glosses = fields.glosses()

  private static let fields: [FieldEntry<RunObject>] =
    RunTable.all.map { entry in
      FieldEntry(entry.name, entry.summary) { object throws(Complaint) in
        .table(try entry.table(object.run))
      }
    } + [
      FieldEntry("state", "how training ended: finished, interrupted or diverged") { .string($0.run.state.rawValue) },
      FieldEntry("schedule", "list of the schedules of the learning rate; none if the rate was constant") { object in
        let schedules = object.run.options.schedule
        return schedules.isEmpty ? .none : .list(of: schedules.map(\.value))
      },
      FieldEntry(
        "strides",
        "interval of the entries that are kept, as a record for steps, epochs, flow and units; see record_limit"
      ) { object in
        let strides = object.run.strides
        return .record([
          "steps": .whole(strides.steps), "epochs": .whole(strides.epochs), "flow": .whole(strides.flow),
          "units": .whole(strides.units),
        ])
      },
      FieldEntry("before", "a copy of the network before the first step") {
        .object(NetworkObject($0.run.networkBefore(), $0.registry))
      },
      FieldEntry("after", "a copy of the network after the last step") {
        .object(NetworkObject($0.run.networkAfter(), $0.registry))
      },
      FieldEntry("data", "the data set that the network was trained on") { object throws(Complaint) in
        .object(DataObject(try object.runWithData().data))
      },
      FieldEntry("validation", "the data set that was evaluated after each epoch, or none") {
        object throws(Complaint) in
        try object.runWithData().options.validation.map { .object(DataObject($0)) } ?? .none
      },
    ]

  func field(_ name: String) throws(Complaint) -> Value? { try Self.fields.value(name, of: self) }

  /// Returns the recorded flow of the given step, or of the last recorded one. Throws if there is none.
  func flow(step: Int?) throws(Complaint) -> Table {
    guard let last = run.flow.last?.step else {
      throw Complaint(
        "no-record", "this training run recorded no flow", notes: ["train(..., record: every(1)) records every step"])
    }
    let rows = run.flow.records(ofStep: step ?? last)
    if rows.isEmpty, let step { throw missing(step) }
    return recordColumns.table(rows)
  }

  private func missing(_ step: Int) -> Complaint {
    let kept = run.flow.stepNumbers
    guard let below = kept.last(where: { $0 < step }), let above = kept.first(where: { $0 > step }) else {
      return Complaint(
        "no-record", "there is no record of step \(step)",
        notes: ["recorded steps go from \(kept.first ?? 0) to \(kept.last ?? 0)"])
    }
    return Complaint(
      "no-record", "step \(step) is not recorded, the nearest are \(below) and \(above)",
      notes: run.strides.flow > 1 ? ["a larger record_limit keeps more steps"] : [])
  }

  var identity: String {
    "\(summary), content \(ContentHash.text(of: run.networkAfter().file(source: "")))"
  }

  var summary: String {
    // The loss of a single batch says little, but it shows where training diverged.
    let mean = run.state == .diverged ? nil : run.epochs.last?.loss
    let last = (mean ?? run.steps.last?.loss).map { ", loss \(NumberStyle.significant($0))" } ?? ""
    let fault = run.fault.map {
      ", \($0.quantity.rawValue) \($0.layer.map { "of layer \($0) " } ?? "")became \($0.value)"
    }
    return "\(run.state.rawValue): \(counted(run.stepCount, "step")), \(counted(run.epochCount, "epoch"))\(last)"
      + (fault ?? "") + (run.strides.summary.map { "; \($0)" } ?? "")
  }
}

extension RecordStrides {
  /// The tables that were thinned out, in words; nil if all entries are kept.
  var summary: String? {
    let thinned = [("steps", steps), ("epochs", epochs), ("flow", flow), ("units", units)].filter { $0.1 > 1 }
    guard !thinned.isEmpty else { return nil }
    return "thinned: " + thinned.map { "\($0.0) 1 in \($0.1)" }.joined(separator: ", ")
  }
}
