// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables

/// A value of the subject: a network, a data set, a run, a named choice.
///
/// A new kind of object is one type that conforms; the language, completion and printing need no change.
/// Objects with state are classes: the language hands them around as references.
package protocol DomainObject: Sendable {
  /// The type's name in the language, such as `network`.
  var typeName: String { get }
  /// The type with its article, as messages say it.
  var kind: String { get }
  /// The names after a dot, in the order in which completion shows them.
  var fieldNames: [String] { get }
  /// The value of a field, or nil where there is none of that name.
  func field(_ name: String) throws(Complaint) -> Value?
  /// Changes a field; objects refuse this unless they say otherwise.
  func setField(_ name: String, to value: Value) throws(Complaint)
  /// The number of elements, for objects that can be indexed.
  var elementCount: Int? { get }
  /// The element at a position from 1 to the number of elements.
  func element(_ position: Int) throws(Complaint) -> Value
  /// Changes the element at a position; objects refuse this unless they say otherwise.
  func setElement(_ position: Int, to value: Value) throws(Complaint)
  /// One line: what an assignment at the prompt shows, and how the object stands inside a list.
  var summary: String { get }
  /// What a bare expression prints: a string is printed as it is, a table as a table.
  var display: Value { get }
  /// What a bare expression draws in place of that, for objects that are pictures.
  var plot: Plot? { get }
  /// What JSON shows: any value but an object.
  var portable: Value { get }
  /// The extensions of files that it has a form of its own for, such as `safetensors`.
  var fileExtensions: [String] { get }
  /// The content of a file with that extension; nil for others than those, or where something else makes the file.
  func encoded(as fileExtension: String) throws(Complaint) -> [UInt8]?
  /// The approximate size in bytes of what a builtin may have to copy.
  var memory: Int { get }
  func isEqual(to other: any DomainObject) -> Bool
  /// Returns the object with the enclosure's own copy of all state that it shares with other objects.
  func enclosed(in enclosure: Enclosure) -> any DomainObject
}

extension DomainObject {
  /// The type's name.
  package var kind: String { withArticle(typeName) }
  /// None.
  package var fieldNames: [String] { [] }
  /// None.
  package func field(_ name: String) throws(Complaint) -> Value? { nil }
  /// Refuses.
  package func setField(_ name: String, to value: Value) throws(Complaint) {
    throw Complaint("cannot-assign", "'\(name)' of \(kind) cannot be changed")
  }
  /// None: it cannot be indexed.
  package var elementCount: Int? { nil }
  /// Refuses.
  package func element(_ position: Int) throws(Complaint) -> Value {
    throw Complaint("bad-index", "\(kind) has no elements")
  }
  /// Refuses.
  package func setElement(_ position: Int, to value: Value) throws(Complaint) {
    throw Complaint("cannot-assign", "the elements of \(kind) cannot be changed")
  }
  /// The summary.
  package var display: Value { .string(summary) }
  /// None.
  package var plot: Plot? { nil }
  /// The summary.
  package var portable: Value { .string(summary) }
  /// None.
  package var fileExtensions: [String] { [] }
  /// No form of its own.
  package func encoded(as fileExtension: String) throws(Complaint) -> [UInt8]? { nil }
  /// Nothing worth counting.
  package var memory: Int { 0 }
  /// Returns the object itself, which shares no state.
  package func enclosed(in enclosure: Enclosure) -> any DomainObject { self }
}

extension DomainObject where Self: AnyObject {
  /// Whether it is the same reference.
  package func isEqual(to other: any DomainObject) -> Bool { (other as AnyObject) === self }
}
