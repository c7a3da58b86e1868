// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Columns of equal length with distinct names.
public struct Table: Equatable, Sendable {
  public let columns: [Column]
  public let rowCount: Int

  /// Creates a table. Traps if the columns differ in length or two have the same name.
  ///
  /// If a requested stop has cut some columns short, the table has no rows. The caller discards it in that case.
  public init(columns: [Column]) {
    let count = columns.first?.count ?? 0
    precondition(Set(columns.map(\.name)).count == columns.count, "two columns have the same name")
    if columns.allSatisfy({ $0.count == count }) {
      (self.columns, rowCount) = (columns, count)
    } else {
      precondition(StopToken.current.isRequested, "columns have different lengths")
      (self.columns, rowCount) = (columns.map { Column($0.heading, CellStorage()) }, 0)
    }
  }

  public var headings: [Heading] { columns.map(\.heading) }

  public var columnNames: [String] { columns.map(\.name) }

  /// The column with the given name, or nil if there is none.
  public subscript(column name: String) -> Column? { columns.first { $0.name == name } }

  /// Returns the column with the given name. Throws `unknownColumn`, which lists the names, if there is none.
  public func column(_ name: String) throws(TableError) -> Column {
    guard let column = self[column: name] else {
      throw .unknownColumn(name, available: columnNames)
    }
    return column
  }

  /// The row at an index, counted from 0.
  public subscript(row: Int) -> Row {
    precondition(row >= 0 && row < rowCount, "row out of range")
    return Row(table: self, index: row)
  }

  public var rows: some RandomAccessCollection<Row> { (0..<rowCount).lazy.map { Row(table: self, index: $0) } }

  public struct Row: Sendable {
    let table: Table
    let index: Int

    /// The cell in the named column, or nil if there is no such column.
    public subscript(name: String) -> Cell? { table[column: name]?[index] }

    /// The cells in the order of the columns.
    public var cells: [Cell] { table.columns.map { $0[index] } }

    /// The headings of the columns, each with the row's cell.
    public var fields: [(heading: Heading, cell: Cell)] {
      table.columns.map { ($0.heading, $0[index]) }
    }
  }
}

/// An error in the use of a table.
public enum TableError: Error, Equatable, Sendable {
  case unknownColumn(String, available: [String])
  /// A column of `found` cells for a table of `expected` rows.
  case lengthMismatch(column: String, expected: Int, found: Int)
  /// A mask of `found` values for a table of `expected` rows.
  case maskMismatch(expected: Int, found: Int)
  /// Two columns of a new table would have the same name.
  case repeatedColumn(String)
  /// A cell that should become the name of a column is missing. Rows count from 1.
  case missingName(column: String, row: Int)
  /// Two rows, counted from 1, belong in the same cell of the column with the given name.
  case repeatedCell(name: String, rows: [Int])
  /// A column to join by has only cells of the type `own` in one table, and of other types in the other one.
  case differentKeys(column: String, own: String, other: String)
  /// A new table would have too many cells.
  case tooLarge(rows: Double, columns: Int)
}

/// Builds a table row by row.
public struct TableBuilder: Sendable {
  private let headings: [Heading]
  private var storages: [CellStorage]
  /// The number of rows added so far.
  public private(set) var rowCount = 0

  /// Creates a builder for a table with the given columns.
  public init(_ headings: [Heading]) {
    self.headings = headings
    storages = headings.map { _ in CellStorage() }
  }

  /// Adds a row. Traps unless there is one cell per column.
  public mutating func append(_ cells: [Cell]) {
    precondition(cells.count == headings.count, "a row needs one cell per column")
    for (index, cell) in cells.enumerated() { storages[index].append(cell) }
    rowCount += 1
  }

  /// Reserves memory for the given number of rows.
  public mutating func reserveCapacity(_ rows: Int) {
    for index in storages.indices { storages[index].reserveCapacity(rows) }
  }

  /// A table of the rows added so far.
  public var table: Table { Table(columns: zip(headings, storages).map { Column($0, $1) }) }
}
