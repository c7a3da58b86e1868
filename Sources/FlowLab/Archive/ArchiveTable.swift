// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import FlowTables

/// A column of a table in a database.
struct ArchiveColumn<Row>: Sendable {
  enum Content {
    case cell(Cell)
    /// A whole number, which a cell would round if it is above 2^53.
    case integer(Int)
  }

  let name: String
  let type: String
  let content: @Sendable (Row) -> Content

  private init(_ name: String, _ type: String, _ value: @escaping @Sendable (Row) -> Cell) {
    (self.name, self.type) = (name, type)
    content = { .cell(value($0)) }
  }

  private init(integer name: String, _ value: @escaping @Sendable (Row) -> Int?) {
    (self.name, type) = (name, "INTEGER")
    content = { value($0).map(Content.integer) ?? .cell(.missing) }
  }

  init(_ entry: ColumnEntry<Row>) {
    let type =
      switch entry.heading.role {
      case .integer, .boolean: "INTEGER"
      case .number, .share: "REAL"
      case .state, .text, .prose: "TEXT"
      }
    self.init(entry.heading.name, type, entry.cell)
  }

  static func integer(_ name: String, _ value: @escaping @Sendable (Row) -> Int?) -> ArchiveColumn {
    ArchiveColumn(integer: name, value)
  }

  static func number(_ name: String, _ value: @escaping @Sendable (Row) -> Double?) -> ArchiveColumn {
    ArchiveColumn(name, "REAL") { value($0).map(Cell.number) ?? .missing }
  }

  static func text(_ name: String, _ value: @escaping @Sendable (Row) -> String?) -> ArchiveColumn {
    ArchiveColumn(name, "TEXT") { value($0).map(Cell.text) ?? .missing }
  }

  static func truth(_ name: String, _ value: @escaping @Sendable (Row) -> Bool) -> ArchiveColumn {
    ArchiveColumn(name, "INTEGER") { .boolean(value($0)) }
  }
}

/// A table in a database, with a row for each `Row` of a run.
///
/// SQLite stores NaN as NULL, like a missing value, and drops the sign of zero. The last column, `special`, therefore
/// lists the columns in which the row has NaN or −0, such as `loss:nan factor:-0`. All other columns contain only
/// numbers, or only texts, which is what other programs expect.
struct ArchiveTable<Row>: Sendable {
  let name: String
  /// The name of the column with the name of the run.
  let key: String
  let columns: [ArchiveColumn<Row>]

  init(_ name: String, key: String = "run", _ columns: [ArchiveColumn<Row>]) {
    (self.name, self.key, self.columns) = (name, key, columns)
  }

  /// The statements that create the table.
  var creation: [String] {
    let list = columns.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
    let isList = key == "name"
    return [
      "CREATE TABLE IF NOT EXISTS \(name) (\(key) TEXT NOT NULL\(isList ? " UNIQUE" : ""), \(list), special TEXT)"
    ] + (isList ? [] : ["CREATE INDEX IF NOT EXISTS \(name)_run ON \(name) (run)"])
  }

  /// Adds rows to a run.
  func insert(
    _ rows: some Sequence<Row>, of run: String, into connection: any DatabaseConnection
  ) throws(Complaint) {
    let marks = repeatElement("?", count: columns.count + 2).joined(separator: ", ")
    try connection.run("INSERT INTO \(name) VALUES (\(marks))", rows: rows.lazy.map { values($0, of: run) })
  }

  /// Replaces the only row of a run.
  func update(_ row: Row, of run: String, in connection: any DatabaseConnection) throws(Complaint) {
    let names = [key] + columns.map(\.name) + ["special"]
    try connection.run(
      "UPDATE \(name) SET \(names.map { "\($0) = ?" }.joined(separator: ", ")) WHERE \(key) = ?",
      values(row, of: run) + [.text(run)])
  }

  private func values(_ row: Row, of run: String) -> [DatabaseValue] {
    var values: [DatabaseValue] = [.text(run)]
    values.reserveCapacity(columns.count + 2)
    var special: [String] = []
    for column in columns {
      switch column.content(row) {
      case .cell(.number(let number)) where number.isNaN:
        special.append("\(column.name):nan")
        values.append(.null)
      case .cell(.number(let number)) where number == 0 && number.sign == .minus:
        special.append("\(column.name):-0")
        values.append(.real(0))
      case .cell(.number(let number)):
        values.append(column.type == "INTEGER" ? .integer(Int(exactly: number) ?? .max) : .real(number))
      case .cell(.text(let text)): values.append(.text(text))
      case .cell(.boolean(let truth)): values.append(.integer(truth ? 1 : 0))
      case .cell(.missing): values.append(.null)
      case .integer(let number): values.append(.integer(number))
      }
    }
    return values + [special.isEmpty ? .null : .text(special.joined(separator: " "))]
  }

  /// Passes the rows of a run to `body`, in the order in which they were added.
  func rows(
    of run: String, in connection: any DatabaseConnection, _ body: (StoredRow) throws(Complaint) -> Void
  ) throws(Complaint) {
    var names: [String: Int] = [:]
    for (index, column) in columns.enumerated() { names[column.name] = index }
    let list = (columns.map(\.name) + ["special"]).joined(separator: ", ")
    try connection.query("SELECT \(list) FROM \(name) WHERE \(key) = ? ORDER BY rowid", [.text(run)]) {
      values throws(Complaint) in
      try body(StoredRow(table: name, names: names, values: values))
    }
  }
}

/// A row that was read from a database. Its values may be of any type, because other programs can change the file.
struct StoredRow {
  let table: String
  let names: [String: Int]
  let values: [DatabaseValue]

  private func value(_ name: String) -> DatabaseValue { names[name].map { values[$0] } ?? .null }

  func number(_ name: String) throws(Complaint) -> Double {
    guard let number = try optionalNumber(name) else { throw damaged(name) }
    return number
  }

  func optionalNumber(_ name: String) throws(Complaint) -> Double? {
    let value = value(name)
    guard value.isNull || value.number != nil else { throw damaged(name) }
    guard let special = values.last?.text else { return value.number }
    let entries = special.split(separator: " ")
    if entries.contains("\(name):nan") { return .nan }
    return entries.contains("\(name):-0") ? -0.0 : value.number
  }

  func integer(_ name: String) throws(Complaint) -> Int {
    guard let number = value(name).integer else { throw damaged(name) }
    return number
  }

  func optionalInteger(_ name: String) throws(Complaint) -> Int? {
    if value(name).isNull { return nil }
    return try integer(name)
  }

  /// A number of at least 1.
  func optionalCount(_ name: String) throws(Complaint) -> Int? {
    let count = try optionalInteger(name)
    guard count.map({ $0 > 0 }) ?? true else { throw damaged(name) }
    return count
  }

  func truth(_ name: String) throws(Complaint) -> Bool { try integer(name) != 0 }

  func text(_ name: String) throws(Complaint) -> String {
    guard let text = value(name).text else { throw damaged(name) }
    return text
  }

  func optionalText(_ name: String) -> String? { value(name).text }

  private func damaged(_ name: String) -> Complaint {
    Complaint("damaged-file", "a row of the table '\(table)' has no valid value for '\(name)'")
  }
}
