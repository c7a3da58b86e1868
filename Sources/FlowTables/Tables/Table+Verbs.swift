// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Column {
  /// Returns the indices of the rows sorted by their cells. The sort is stable. NaN and then missing values come last in
  /// either direction.
  package func order(descending: Bool = false) -> [Int] {
    if let numbers {
      return (0..<count).sortedUntilStopped { left, right in
        let (a, b) = (numbers[left], numbers[right])
        if a < b { return !descending }
        if a > b { return descending }
        return a.isNaN == b.isNaN ? left < right : b.isNaN
      }
    }
    let cells = cells
    return cells.indices.sortedUntilStopped { left, right in
      let (a, b) = (cells[left], cells[right])
      let reversed = descending && !a.sortsLast && !b.sortsLast
      if reversed ? b.precedes(a) : a.precedes(b) { return true }
      if reversed ? a.precedes(b) : b.precedes(a) { return false }
      return left < right
    }
  }
}

extension Table {
  /// Returns the named columns, in that order. A repeated name counts once. Throws `unknownColumn` if a column does not
  /// exist.
  public func selecting(_ names: [String]) throws(TableError) -> Table {
    var chosen: [Column] = []
    for name in names where !chosen.contains(where: { $0.name == name }) { chosen.append(try column(name)) }
    return Table(columns: chosen)
  }

  /// Returns the rows for which the mask is true. Throws `maskMismatch` unless the mask has one value per row.
  public func filtered(_ mask: [Bool]) throws(TableError) -> Table {
    guard mask.count == rowCount else { throw .maskMismatch(expected: rowCount, found: mask.count) }
    return gathered(mask.indices.untilStopped.filter { mask[$0] })
  }

  /// Returns the rows at the given indices, in that order. Indices count from 0.
  public func gathered(_ rows: some Collection<Int>) -> Table {
    Table(columns: columns.map { $0.gathered(rows) })
  }

  /// Returns the rows in a range, counted from 0 and clamped to those of the table.
  public func slice(_ range: Range<Int>) -> Table { gathered(range.clamped(to: 0..<rowCount)) }

  /// Returns at most `count` rows from the start.
  public func first(_ count: Int) -> Table { slice(0..<max(0, min(count, rowCount))) }

  /// Returns at most `count` rows from the end.
  public func last(_ count: Int) -> Table { slice(max(0, rowCount - max(0, count))..<rowCount) }

  /// Returns the rows sorted by a column. The sort is stable. NaN and then missing values come last in either
  /// direction. Throws `unknownColumn` if there is no such column.
  public func sorted(by name: String, descending: Bool = false) throws(TableError) -> Table {
    gathered(try column(name).order(descending: descending))
  }

  /// Returns the table with a column appended, or in place of the column with the same name. Throws `lengthMismatch`
  /// unless the column has one cell per row.
  public func with(_ column: Column) throws(TableError) -> Table {
    guard columns.isEmpty || column.count == rowCount else {
      throw .lengthMismatch(column: column.name, expected: rowCount, found: column.count)
    }
    var result = columns
    if let place = result.firstIndex(where: { $0.name == column.name }) {
      result[place] = column
    } else {
      result.append(column)
    }
    return Table(columns: result)
  }

  /// Returns the table with a column that has the same cell in every row, appended or in place of the column with the
  /// same name.
  public func with(_ name: String, repeating cell: Cell) -> Table {
    let column = Column(name, repeating: cell, count: rowCount)
    var result = columns.filter { $0.name != name }
    result.insert(column, at: columns.firstIndex { $0.name == name } ?? result.count)
    return Table(columns: result)
  }

  /// Returns the rows of all tables, one table after another. The result has the columns of all tables, in order of
  /// first appearance. If a table lacks a column, its cells there are missing.
  public static func concatenating(_ tables: [Table]) -> Table {
    if tables.count == 1 { return tables[0] }
    var order: [String] = []
    var headings: [String: Heading] = [:]
    // A column without values may have any role, so it adopts that of the others.
    var isOpen: [String: Bool] = [:]
    for column in tables.lazy.flatMap(\.columns) {
      let (heading, isEmpty) = (column.heading, !column.hasValues)
      guard let known = headings[heading.name], let knownIsOpen = isOpen[heading.name] else {
        order.append(heading.name)
        (headings[heading.name], isOpen[heading.name]) = (heading, isEmpty)
        continue
      }
      let role =
        knownIsOpen == isEmpty
        ? known.role.merged(with: heading.role) : knownIsOpen ? heading.role : known.role
      var merged = Heading(
        heading.name, role, importance: max(known.importance, heading.importance),
        picture: known.picture == heading.picture ? known.picture : nil,
        meaning: known.meaning == heading.meaning ? known.meaning : nil)
      merged.isComputed = known.isComputed || heading.isComputed
      headings[heading.name] = merged
      isOpen[heading.name] = knownIsOpen && isEmpty
    }
    return Table(
      columns: order.map { name in
        var storage = CellStorage()
        for table in tables {
          if let column = table[column: name] {
            for row in (0..<column.count).untilStopped { storage.append(column[row]) }
          } else {
            for _ in (0..<table.rowCount).untilStopped { storage.append(.missing) }
          }
        }
        return Column(headings[name]!, storage)
      })
  }

  /// Rows with equal cells in the key columns.
  public struct Group: Sendable {
    /// The cells that the rows share, one per key column.
    public let key: [Cell]
    /// The indices of the rows, ascending and counted from 0.
    public let rows: [Int]
  }

  /// Groups rows that have equal cells in the named columns, in order of first appearance. Without names, all rows form
  /// one group, even if there are none. Throws `unknownColumn` if a column does not exist.
  public func grouped(by names: [String]) throws(TableError) -> [Group] {
    if names.isEmpty { return [Group(key: [], rows: Array(0..<rowCount))] }
    var keys: [Column] = []
    for name in names { keys.append(try column(name)) }
    var places: [[Cell]: Int] = [:]
    var groups: [(key: [Cell], rows: [Int])] = []
    for row in (0..<rowCount).untilStopped {
      let key = keys.map { $0[row] }
      if let place = places[key] {
        groups[place].rows.append(row)
      } else {
        places[key] = groups.count
        groups.append((key, [row]))
      }
    }
    return groups.untilStopped.map { Group(key: $0.key, rows: $0.rows) }
  }
}
