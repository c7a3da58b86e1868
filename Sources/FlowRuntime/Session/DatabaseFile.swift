// SPDX-License-Identifier: GPL-3.0-or-later

/// A value of a row in a database.
package enum DatabaseValue: Sendable, Equatable {
  case null
  case integer(Int)
  /// A number other than NaN, which a database cannot store.
  case real(Double)
  case text(String)
  case bytes([UInt8])
}

/// The purpose for which a database is opened.
package enum DatabaseAccess: Sendable {
  /// Reading. The file must exist.
  case reading
  /// Reading and writing. A file that does not exist is created.
  case writing
  /// Reading and writing a new database in memory, whose path is only a name for messages.
  case inMemory
}

/// A file of tables to which rows can be added while other programs read it: an SQLite database.
package protocol DatabaseFile: Sendable {
  /// Runs `body` in a transaction that reads. It sees the file as it was when the transaction began.
  func read(_ body: (any DatabaseConnection) throws(Complaint) -> Void) throws(Complaint)

  /// Runs `body` in a transaction. Its changes are kept as a whole, or not at all if it throws or if a stop is
  /// requested.
  ///
  /// - Parameter waits: Whether to wait while another program uses the file.
  /// - Returns: False if another program uses the file and `waits` is false, or true.
  @discardableResult
  func write(
    waits: Bool, _ body: (any DatabaseConnection) throws(Complaint) -> Void
  ) throws(Complaint) -> Bool
}

/// A database in a transaction.
package protocol DatabaseConnection {
  /// Runs a statement for each of the rows, whose values replace its question marks.
  func run(_ sql: String, rows: some Sequence<[DatabaseValue]>) throws(Complaint)

  /// Runs a query and passes each row of its result to `body`.
  func query(
    _ sql: String, _ values: [DatabaseValue], _ body: ([DatabaseValue]) throws(Complaint) -> Void
  ) throws(Complaint)
}

extension DatabaseConnection {
  /// Runs a statement, whose question marks are replaced by the values.
  package func run(_ sql: String, _ values: [DatabaseValue] = []) throws(Complaint) {
    try run(sql, rows: CollectionOfOne(values))
  }

  /// Returns the first row of the result of a query, or nil if there is none.
  package func first(_ sql: String, _ values: [DatabaseValue] = []) throws(Complaint) -> [DatabaseValue]? {
    var found: [DatabaseValue]?
    try query(sql, values) { row in if found == nil { found = row } }
    return found
  }

  /// Returns whether the database has a table with the given name.
  package func hasTable(_ name: String) throws(Complaint) -> Bool {
    try first("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [.text(name)]) != nil
  }

  /// Throws if the database lacks one of the tables. Views do not count, because they may have any number of rows.
  package func requireTables(_ names: [String], _ path: String) throws(Complaint) {
    for name in names where try !hasTable(name) {
      throw Complaint(
        "damaged-file", "'\(path)' has no table '\(name)'",
        notes: ["the file is damaged, or another program has changed its tables"])
    }
  }
}

extension DatabaseValue {
  package var integer: Int? { if case .integer(let number) = self { number } else { nil } }
  package var text: String? { if case .text(let text) = self { text } else { nil } }
  package var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }
  package var isNull: Bool { self == .null }

  /// The number, whether it is stored as a whole number or not.
  package var number: Double? {
    switch self {
    case .real(let number): number
    case .integer(let number): Double(number)
    default: nil
    }
  }
}

extension Session {
  /// Opens a database. Throws if files are not allowed.
  package func openDatabase(_ path: String, for access: DatabaseAccess) throws(Complaint) -> any DatabaseFile {
    try allow(access == .reading ? "reading a file" : "writing a file")
    return try host.openDatabase(path, access)
  }
}
