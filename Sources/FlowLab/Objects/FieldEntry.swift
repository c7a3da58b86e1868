// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

/// A field of an object: its name, its meaning, and how its value is computed. To add a field, add an entry to the list
/// of its object.
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
  /// Returns the value of the field with the given name, or nil if there is none.
  func value<Object>(_ name: String, of object: Object) throws(Complaint) -> Value?
  where Element == FieldEntry<Object> {
    guard let entry = first(where: { $0.name == name }) else { return nil }
    return try entry.value(object)
  }

  /// Returns the names and meanings of the fields.
  func glosses<Object>() -> [Gloss] where Element == FieldEntry<Object> { map { Gloss($0.name, $0.summary) } }
}
