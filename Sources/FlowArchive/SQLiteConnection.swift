// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowRuntime
import Foundation
import GRDB
import GRDBSQLite

/// A connection to an SQLite database in a transaction.
struct SQLiteConnection: DatabaseConnection {
  private let database: Database
  private let name: String
  private let access: DatabaseAccess

  init(_ database: Database, _ name: String, _ access: DatabaseAccess) {
    (self.database, self.name, self.access) = (database, name, access)
  }

  func run(_ sql: String, rows: some Sequence<[FlowRuntime.DatabaseValue]>) throws(Complaint) {
    try reporting {
      let statement = try database.cachedStatement(sql: sql)
      for row in rows {
        try Complaint.checkStop()
        try statement.execute(arguments: StatementArguments(row.map(\.stored)))
      }
    }
  }

  func query(
    _ sql: String, _ values: [FlowRuntime.DatabaseValue],
    _ body: ([FlowRuntime.DatabaseValue]) throws(Complaint) -> Void
  ) throws(Complaint) {
    try reporting {
      let statement = try database.cachedStatement(sql: sql)
      let cursor = try Row.fetchCursor(statement, arguments: StatementArguments(values.map(\.stored)))
      while let row = try cursor.next() {
        try Complaint.checkStop()
        try body(row.databaseValues.map { try FlowRuntime.DatabaseValue($0) })
      }
    }
  }

  private func reporting(_ body: () throws -> Void) throws(Complaint) {
    do {
      try body()
    } catch let complaint as Complaint {
      throw complaint
    } catch {
      throw SQLiteFailure(error, systemError: sqlite3_system_errno(database.sqliteConnection)).complaint(name, access)
    }
  }
}

extension FlowRuntime.DatabaseValue {
  /// The value in the form that GRDB binds.
  fileprivate var stored: GRDB.DatabaseValue {
    switch self {
    case .null: .null
    case .integer(let number): number.databaseValue
    case .real(let number): number.databaseValue
    case .text(let text): text.databaseValue
    case .bytes(let bytes): Data(bytes).databaseValue
    }
  }

  fileprivate init(_ value: GRDB.DatabaseValue) throws {
    switch value.storage {
    case .null: self = .null
    case .int64(let number): self = .integer(Int(number))
    case .double(let number): self = .real(number)
    case .string(let text): self = .text(text)
    case .blob(let data): self = .bytes([UInt8](data))
    }
  }
}
