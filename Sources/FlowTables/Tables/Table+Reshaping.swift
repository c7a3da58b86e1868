// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Table {
  /// A column whose cells are put below those of others, and the label that identifies them.
  public struct Source: Sendable {
    public let column: String
    let label: String

    public init(_ column: String, label: String) {
      (self.column, self.label) = (column, label)
    }
  }

  /// Returns the columns that names stand for, each with a label. A name with an asterisk that is not a column stands for
  /// all columns that match it, and the label of each is what the asterisk stands for. Throws `unknownColumn` if a name
  /// stands for nothing.
  public func sources(_ names: [String]) throws(TableError) -> [Source] {
    var (found, known): ([Source], Set<String>) = ([], [])
    func add(_ source: Source) {
      if known.insert(source.column).inserted { found.append(source) }
    }
    for name in names {
      let parts = name.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
      if self[column: name] != nil || parts.count == 1 {
        _ = try column(name)
        add(Source(name, label: name))
        continue
      }
      let matches = columnNames.untilStopped.filter {
        $0.utf8.count >= parts[0].utf8.count + parts[1].utf8.count && $0.hasPrefix(parts[0]) && $0.hasSuffix(parts[1])
      }
      if matches.isEmpty { throw .unknownColumn(name, available: columnNames) }
      for match in matches {
        add(Source(match, label: String(match.dropFirst(parts[0].count).dropLast(parts[1].count))))
      }
    }
    return found
  }

  /// Returns a table with one row for each row and source: the other columns, the label of the source, as a number if
  /// all labels are, and its cell.
  ///
  /// Throws `repeatedColumn` if a new name is that of another column, and `tooLarge` if there would be too many cells.
  public func longer(_ sources: [Source], name: String, value: String) throws(TableError) -> Table {
    let chosen = Set(sources.map(\.column))
    let kept = columns.filter { !chosen.contains($0.name) }
    try Self.checkNames(kept.map(\.name) + [name, value])
    try Self.checkSize(rows: Double(rowCount) * Double(sources.count), columns: kept.count + 2)
    var taken: [Column] = []
    let byName = Dictionary(uniqueKeysWithValues: columns.untilStopped.map { ($0.name, $0) })
    for source in sources.untilStopped {
      guard let column = byName[source.column] else { throw .unknownColumn(source.column, available: columnNames) }
      taken.append(column)
    }
    let rows = (0..<rowCount).untilStopped.flatMap { repeatElement($0, count: sources.count) }
    let numbers = sources.compactMap { Double($0.label) }
    let labels = sources.enumerated().map { place, source in
      numbers.count == sources.count ? Cell.number(numbers[place]) : .text(source.label)
    }
    var (names, values) = (CellStorage(), CellStorage())
    for row in (0..<rowCount).untilStopped {
      for (label, column) in zip(labels, taken) {
        names.append(label)
        values.append(column[row])
      }
    }
    let role = taken.dropFirst().reduce(taken.first?.role ?? .number) { $0.merged(with: $1.role) }
    return Table(
      columns: kept.map { $0.gathered(rows) } + [
        Column(Heading(name, Role.inferred(from: labels)), names), Column(Heading(value, role), values),
      ])
  }

  /// Returns a table in which each cell of `name` is a column with the cells of `value`, and rows that agree in all other
  /// columns are one row. With several values, the columns are called value/name.
  ///
  /// Throws `repeatedCell` if two rows have the same place, `missingName` if a cell of `name` is missing,
  /// `repeatedColumn` if a new name is that of another column, and `tooLarge` if there would be too many cells.
  public func wider(name: String, values: [String]) throws(TableError) -> Table {
    let labels = try column(name)
    var taken: [Column] = []
    for value in values { taken.append(try column(value)) }
    let kept = columnNames.filter { $0 != name && !values.contains($0) }
    var places: [Cell: Int] = [:]
    var titles: [String] = []
    for row in (0..<rowCount).untilStopped where places[labels[row]] == nil {
      guard let title = labels[row].title else { throw .missingName(column: name, row: row + 1) }
      places[labels[row]] = titles.count
      titles.append(title)
    }
    let groups = rowCount == 0 ? [] : try grouped(by: kept)
    try Self.checkSize(rows: Double(groups.count), columns: kept.count + titles.count * values.count)
    try Self.checkNames(
      kept + values.flatMap { value in titles.map { values.count == 1 ? $0 : "\(value)/\($0)" } })
    // The row of the long table that fills each place, or -1.
    var sources = [[Int]](repeating: [Int](repeating: -1, count: groups.count), count: titles.count)
    for (place, group) in groups.enumerated().untilStopped {
      for row in group.rows.untilStopped {
        guard let title = places[labels[row]] else { continue }
        let other = sources[title][place]
        if other >= 0 { throw .repeatedCell(name: titles[title], rows: [other + 1, row + 1]) }
        sources[title][place] = row
      }
    }
    let keys = try selecting(kept).gathered(groups.untilStopped.map { $0.rows[0] })
    let new = taken.flatMap { column in
      zip(titles, sources).map { title, rows in
        column.gathered(orMissing: rows).renamed(values.count == 1 ? title : "\(column.name)/\(title)")
      }
    }
    return Table(columns: keys.columns + new)
  }

  /// Throws if two names are equal.
  static func checkNames(_ names: [String]) throws(TableError) {
    var known: Set<String> = []
    for name in names.untilStopped where !known.insert(name).inserted { throw .repeatedColumn(name) }
  }

  /// Throws if a table would have too many cells.
  static func checkSize(rows: Double, columns: Int) throws(TableError) {
    if rows * Double(columns) > mostCells { throw .tooLarge(rows: rows, columns: columns) }
  }

  /// The largest number of cells of a table that is made of others, so that a mistake does not fill the memory.
  private static let mostCells = 2e8
}

extension Column {
  /// Returns a column of the cells in the given rows; the cells of negative rows are missing.
  func gathered(orMissing rows: [Int]) -> Column {
    if !rows.untilStopped.contains(where: { $0 < 0 }) { return gathered(rows) }
    return Column(heading, cells: rows.untilStopped.lazy.map { $0 < 0 ? .missing : self[$0] })
  }
}

extension Cell {
  /// The cell as the name of a column; nil if it is missing.
  fileprivate var title: String? {
    switch self {
    case .number(let number): NumberStyle.shortest(number)
    case .text(let text): text
    case .boolean(let truth): truth ? "true" : "false"
    case .missing: nil
    }
  }
}
