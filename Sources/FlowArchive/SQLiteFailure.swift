// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import GRDB
import Glibc

/// An error of SQLite.
struct SQLiteFailure {
  private let code: ResultCode
  /// Whether a write failed.
  private let isWrite: Bool
  /// The error number of the system, or 0.
  private let systemError: Int32
  private let message: String

  init(_ error: any Error, systemError: Int32 = 0) {
    let error = error as? DatabaseError
    code = error?.resultCode ?? .SQLITE_ERROR
    isWrite = error.map { [.SQLITE_IOERR_WRITE, .SQLITE_IOERR_TRUNCATE].contains($0.extendedResultCode) } ?? false
    message = error?.message ?? "\(error, default: "unknown error")"
    self.systemError = systemError
  }

  /// The code of the error that another program uses the file.
  static let busyCode = "file-in-use"

  /// Returns the error for the user.
  ///
  /// - Parameter name: The path as the user wrote it.
  func complaint(_ name: String, _ access: DatabaseAccess) -> Complaint {
    let action = access == .reading ? "read" : "write"
    func complaint(_ reason: String, _ hint: String? = nil, code: String = "input-output") -> Complaint {
      Complaint(code, "cannot \(action) '\(name)': \(reason)", notes: hint.map { [$0] } ?? [])
    }
    let kept = "the file keeps what was written before"
    let fullDisk = (reason: "the disk is full", hint: "\(kept); free some space and try again")
    switch code {
    case .SQLITE_INTERRUPT: return Complaint(ErrorCode.interrupted, "interrupted")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return complaint(
        "another program has been using it for too long", "end that program's transaction, or use another file",
        code: Self.busyCode)
    case .SQLITE_NOTADB:
      return complaint("it is not an SQLite database", "use the path of a file written by save, train or sweep")
    case .SQLITE_CORRUPT:
      return complaint(
        "it is damaged, or its end is missing",
        "'sqlite3 FILE .recover | sqlite3 new.db' in a shell saves what is left")
    case .SQLITE_FULL: return complaint(fullDisk.reason, fullDisk.hint)
    case .SQLITE_TOOBIG: return complaint("a value is too large for SQLite")
    case .SQLITE_NOMEM: return complaint("SQLite is out of memory")
    case .SQLITE_READONLY: return complaint("it is read-only")
    case .SQLITE_CANTOPEN where systemError == 0 || systemError == ENOENT: return complaint("it cannot be opened")
    default:
      if systemError == ENOSPC || systemError == EDQUOT { return complaint(fullDisk.reason, fullDisk.hint) }
      // SQLite reports a full disk as such, but not that a file has reached its limit.
      var limit = rlimit()
      if isWrite, getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0, limit.rlim_cur != rlim_t.max {
        return complaint(
          "files are limited to \(limit.rlim_cur) bytes here (ulimit -f)", kept)
      }
      if code == .SQLITE_ERROR, systemError == 0 {
        return complaint(message, "the file is damaged, or another program has changed its tables")
      }
      return complaint(systemError == 0 ? message : String(cString: strerror(systemError)))
    }
  }
}
