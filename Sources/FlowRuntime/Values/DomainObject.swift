// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables

/// A value of the subject: a network, a data set, a run or a named choice.
///
/// To add a kind of object, add a conforming type. Evaluation, completion and printing work for it without changes.
/// Objects with state are classes, which the language passes by reference.
package protocol DomainObject: Sendable {
  /// The type's name in the language, such as `network`.
  var typeName: String { get }
  /// The type with its article, for messages.
  var kind: String { get }
  /// The names after a dot, in the order in which completion shows them.
  var fieldNames: [String] { get }
  /// Returns the value of a field, or nil if there is no field with this name.
  func field(_ name: String) throws(Complaint) -> Value?
  /// Changes a field. Throws by default.
  func setField(_ name: String, to value: Value) throws(Complaint)
  /// The number of elements, or nil if the object cannot be indexed.
  var elementCount: Int? { get }
  /// Returns the element at a position from 1 to the number of elements.
  func element(_ position: Int) throws(Complaint) -> Value
  /// Changes the element at a position. Throws by default.
  func setElement(_ position: Int, to value: Value) throws(Complaint)
  /// A description on one line, which is printed inside a list and after an assignment at the prompt.
  var summary: String { get }
  /// A text that differs between objects with different content, which shows whether a sweep uses the same ones again.
  var identity: String { get }
  /// The value to print for a bare expression, such as a string or a table.
  var display: Value { get }
  /// The plot to draw instead of `display`, or nil.
  var plot: Plot? { get }
  /// The drawing to show instead of `display`, or nil.
  var drawing: (any Drawing)? { get }
  /// Returns the object as an SVG of the given size in centimetres, or nil if it does not draw SVG itself.
  func svg(width: Double?, height: Double?) -> [UInt8]?
  /// The value to print in JSON, which must not be an object.
  var portable: Value { get }
  /// The extensions of the file formats that only this kind of object has, such as `safetensors`.
  var fileExtensions: [String] { get }
  /// Returns the content of a file with the extension, or nil if the object does not encode that format itself.
  func encoded(as fileExtension: String) throws(Complaint) -> [UInt8]?
  /// The builtin that applies the object to data, or nil. An error about a call of the object offers it.
  var applicator: String? { get }
  /// The approximate number of bytes that a builtin may have to copy.
  var memory: Int { get }
  func isEqual(to other: any DomainObject) -> Bool
  /// Returns the object with the enclosure's own copy of all state that it shares with other objects.
  func enclosed(in enclosure: Enclosure) -> any DomainObject
}

extension DomainObject {
  package var kind: String { withArticle(typeName) }
  package var fieldNames: [String] { [] }
  package func field(_ name: String) throws(Complaint) -> Value? { nil }
  package func setField(_ name: String, to value: Value) throws(Complaint) {
    throw Complaint("cannot-assign", "'\(name)' of \(kind) cannot be changed")
  }
  package var elementCount: Int? { nil }
  package func element(_ position: Int) throws(Complaint) -> Value {
    throw Complaint("bad-index", "\(kind) has no elements")
  }
  package func setElement(_ position: Int, to value: Value) throws(Complaint) {
    throw Complaint("cannot-assign", "the elements of \(kind) cannot be changed")
  }
  package var identity: String { summary }
  package var display: Value { .string(summary) }
  package var plot: Plot? { nil }
  package var drawing: (any Drawing)? { nil }
  package func svg(width: Double?, height: Double?) -> [UInt8]? { nil }
  package var portable: Value { .string(summary) }
  package var fileExtensions: [String] { [] }
  package func encoded(as fileExtension: String) throws(Complaint) -> [UInt8]? { nil }
  package var applicator: String? { nil }
  package var memory: Int { 0 }
  /// Returns the object itself, for objects that share no state.
  package func enclosed(in enclosure: Enclosure) -> any DomainObject { self }
}

extension DomainObject where Self: AnyObject {
  /// Returns whether both are the same reference.
  package func isEqual(to other: any DomainObject) -> Bool { (other as AnyObject) === self }
}
