// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables
import OrderedCollections

extension Cell {
  /// The cell as a value of the language. A missing cell is `none`.
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
  /// The value as a cell. A value other than a number, a string or a boolean becomes a text.
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
  /// The cells as values.
  package var values: List {
    if let numbers { return List(numbers) }
    return List((0..<count).lazy.map { self[$0].value })
  }
}

extension List {
  /// Returns the elements as a column, whose role is inferred from them.
  func column(_ name: String) -> Column {
    if let numbers { return Column(name, .inferred(from: numbers), numbers: numbers) }
    // The outputs of a network with a single output are lists of one number.
    if !isEmpty, untilStopped.allSatisfy({ $0.elementCount == 1 && $0.elements?.first?.number != nil }) {
      return Column(name, cells: lazy.map { $0.elements?.first?.cell ?? .missing })
    }
    return Column(name, cells: lazy.map(\.cell))
  }
}

extension Table {
  /// Returns the row at an offset from 0 as a record.
  package func record(_ offset: Int) -> Record {
    Record(uniqueKeysWithValues: self[offset].fields.map { ($0.heading.name, $0.cell.value) })
  }

  /// The rows as records.
  package var records: [Record] { (0..<rowCount).untilStopped.map(record) }

  /// Creates a table with one row per record. It has the columns of all records, in order of first appearance.
  package init(records: [Record]) {
    var names: OrderedSet<String> = []
    for record in records.untilStopped { names.formUnion(record.keys) }
    self.init(
      columns: names.map { name in Column(name, cells: records.lazy.map { $0[name]?.cell ?? .missing }) })
  }

  /// Returns the table with a column added or replaced. `value` is a list with one value per row, or one value for all
  /// rows.
  func setting(_ name: String, to value: Value) throws(Complaint) -> Table {
    guard let elements = value.elements else {
      let column = Column(name, repeating: value.cell, count: rowCount)
      return try reporting { () throws(TableError) in try with(column.asComputed) }
    }
    guard columns.isEmpty || elements.count == rowCount else {
      throw Complaint(
        "length-mismatch",
        "column '\(name)' needs \(counted(rowCount, "value")), one per row, but there are \(elements.count)")
    }
    // The column keeps the role of the one it replaces if that role suits the new cells.
    let column = elements.column(name)
    let old = self[column: name]?.role
    let keepsRole = old.map { $0 == .number && column.role.isNumeric || $0 == .state && column.role == .text } ?? false
    return try reporting { () throws(TableError) in
      try with((keepsRole ? old.map(column.inRole) ?? column : column).asComputed)
    }
  }
}

/// Runs `body` and converts an error about a table to an error of the language.
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
    case .repeatedColumn(let name):
      throw Complaint(
        "duplicate-column", "two columns of the result would be called '\(name)'",
        notes: ["choose another name, or leave the column out with select"])
    case .missingName(let column, let row):
      throw Complaint(
        "missing-value", "'\(column)' is missing in row \(row), so there is no name for a column",
        notes: ["keep only the rows that have one, with where"])
    case .repeatedCell(let name, let rows):
      throw Complaint(
        "duplicate-row",
        "rows \(rows[0]) and \(rows[1]) both have the value of '\(name)' for the same cells in all other columns",
        notes: ["summarize them first, or keep a column that distinguishes them"])
    case .differentKeys(let column, let own, let other):
      let name = isName(column) ? column : "key"
      throw Complaint(
        "wrong-type", "column '\(column)' contains \(own) in a and \(other) in b, so no rows agree",
        notes: ["convert one of them first: with(\(name): map(\(name), number)), or with(\(name): map(\(name), str))"])
    case .tooLarge(let rows, let columns):
      throw Complaint(
        "too-large", "a table of \(NumberStyle.significant(rows)) rows and \(counted(columns, "column")) is too large",
        notes: ["check that the columns distinguish the rows"])
    }
  }
}
