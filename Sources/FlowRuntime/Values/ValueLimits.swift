// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// How large a value of the language may become. A loop that doubles a text ends with an error and not with the memory.
package enum ValueLimits {
  /// Elements of a list.
  static let elements = 10_000_000
  /// Elements of all lists inside one another.
  static let allElements = 50_000_000
  /// Bytes that a number takes in a text, which may have grown to twice its size.
  private static let bytesWritten = 2.0 * 16
  /// Bytes of a text.
  static let bytes = 100_000_000

  /// Refuses a value that has become too large.
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

  /// Refuses a list that would become too long, before it is made.
  static func checkList(count: Int) throws(Complaint) {
    guard count > elements else { return try requireMemory(elements: count) }
    throw Complaint("too-large", "a list of \(count) elements is too long; \(elements) are the most")
  }

  /// Refuses lists of numbers that together would fill the memory, before they are made.
  package static func checkMatrix(rows: Int, columns: Int) throws(Complaint) {
    guard Double(rows) * Double(columns) > Double(allElements) else {
      return try requireMemory(numbers: rows * columns)
    }
    throw Complaint(
      "too-large", "\(rows) lists of \(columns) numbers are too many; \(allElements) numbers are the most")
  }

  /// Refuses to write out a value with too many parts: a list that holds a list twice, and so on, is small in memory and
  /// endless on paper.
  static func checkWritten(_ value: Value) throws(Complaint) {
    var left = allElements
    var cells = 0
    func count(_ value: Value) -> Bool {
      left -= 1
      guard left > 0 else { return false }
      switch value {
      case .list(let elements) where elements.numbers != nil:
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

  /// Refuses a text that would become too large, before it is made.
  static func checkText(bytes count: Int) throws(Complaint) {
    guard count > bytes else { return try requireMemory(Double(count)) }
    throw Complaint("too-large", "a text of \(count) bytes is too long; \(bytes) are the most")
  }
}
