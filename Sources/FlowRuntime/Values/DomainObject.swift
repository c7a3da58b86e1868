// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import FlowTables

/// A value of the subject: a network, a data set, a run, a named choice.
///
/// A new kind of object is one type that conforms; the language, completion and printing need no change.
/// Objects with state are classes: the language hands them around as references.
public protocol DomainObject: Sendable {
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
  /// The same with another network in the place of each; objects that can reach no network are as they are.
  func replacingNetworks(_ replacement: (Network) -> Network) -> any DomainObject
}

extension DomainObject {
  /// The type's name.
  public var kind: String { withArticle(typeName) }
  /// None.
  public var fieldNames: [String] { [] }
  /// None.
  public func field(_ name: String) throws(Complaint) -> Value? { nil }
  /// Refuses.
  public func setField(_ name: String, to value: Value) throws(Complaint) {
    throw Complaint("cannot-assign", "'\(name)' of \(kind) cannot be changed")
  }
  /// None: it cannot be indexed.
  public var elementCount: Int? { nil }
  /// Refuses.
  public func element(_ position: Int) throws(Complaint) -> Value {
    throw Complaint("bad-index", "\(kind) has no elements")
  }
  /// Refuses.
  public func setElement(_ position: Int, to value: Value) throws(Complaint) {
    throw Complaint("cannot-assign", "the elements of \(kind) cannot be changed")
  }
  /// The summary.
  public var display: Value { .string(summary) }
  /// None.
  public var plot: Plot? { nil }
  /// The summary.
  public var portable: Value { .string(summary) }
  /// None.
  public var fileExtensions: [String] { [] }
  /// No form of its own.
  public func encoded(as fileExtension: String) throws(Complaint) -> [UInt8]? { nil }
  /// Nothing worth counting.
  public var memory: Int { 0 }
  /// Itself.
  public func replacingNetworks(_ replacement: (Network) -> Network) -> any DomainObject { self }
}

extension DomainObject where Self: AnyObject {
  /// Whether it is the same reference.
  public func isEqual(to other: any DomainObject) -> Bool { (other as AnyObject) === self }
}
