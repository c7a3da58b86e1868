// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import FlowRuntime
import FlowTables

/// A table that is a field of a run. To add one, add an entry to `all`.
struct RunTable: Sendable {
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
    RunTable("steps", "one row per step: loss and whole gradient", stepColumns) { columns, run throws(Complaint) in
      let rates = run.rates
      return try columns.checkedTable(run.steps.lazy.map { ($0, rates) })
    },
    RunTable("epochs", "one row per epoch: loss and accuracy", epochColumns) { columns, run throws(Complaint) in
      try columns.checkedTable(run.epochs)
    },
    RunTable("flow", "one row per recorded step and layer", recordColumns) { columns, run throws(Complaint) in
      try columns.checkedTable(run.flow)
    },
    RunTable("units", "one row per count and layer; empty unless train was called with units", unitColumns) {
      columns, run throws(Complaint) in try columns.checkedTable(run.units)
    },
    RunTable("fault", "the first value that was not finite; empty if there is none", faultColumns) { columns, run in
      columns.table(run.fault.map { [($0, run.lastGoodStep)] } ?? [])
    },
    RunTable("growth", "one row per step for the last steps, up to the one that failed, if any", growthColumns) {
      $0.table($1.growth())
    },
  ]
}

extension Array {
  /// Returns a table with one row for each element of `rows`. Throws if the system refuses the memory for it.
  fileprivate func checkedTable<Row>(_ rows: some Collection<Row>) throws(Complaint) -> Table
  where Element == ColumnEntry<Row> {
    try ValueLimits.requireMemory(Double(rows.count) * Double(count * MemoryLayout<Double>.stride))
    return table(rows)
  }
}
