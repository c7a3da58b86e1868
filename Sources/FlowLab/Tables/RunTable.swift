// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import FlowRuntime
import FlowTables

/// A table that is a field of a run. To add one, add an entry.
struct RunTable: Sendable {
  /// The field's name.
  let name: String
  /// A phrase without a full stop.
  let summary: String
  let columns: [Gloss]
  let table: @Sendable (Run) throws(Complaint) -> Table

  private init<Row>(
    _ name: String, _ summary: String, _ columns: [ColumnEntry<Row>],
    _ table: @escaping @Sendable ([ColumnEntry<Row>], Run) throws(Complaint) -> Table
  ) {
    self.name = name
    self.summary = summary
    self.columns = columns.glosses()
    self.table = { run throws(Complaint) in try table(columns, run) }
  }

  static let all: [RunTable] = [
    RunTable("steps", "a row per step: loss and the whole gradient", stepColumns) { columns, run throws(Complaint) in
      try columns.checkedTable(run.steps)
    },
    RunTable("epochs", "a row per epoch: loss and accuracy", epochColumns) { columns, run throws(Complaint) in
      try columns.checkedTable(run.epochs)
    },
    RunTable("flow", "a row per recorded step and layer", recordColumns) { columns, run throws(Complaint) in
      try columns.checkedTable(run.flow)
    },
    RunTable("units", "a row per count of the units and layer, where train was asked for it", unitColumns) {
      columns, run throws(Complaint) in try columns.checkedTable(run.units)
    },
    RunTable("fault", "the first number that was not finite; empty when all went well", faultColumns) { columns, run in
      columns.table(run.fault.map { [($0, run.lastGoodStep)] } ?? [])
    },
    RunTable("growth", "the last steps, up to the one that broke the training if one did", growthColumns) {
      $0.table($1.growth())
    },
  ]
}

extension Array {
  /// A table with a row for each of `rows`, or an error if the system refuses the memory for it.
  fileprivate func checkedTable<Row>(_ rows: some Collection<Row>) throws(Complaint) -> Table
  where Element == ColumnEntry<Row> {
    try ValueLimits.requireMemory(Double(rows.count) * Double(count * MemoryLayout<Double>.stride))
    return table(rows)
  }
}
