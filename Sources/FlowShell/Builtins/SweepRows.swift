// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables

/// What a cell of a sweep adds to the table: nothing that holds on to a network.
enum SweepRows: Sendable {
  /// One row.
  case record(Record)
  /// The rows of a table.
  case table(Table)

  /// The rows that the value of a cell makes; `taken` are the names of columns that are there already.
  init(_ value: Value, beside taken: [String]) throws(Complaint) {
    switch value {
    case .table(let table):
      try Self.check(table.columnNames, taken)
      self = .table(table)
    case .record(let record):
      try Self.check(Array(record.keys), taken)
      self = .record(record.mapValues { $0.cell.value })
    case .none, .number, .string, .boolean: self = .record(["value": value])
    case .object(let object) where object is Choice: self = .record(["value": value.cell.value])
    default:
      let hint =
        switch value {
        case .list, .range: "put them into a record, such as record(first: x[1], last: x[-1])"
        default: "for example a number that is computed from it"
        }
      throw Complaint(
        "wrong-type", "a cell of a sweep gives a single value, a record or a table, but this is \(value.kind)",
        notes: [hint])
    }
  }

  var count: Int {
    switch self {
    case .record: 1
    case .table(let table): table.rowCount
    }
  }

  /// All rows one after the other; a column that some lack is empty there.
  static func table(_ cells: [SweepRows]) -> Table {
    let records = cells.compactMap { if case .record(let record) = $0 { record } else { nil } }
    if records.count == cells.count { return Table(records: records) }
    return Table.concatenating(
      cells.map { rows in
        switch rows {
        case .record(let record): Table(records: [record])
        case .table(let table): table
        }
      })
  }

  private static func check(_ names: [String], _ taken: [String]) throws(Complaint) {
    guard let name = names.first(where: taken.contains) else { return }
    let mend = name == "seed" ? "" : ", or give the parameter another name"
    throw Complaint(
      "duplicate-column", "the column '\(name)' of the result is there already: it says which cell a row is of",
      notes: ["leave it out of the result\(mend)"])
  }
}
