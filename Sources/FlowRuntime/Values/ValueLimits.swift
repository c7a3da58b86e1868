// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The limits on the size of values, which end a loop that keeps doubling a text with an error before memory runs out.
package enum ValueLimits {
  /// The maximum number of elements of a list.
  static let elements = 10_000_000
  /// The maximum number of elements of nested lists together.
  static let allElements = 50_000_000
  /// The number of bytes reserved per number of a text. The buffer of a growing text may be twice as large as the text.
  private static let bytesWritten = 2.0 * 16
  /// The maximum number of bytes of a text.
  static let bytes = 100_000_000

  /// Throws if a value is too large or too deeply nested.
  static func check(_ value: Value) throws(Complaint) {
    switch value {
    case .string(let text) where text.utf8.count > bytes: try checkText(bytes: text.utf8.count)
    case .list(let list):
      try checkList(count: list.count)
      try checkDepth(value)
    case .record: try checkDepth(value)
    default: return
    }
  }

  /// Throws if a list of `count` elements would be too long, or if the system refuses the memory for it.
  package static func checkList(count: Int) throws(Complaint) {
    guard count > elements else { return try requireMemory(elements: count) }
    throw Complaint("too-large", "a list of \(count) elements is too long; the limit is \(elements)")
  }

  /// Throws if a matrix would be too large, or if the system refuses the memory for it.
  package static func checkMatrix(rows: Int, columns: Int) throws(Complaint) {
    guard Double(rows) * Double(columns) > Double(allElements) else {
      return try requireMemory(numbers: rows * columns)
    }
    throw Complaint(
      "too-large", "\(rows) lists of \(columns) numbers are too many; the limit is \(allElements) numbers")
  }

  /// Throws if a value has too many parts to be written. A list that contains another list twice, and so on, is small in
  /// memory, but its text grows exponentially.
  static func checkWritten(_ value: Value) throws(Complaint) {
    var left = allElements
    var cells = 0
    func count(_ value: Value) -> Bool {
      left -= 1
      guard left > 0 else { return false }
      switch value {
      case .list(let elements) where elements.isFlat:
        left -= elements.count
        return left > 0
      case .list(let elements): return elements.untilStopped.allSatisfy(count)
      case .record(let record): return record.values.untilStopped.allSatisfy(count)
      case .table(let table):
        cells += table.rowCount * table.columns.count
        return true
      default: return true
      }
    }
    if !count(value) {
      throw Complaint("too-large", "\(value.kind) with more than \(allElements) parts is too large to be written out")
    }
    try requireMemory(Double(allElements - left + cells) * bytesWritten)
  }

  /// Throws if a text of `count` bytes would be too long, or if the system refuses the memory for it.
  static func checkText(bytes count: Int) throws(Complaint) {
    guard count > bytes else { return try requireMemory(Double(count)) }
    throw Complaint("too-large", "a string of \(count) bytes is too long; the limit is \(bytes)")
  }
}
