// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import FlowRuntime
import FlowTables

/// A column of a table: its name, its meaning, and how its cell is computed from a row. To add a column, add an entry
/// to the list of its table.
struct ColumnEntry<Row>: Sendable {
  private(set) var heading: Heading
  /// A phrase without a full stop.
  let summary: String
  let cell: @Sendable (Row) -> Cell
  /// Whether the column is the same for all networks of an architecture, whatever their parameters.
  private(set) var isOfArchitecture = false

  init(
    _ name: String, _ role: Role, _ summary: String, importance: Int? = nil, _ cell: @escaping @Sendable (Row) -> Cell
  ) {
    heading = Heading(name, role, importance: importance, meaning: summary)
    self.summary = summary
    self.cell = cell
  }

  /// This column, marked as the same for all networks of an architecture.
  var ofArchitecture: ColumnEntry {
    var entry = self
    entry.isOfArchitecture = true
    return entry
  }

  /// Returns this column with a picture next to its numbers, for displays that have room for it.
  func pictured(_ picture: Heading.Picture) -> ColumnEntry {
    var entry = self
    entry.heading = Heading(
      heading.name, heading.role, importance: heading.importance, picture: picture, meaning: summary)
    return entry
  }

  static func integer(
    _ name: String, _ summary: String, importance: Int? = nil, _ value: @escaping @Sendable (Row) -> Int?
  ) -> ColumnEntry {
    ColumnEntry(name, .integer, summary, importance: importance) {
      value($0).map { Cell.number(Double($0)) } ?? .missing
    }
  }

  /// Creates a column of numbers. The cell is missing if `value` returns nil.
  static func number(
    _ name: String, _ summary: String, importance: Int? = nil, _ value: @escaping @Sendable (Row) -> Double?
  ) -> ColumnEntry {
    number(name, .number, summary, importance: importance, value)
  }

  /// Creates a column of numbers with the given role, such as `.share`.
  static func number(
    _ name: String, _ role: Role, _ summary: String, importance: Int? = nil,
    _ value: @escaping @Sendable (Row) -> Double?
  ) -> ColumnEntry {
    ColumnEntry(name, role, summary, importance: importance) { value($0).map(Cell.number) ?? .missing }
  }

  static func text(
    _ name: String, _ summary: String, importance: Int? = nil, _ value: @escaping @Sendable (Row) -> String
  ) -> ColumnEntry {
    ColumnEntry(name, .text, summary, importance: importance) { .text(value($0)) }
  }

  /// Creates a column of sentences.
  static func prose(
    _ name: String, _ summary: String, importance: Int? = nil, _ value: @escaping @Sendable (Row) -> String
  ) -> ColumnEntry {
    ColumnEntry(name, .prose, summary, importance: importance) { .text(value($0)) }
  }
}

extension Array {
  /// Returns a table with one row for each element of `rows`, or fewer after a request to stop.
  func table<Row>(_ rows: some Collection<Row>) -> Table where Element == ColumnEntry<Row> {
    var builder = TableBuilder(map(\.heading))
    builder.reserveCapacity(rows.count)
    let stop = StopToken.current
    // Some cells take long to compute, so the token is checked in every row.
    for row in rows {
      if stop.isRequested { break }
      builder.append(map { $0.cell(row) })
    }
    return builder.table
  }

  /// Returns the names and meanings of the columns.
  func glosses<Row>() -> [Gloss] where Element == ColumnEntry<Row> { map { Gloss($0.heading.name, $0.summary) } }
}
