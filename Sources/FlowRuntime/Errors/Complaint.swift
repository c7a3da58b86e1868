// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath

/// An error without a location, thrown by code that does not have the source. The evaluator adds the location.
package struct Complaint: Error, Sendable {
  /// The stable code of the diagnostic, in kebab-case.
  package let code: String
  /// One sentence without a full stop.
  package let message: String
  /// A text next to the carets, such as `did you mean 'init'?`.
  package let label: String
  /// The code to write instead of the underlined code, or nil. Without a label, the carets show it.
  package let replacement: String?
  /// Whether the replacement is an operation, which needs parentheses as an operand of another one.
  var isOperation = false
  /// Further lines, such as the rule that was broken and how to fix the error.
  package let notes: [String]

  package init(
    _ code: String, _ message: String, label: String = "", replacement: String? = nil, notes: [String] = []
  ) {
    self.code = code
    self.message = message
    self.label = label
    self.replacement = replacement
    self.notes = notes
  }

  /// Throws if a stop is requested. The evaluator replaces the message with the reason.
  package static func checkStop() throws(Complaint) {
    if StopToken.current.isRequested { throw Complaint(ErrorCode.interrupted, "interrupted") }
  }

  /// Returns the diagnostic for the error at a location.
  package func at(_ place: Place) -> Diagnostic {
    let code = isOperation && place.isOperand ? replacement.map { "(\($0))" } : replacement
    return Diagnostic(
      code: self.code, message, labels: [Diagnostic.Label(place.source, place.range, label, replacement: code)],
      notes: notes)
  }

  /// Creates the error about a name that is not one of the valid ones. It suggests a synonym or the closest valid name.
  ///
  /// - Parameters:
  ///   - what: A noun for the kind of name, such as `argument`.
  ///   - owner: What the name should belong to, such as a function, or nil.
  ///   - names: The valid names.
  package static func unknown(
    _ what: String, _ name: String, of owner: String? = nil, code: String, among names: some Sequence<String>,
    notes: [String] = []
  ) -> Complaint {
    let names = Array(names)
    let meant = Synonym.of(name, among: names) ?? suggestion(for: name, among: names)
    let label = meant.map { "did you mean '\($0)'?" } ?? ""
    let owner = owner.map { " for \($0)" } ?? ""
    return Complaint(
      code, "unknown \(what) '\(name)'\(owner)", label: label,
      replacement: meant.flatMap { ["none", "inf"].contains($0) ? $0 : nameCode($0) },
      notes: notes)
  }
}
