// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Table {
  /// The rows without a partner that a join keeps.
  public enum Join: String, Sendable, CaseIterable {
    /// None.
    case inner
    /// Those of the first table.
    case left
    /// Those of both tables.
    case full
  }

  /// Returns a row for each pair of rows of two tables that agree in the key columns: the keys, the other columns of the
  /// first table, and those of the second. The rows are in the order of the first table, and of the second one for equal
  /// keys. NaN and missing cells equal themselves. A column of the second table whose name is taken gets a number, as in
  /// `loss_1`.
  ///
  /// Throws `unknownColumn` if a table lacks a key, `repeatedColumn` if a key is given twice, `differentKeys` if the
  /// cells of a key have no type in common, so that no rows can agree, and `tooLarge` if there would be too many cells.
  public func joined(with other: Table, by keys: [String], _ kind: Join) throws(TableError) -> Table {
    try Self.checkNames(keys)
    var keyColumns: [Column] = []
    for key in keys {
      let own = try column(key)
      let (types, others) = (own.types, try other.column(key).types)
      if !types.isEmpty, !others.isEmpty, types.isDisjoint(with: others) {
        throw .differentKeys(column: key, own: types.description, other: others.description)
      }
      keyColumns.append(own)
    }
    var partners: [[Cell]: [Int]] = [:]
    for group in try other.grouped(by: keys).untilStopped { partners[group.key] = group.rows }
    let matches = (0..<rowCount).untilStopped.map { row in partners[keyColumns.map { $0[row] }] ?? [] }
    let least = kind == .inner ? 0 : 1
    let width = columns.count + other.columns.count - keys.count
    try Self.checkSize(rows: matches.untilStopped.reduce(0) { $0 + Double(max($1.count, least)) }, columns: width)
    var (first, second): ([Int], [Int]) = ([], [])
    for (row, found) in matches.enumerated().untilStopped {
      let own = found.isEmpty && kind != .inner ? [-1] : found
      first += repeatElement(row, count: own.count)
      second += own
    }
    if kind == .full {
      var isUsed = [Bool](repeating: false, count: other.rowCount)
      for row in second.untilStopped where row >= 0 { isUsed[row] = true }
      let alone = (0..<other.rowCount).untilStopped.filter { !isUsed[$0] }
      first += repeatElement(-1, count: alone.count)
      second += alone
    }
    var joined: [Column] = []
    for column in keyColumns {
      let partner = try other.column(column.name)
      let cells = zip(first, second).lazy.map { $0 < 0 ? partner[$1] : column[$0] }
      joined.append(
        kind == .full
          ? Column(Heading(column.name, column.role.merged(with: partner.role)), cells: cells)
          : column.gathered(first))
    }
    joined += columns.filter { !keys.contains($0.name) }.map { $0.gathered(orMissing: first) }
    var names = Set(joined.map(\.name)).union(other.columnNames)
    for column in other.columns where !keys.contains(column.name) {
      let cells = column.gathered(orMissing: second)
      guard self[column: column.name] != nil else {
        joined.append(cells)
        continue
      }
      let name = (1...).lazy.map { "\(column.name)_\($0)" }.first { !names.contains($0) }!
      names.insert(name)
      joined.append(cells.renamed(name))
    }
    return Table(columns: joined)
  }
}

/// The types of the cells of a column.
private struct CellTypes: OptionSet, CustomStringConvertible {
  let rawValue: UInt8

  static let number = CellTypes(rawValue: 1)
  static let text = CellTypes(rawValue: 2)
  static let boolean = CellTypes(rawValue: 4)

  /// The types in words, such as `numbers and texts`.
  var description: String {
    let words: [(CellTypes, String)] = [(.number, "numbers"), (.text, "text"), (.boolean, "booleans")]
    return words.filter { contains($0.0) }.map(\.1).joined(separator: " and ")
  }
}

extension Column {
  /// The types of the cells that are not missing.
  fileprivate var types: CellTypes {
    var types: CellTypes = []
    for row in (0..<count).untilStopped {
      switch self[row] {
      case .number: types.insert(.number)
      case .text: types.insert(.text)
      case .boolean: types.insert(.boolean)
      case .missing: break
      }
    }
    return types
  }
}
