// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import FlowRuntime
import FlowTables

/// A column of a table of the subject: its name, what it means, and how a row fills it. A new column is one entry.
struct ColumnEntry<Row>: Sendable {
  private(set) var heading: Heading
  /// A phrase without a full stop.
  let summary: String
  let cell: @Sendable (Row) -> Cell
  /// True where it says the same of all networks of an architecture, whatever their numbers.
  private(set) var isOfArchitecture = false

  init(
    _ name: String, _ role: Role, _ summary: String, importance: Int? = nil, _ cell: @escaping @Sendable (Row) -> Cell
  ) {
    heading = Heading(name, role, importance: importance)
    self.summary = summary
    self.cell = cell
  }

  /// The same column, marked as one that follows from the architecture.
  var ofArchitecture: ColumnEntry {
    var entry = self
    entry.isOfArchitecture = true
    return entry
  }

  /// The same column, with a picture beside its numbers where a display has room for it.
  func pictured(_ picture: Heading.Picture) -> ColumnEntry {
    var entry = self
    entry.heading = Heading(heading.name, heading.role, importance: heading.importance, picture: picture)
    return entry
  }

  static func integer(
    _ name: String, _ summary: String, importance: Int? = nil, _ value: @escaping @Sendable (Row) -> Int?
  ) -> ColumnEntry {
    ColumnEntry(name, .integer, summary, importance: importance) {
      value($0).map { Cell.number(Double($0)) } ?? .missing
    }
  }

  /// A number, or nothing where there is none.
  static func number(
    _ name: String, _ summary: String, importance: Int? = nil, _ value: @escaping @Sendable (Row) -> Double?
  ) -> ColumnEntry {
    number(name, .number, summary, importance: importance, value)
  }

  /// A number of another role, such as a share.
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

  /// Sentences.
  static func prose(
    _ name: String, _ summary: String, importance: Int? = nil, _ value: @escaping @Sendable (Row) -> String
  ) -> ColumnEntry {
    ColumnEntry(name, .prose, summary, importance: importance) { .text(value($0)) }
  }
}

extension Array {
  /// A table with a row for each of `rows`.
  func table<Row>(_ rows: some Collection<Row>) -> Table where Element == ColumnEntry<Row> {
    var builder = TableBuilder(map(\.heading))
    builder.reserveCapacity(rows.count)
    let stop = StopToken.current
    // Some cells take long, so the token is checked in every row.
    for row in rows {
      if stop.isRequested { break }
      builder.append(map { $0.cell(row) })
    }
    return builder.table
  }

  /// The names of the columns and what they mean.
  func glosses<Row>() -> [Gloss] where Element == ColumnEntry<Row> { map { Gloss($0.heading.name, $0.summary) } }
}
