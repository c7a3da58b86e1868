// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowRuntime
import GRDB
import GRDBSQLite
import Glibc

/// An SQLite database.
///
/// It uses a rollback journal instead of a write-ahead log: whenever no program is writing, the file is self-contained,
/// and it can be read from a network file system or from read-only media. Transactions are short, so other programs
/// seldom have to wait.
package final class SQLiteFile: DatabaseFile {
  private let queue: DatabaseQueue
  /// The path as the user wrote it, for messages.
  private let name: String
  private let patience = Patience()

  /// Opens a database.
  ///
  /// - Parameters:
  ///   - path: The path of the file, which is ignored for a database in memory.
  ///   - name: The path as the user wrote it.
  package init(path: String, name: String, access: DatabaseAccess) throws(Complaint) {
    self.name = name
    patience.begin(Patience.usual)
    var configuration = Configuration()
    configuration.label = "gradflow"
    // Only a connection that may write can roll back what a killed program has left behind.
    configuration.readonly = access == .reading && Glibc.access(path, W_OK) != 0
    // A transaction locks out readers from the moment at which its changes no longer fit into this memory, of 64 MiB.
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = -65536") }
    configuration.busyMode = .callback { [patience] _ in patience.wait() }
    do {
      queue =
        if access == .inMemory {
          try DatabaseQueue(named: nil, configuration: configuration)
        } else {
          try DatabaseQueue(path: path, configuration: configuration)
        }
    } catch {
      throw SQLiteFailure(error).complaint(name, access)
    }
  }

  package func read(_ body: (any DatabaseConnection) throws(Complaint) -> Void) throws(Complaint) {
    try perform(.reading) { database in
      try database.inTransaction(.deferred) {
        try body(SQLiteConnection(database, name, .reading))
        return .rollback
      }
    }
  }

  @discardableResult
  package func write(
    waits: Bool, _ body: (any DatabaseConnection) throws(Complaint) -> Void
  ) throws(Complaint) -> Bool {
    patience.begin(waits ? Patience.usual : 0)
    do throws(Complaint) {
      try perform(.writing) { database in
        try database.inTransaction(.immediate) {
          try body(SQLiteConnection(database, name, .writing))
          try Complaint.checkStop()
          return .commit
        }
      }
      return true
    } catch {
      if !waits, error.code == SQLiteFailure.busyCode { return false }
      throw error
    }
  }

  /// Runs `body` with the connection, whose statements end when a stop is requested.
  private func perform(_ access: DatabaseAccess, _ body: (Database) throws -> Void) throws(Complaint) {
    let stop = StopToken.current
    if access == .reading { patience.begin(Patience.usual) }
    do {
      try queue.writeWithoutTransaction { database in
        // The queue may run this on another thread.
        try StopToken.$current.withValue(stop) {
          let connection = database.sqliteConnection
          sqlite3_progress_handler(
            connection, 10_000, { $0!.assumingMemoryBound(to: Int32.self).pointee == 0 ? 0 : 1 }, stop.word)
          defer { sqlite3_progress_handler(connection, 0, nil, nil) }
          do {
            try body(database)
          } catch let error as DatabaseError {
            throw SQLiteFailure(error, systemError: sqlite3_system_errno(connection)).complaint(name, access)
          }
        }
      }
    } catch let complaint as Complaint {
      throw complaint
    } catch {
      throw SQLiteFailure(error).complaint(name, access)
    }
  }
}

/// How long a connection waits for other programs that use the file.
private final class Patience: Sendable {
  private let limits = Guarded((stop: StopToken.never, end: 0.0))

  /// The usual time in seconds.
  static let usual = 10.0

  func begin(_ seconds: Double) {
    let stop = StopToken.current
    limits.withLock { $0 = (stop, monotonicSeconds() + seconds) }
  }

  /// Waits for a moment. Returns false if the time is up or a stop is requested.
  func wait() -> Bool {
    let (stop, end) = limits.withLock { $0 }
    if stop.isRequested || monotonicSeconds() >= end { return false }
    usleep(5_000)
    return true
  }
}
