// SPDX-License-Identifier: GPL-3.0-or-later

/// How large a value of the language may become. A loop that doubles a text ends with an error and not with the memory.
enum ValueLimits {
  /// Elements of a list.
  static let elements = 10_000_000
  /// Bytes of a text.
  static let bytes = 100_000_000

  /// Refuses a value that has become too large.
  static func check(_ value: Value) throws(Complaint) {
    switch value {
    case .string(let text) where text.utf8.count > bytes: try checkText(bytes: text.utf8.count)
    case .list(let list) where list.count > elements:
      throw Complaint("too-large", "a list of \(list.count) elements is too long; \(elements) are the most")
    default: return
    }
  }

  /// Refuses a text that would become too large, before it is made.
  static func checkText(bytes count: Int) throws(Complaint) {
    guard count > bytes else { return }
    throw Complaint("too-large", "a text of \(count) bytes is too long; \(bytes) are the most")
  }
}
