// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables

/// A column of a table of the subject: its name, what it is, and how a row fills it. A new column is one entry.
struct ColumnEntry<Row>: Sendable {
  let heading: Heading
  let cell: @Sendable (Row) -> Cell
  /// True where it says the same of all networks of an architecture, whatever their numbers.
  private(set) var isOfArchitecture = false

  init(
    _ name: String, _ role: Role, importance: Int? = nil, picture: Heading.Picture? = nil,
    _ cell: @escaping @Sendable (Row) -> Cell
  ) {
    heading = Heading(name, role, importance: importance, picture: picture)
    self.cell = cell
  }

  /// The same column, marked as one that follows from the architecture.
  var ofArchitecture: ColumnEntry {
    var entry = self
    entry.isOfArchitecture = true
    return entry
  }

  static func integer(_ name: String, importance: Int? = nil, _ value: @escaping @Sendable (Row) -> Int?) -> ColumnEntry
  {
    ColumnEntry(name, .integer, importance: importance) { value($0).map { Cell.number(Double($0)) } ?? .missing }
  }

  /// A number, or nothing where there is none.
  static func number(
    _ name: String, _ role: Role = .number, importance: Int? = nil, picture: Heading.Picture? = nil,
    _ value: @escaping @Sendable (Row) -> Double?
  ) -> ColumnEntry {
    ColumnEntry(name, role, importance: importance, picture: picture) { value($0).map(Cell.number) ?? .missing }
  }

  static func text(_ name: String, importance: Int? = nil, _ value: @escaping @Sendable (Row) -> String) -> ColumnEntry
  {
    ColumnEntry(name, .text, importance: importance) { .text(value($0)) }
  }

  /// Sentences.
  static func prose(_ name: String, importance: Int? = nil, _ value: @escaping @Sendable (Row) -> String) -> ColumnEntry
  {
    ColumnEntry(name, .prose, importance: importance) { .text(value($0)) }
  }
}

extension Array {
  /// A table with a row for each of `rows`.
  func table<Row>(_ rows: some Collection<Row>) -> Table where Element == ColumnEntry<Row> {
    var builder = TableBuilder(map(\.heading))
    builder.reserveCapacity(rows.count)
    for row in rows { builder.append(map { $0.cell(row) }) }
    return builder.table
  }

  /// The names of the columns.
  func names<Row>() -> [String] where Element == ColumnEntry<Row> { map(\.heading.name) }
}
