// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// An error in reading a file into a value.
package struct ReadingError: Error, Sendable {
  /// The stable code of the error, in kebab-case.
  package let code: String
  /// A description of the error and its place, without a full stop at the end.
  package let message: String
  /// Further lines, such as how to fix the error.
  package let notes: [String]

  package init(_ message: String, hint: String? = nil, code: String = "data") {
    self.code = code
    self.message = message
    notes = hint.map { [$0] } ?? []
  }

  package init(code: String, message: String, notes: [String]) {
    (self.code, self.message, self.notes) = (code, message, notes)
  }

  init(_ error: DataError) { self.init(error.message, hint: error.hint) }

  init(_ refusal: MemoryRefusal) { self.init(refusal.message, code: "out-of-memory") }

  /// The error if a stop is requested. The caller replaces it with the reason.
  package static let stopped = ReadingError("stopped")

  /// Throws if a stop is requested.
  static func checkStop() throws(ReadingError) {
    if StopToken.current.isRequested { throw .stopped }
  }
}
