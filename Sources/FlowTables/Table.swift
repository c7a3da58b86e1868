// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Columns of equal length with names that differ.
public struct Table: Equatable, Sendable {
  /// From left to right.
  public let columns: [Column]
  /// The length of every column.
  public let rowCount: Int

  /// Creates a table. Traps if the lengths differ or a name comes twice.
  ///
  /// A stop may have cut some columns short; the table is discarded then, and has no rows until it is.
  public init(columns: [Column]) {
    let count = columns.first?.count ?? 0
    precondition(Set(columns.map(\.name)).count == columns.count, "two columns of one name")
    if columns.allSatisfy({ $0.count == count }) {
      (self.columns, rowCount) = (columns, count)
    } else {
      precondition(StopToken.current.isRequested, "columns of different lengths")
      (self.columns, rowCount) = (columns.map { Column($0.heading, CellStorage()) }, 0)
    }
  }

  /// The columns without their cells.
  public var headings: [Heading] { columns.map(\.heading) }

  /// The names from left to right.
  public var columnNames: [String] { columns.map(\.name) }

  /// The column of that name.
  public subscript(column name: String) -> Column? { columns.first { $0.name == name } }

  /// The column of that name, or the error that lists those there are.
  public func column(_ name: String) throws(TableError) -> Column {
    guard let column = self[column: name] else {
      throw .unknownColumn(name, available: columnNames)
    }
    return column
  }

  /// A row, counted from 0.
  public subscript(row: Int) -> Row {
    precondition(row >= 0 && row < rowCount, "row out of range")
    return Row(table: self, index: row)
  }

  /// The rows from first to last.
  public var rows: some RandomAccessCollection<Row> { (0..<rowCount).lazy.map { Row(table: self, index: $0) } }

  /// A row of a table.
  public struct Row: Sendable {
    let table: Table
    let index: Int

    /// The cell of a column, or nil where there is no such column.
    public subscript(name: String) -> Cell? { table[column: name]?[index] }

    /// The cells in the order of the columns.
    public var cells: [Cell] { table.columns.map { $0[index] } }

    /// The columns with this row's cells.
    public var fields: [(heading: Heading, cell: Cell)] {
      table.columns.map { ($0.heading, $0[index]) }
    }
  }
}

/// What can be wrong with the use of a table.
public enum TableError: Error, Equatable, Sendable {
  case unknownColumn(String, available: [String])
  /// A column of `found` cells for a table of `expected` rows.
  case lengthMismatch(column: String, expected: Int, found: Int)
  /// A mask of `found` values for a table of `expected` rows.
  case maskMismatch(expected: Int, found: Int)
}

/// Collects a table row by row.
public struct TableBuilder: Sendable {
  private let headings: [Heading]
  private var storages: [CellStorage]
  /// The number of rows collected so far.
  public private(set) var rowCount = 0

  /// Starts a table of these columns without rows.
  public init(_ headings: [Heading]) {
    self.headings = headings
    storages = headings.map { _ in CellStorage() }
  }

  /// Adds a row; there must be as many cells as columns.
  public mutating func append(_ cells: [Cell]) {
    precondition(cells.count == headings.count, "a row needs one cell per column")
    for (index, cell) in cells.enumerated() { storages[index].append(cell) }
    rowCount += 1
  }

  /// Makes room for that many rows.
  public mutating func reserveCapacity(_ rows: Int) {
    for index in storages.indices { storages[index].reserveCapacity(rows) }
  }

  /// What has been collected so far.
  public var table: Table { Table(columns: zip(headings, storages).map { Column($0, $1) }) }
}
