// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

/// A field of an object of the subject: its name, what it means, and its value. A new field is one entry.
struct FieldEntry<Object>: Sendable {
  let name: String
  /// A phrase without a full stop.
  let summary: String
  let value: @Sendable (Object) throws(Complaint) -> Value

  init(
    _ name: String, _ summary: String, _ value: @escaping @Sendable (Object) throws(Complaint) -> Value
  ) {
    self.name = name
    self.summary = summary
    self.value = value
  }
}

extension Array {
  /// The value of the field of a name; nil where there is none.
  func value<Object>(_ name: String, of object: Object) throws(Complaint) -> Value?
  where Element == FieldEntry<Object> {
    guard let entry = first(where: { $0.name == name }) else { return nil }
    return try entry.value(object)
  }

  /// The names of the fields and what they mean.
  func glosses<Object>() -> [Gloss] where Element == FieldEntry<Object> { map { Gloss($0.name, $0.summary) } }
}
