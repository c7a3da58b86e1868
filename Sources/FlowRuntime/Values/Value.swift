// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowTables
import OrderedCollections

/// Named values in order, such as a row of a table or the result of `record(a: 1)`.
package typealias Record = OrderedDictionary<String, Value>

/// A value of the language.
///
/// Lists, records and tables have value semantics. Networks, data sets and other objects of the subject conform to
/// `DomainObject`, so a new kind of object needs no new case.
///
/// Payloads larger than a string are stored indirectly, so that an element of a list takes 24 bytes.
package enum Value: Sendable {
  case none
  case number(Double)
  case string(String)
  case boolean(Bool)
  case list(List)
  indirect case range(NumberRange)
  indirect case record(Record)
  case table(Table)
  case function(Function)
  indirect case builtin(Overloads)
  indirect case object(any DomainObject)
}

extension Value {
  /// The name of the type in the language, which `type(x)` returns.
  package var typeName: String {
    switch self {
    case .none: "none"
    case .number: "number"
    case .string: "string"
    case .boolean: "boolean"
    case .list: "list"
    case .range: "range"
    case .record: "record"
    case .table: "table"
    case .function, .builtin: "function"
    case .object(let object): object.typeName
    }
  }

  /// The type with its article, for messages: `a string`, `an activation`, `none`.
  package var kind: String {
    if case .none = self { return "none" }
    if case .range(let range) = self, !range.fitsList { return "a range too long for a list" }
    if case .object(let object) = self { return object.kind }
    return withArticle(typeName)
  }

  /// The elements of a list or a range, or nil for other values and for a range too long for a list. The elements of a range
  /// are fewer if a stop is requested.
  package var elements: List? {
    switch self {
    case .list(let elements): elements
    case .range(let range) where range.fitsList: List(range.untilStopped.map { $0 })
    default: nil
    }
  }

  /// The number of `elements`, which is computed without creating them.
  package var elementCount: Int? {
    switch self {
    case .list(let elements): elements.count
    case .range(let range) where range.fitsList: range.count
    default: nil
    }
  }

  /// Creates a list of numbers.
  package static func numbers(_ numbers: some Sequence<Double>) -> Value {
    .list(List(numbers.untilStopped.map { $0 }))
  }

  /// Creates a list of any values.
  package static func list(of values: some RandomAccessCollection<Value>) -> Value { .list(List(values)) }

  /// Creates a list of any values. They are not copied if the list cannot be stored in a more compact way.
  package static func list(of values: [Value]) -> Value { .list(List(values)) }

  package static func whole(_ number: Int) -> Value { .number(Double(number)) }

  /// Returns a boolean, or throws if the value is not one.
  package func condition() throws(Complaint) -> Bool {
    if case .boolean(let truth) = self { return truth }
    if elementCount != nil {
      throw Complaint(
        "not-a-condition", "a condition must be true or false, but this is \(kind)",
        notes: ["all(list) and any(list) turn a list of booleans into one; len(x) > 0 tests for elements"])
    }
    let isQuoted = if case .string(let text) = self { text.contains { "<>=".contains($0) } } else { false }
    throw Complaint(
      "not-a-condition", "a condition must be true or false, but this is \(kind)",
      label: isQuoted ? "write \(text) without quotes" : "",
      notes: ["use a comparison, such as x != 0"])
  }
}

/// Returns a noun with the article `a` or `an`.
package func withArticle(_ noun: String) -> String {
  guard let first = noun.first else { return noun }
  return ("aeiou".contains(first) ? "an " : "a ") + noun
}
