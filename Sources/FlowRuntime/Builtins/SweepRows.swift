// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables

/// The rows that a cell of a sweep adds to the table. They retain no networks.
enum SweepRows: Sendable {
  /// One row with a single value.
  case value(Cell)
  /// One row with a column per field.
  case record(Record)
  /// The rows of a table.
  case table(Table)

  /// Creates the rows from the result of a cell. `taken` contains the names of columns that already exist.
  init(_ value: Value, beside taken: [String]) throws(Complaint) {
    switch value {
    case .table(let table):
      try Self.check(table.columnNames, taken)
      self = .table(table)
    case .record(let record):
      try Self.check(Array(record.keys), taken)
      self = .record(record.mapValues { $0.cell.value })
    case .none, .number, .string, .boolean: self = .value(value.cell)
    case .object(let object) where object is Choice: self = .value(value.cell)
    default:
      let hint =
        switch value {
        case .list, .range: "return a record, such as record(first: x[1], last: x[-1])"
        default: "return, for example, a number computed from it"
        }
      throw Complaint(
        "wrong-type", "a cell of a sweep must return a single value, a record or a table, but this is \(value.kind)",
        notes: [hint])
    }
  }

  var count: Int {
    switch self {
    case .value, .record: 1
    case .table(let table): table.rowCount
    }
  }

  /// Joins the rows of all cells. Columns that a cell lacks have missing values.
  static func table(_ cells: [SweepRows]) -> Table {
    let values = cells.compactMap { if case .value(let cell) = $0 { cell } else { nil } }
    if values.count == cells.count { return Table(columns: values.isEmpty ? [] : [Column("value", cells: values)]) }
    let records = cells.compactMap(\.record)
    if records.count == cells.count { return Table(records: records) }
    return Table.concatenating(
      cells.map { rows in
        if case .table(let table) = rows { table } else { Table(records: rows.record.map { [$0] } ?? []) }
      })
  }

  /// The row as a record, or nil for the rows of a table.
  private var record: Record? {
    switch self {
    case .value(let cell): ["value": cell.value]
    case .record(let record): record
    case .table: nil
    }
  }

  private static func check(_ names: [String], _ taken: [String]) throws(Complaint) {
    guard let name = names.first(where: taken.contains) else { return }
    let alternative = name == "seed" ? "" : ", or rename the parameter"
    throw Complaint(
      "duplicate-column", "the sweep already has a column '\(name)', which identifies the cell",
      notes: ["leave it out of the result\(alternative)"])
  }
}
