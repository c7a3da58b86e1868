// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowTables
import OrderedCollections

extension Cell {
  /// The cell as a value of the language; a missing one is `none`.
  package var value: Value {
    switch self {
    case .number(let number): .number(number)
    case .text(let text): .string(text)
    case .boolean(let truth): .boolean(truth)
    case .missing: .none
    }
  }
}

extension Value {
  /// The value as a cell: what is no number, string or boolean goes in as its text.
  package var cell: Cell {
    switch self {
    case .none: .missing
    case .number(let number): .number(number)
    case .string(let text): .text(text)
    case .boolean(let truth): .boolean(truth)
    default: .text(source)
    }
  }
}

extension Column {
  /// The cells as values, from the first row to the last.
  package var values: List {
    if let numbers { return List(numbers) }
    return List((0..<count).lazy.map { self[$0].value })
  }
}

extension Table {
  /// The row at an offset from 0 as a record.
  package func record(_ offset: Int) -> Record {
    Record(uniqueKeysWithValues: self[offset].fields.map { ($0.heading.name, $0.cell.value) })
  }

  /// Every row as a record.
  package var records: [Record] { (0..<rowCount).untilStopped.map(record) }

  /// A row per record; the columns are those of all records in the order of their first appearance.
  package init(records: [Record]) {
    var names: OrderedSet<String> = []
    for record in records.untilStopped { names.formUnion(record.keys) }
    self.init(
      columns: names.map { name in Column(name, cells: records.lazy.map { $0[name]?.cell ?? .missing }) })
  }

  /// With a column added or replaced by a list as long as the table, or by one value for every row.
  func setting(_ name: String, to value: Value) throws(Complaint) -> Table {
    guard let elements = value.elements else { return with(name, repeating: value.cell) }
    guard columns.isEmpty || elements.count == rowCount else {
      throw Complaint(
        "length-mismatch",
        "column '\(name)' needs \(counted(rowCount, "value")), one per row, but there are \(elements.count)")
    }
    // A new formula keeps the role of the column it replaces only if that role can show it.
    let column = Column(name, cells: elements.lazy.map(\.cell))
    let old = self[column: name]?.role
    let keepsRole = old.map { $0 == .number && column.role.isNumeric || $0 == .state && column.role == .text } ?? false
    return try reporting { () throws(TableError) in
      try with(keepsRole ? Column(name, old, cells: column.cells) : column)
    }
  }
}

/// Turns what can be wrong with a table into a complaint.
func reporting<Result>(_ body: () throws(TableError) -> Result) throws(Complaint) -> Result {
  do throws(TableError) {
    return try body()
  } catch {
    switch error {
    case .unknownColumn(let name, let names): throw unknownColumn(name, among: names)
    case .lengthMismatch(let name, let expected, let found):
      throw Complaint(
        "length-mismatch",
        "column '\(name)' has \(counted(found, "cell")), but the table has \(counted(expected, "row"))")
    case .maskMismatch(let expected, let found):
      throw Complaint(
        "length-mismatch", "the condition has \(counted(found, "value")), but the table has \(counted(expected, "row"))"
      )
    }
  }
}
