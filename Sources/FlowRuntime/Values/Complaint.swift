// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath

/// What is wrong, told by code that does not know where in the source it works. The evaluator adds the place.
package struct Complaint: Error, Sendable {
  /// The stable kebab-case code of the diagnostic it becomes.
  package let code: String
  /// One sentence without a full stop.
  package let message: String
  /// Words beside the carets, such as `did you mean 'init'?`.
  package let label: String
  /// Further lines: the rule, the mend.
  package let notes: [String]

  /// A complaint without a place.
  package init(_ code: String, _ message: String, label: String = "", notes: [String] = []) {
    self.code = code
    self.message = message
    self.label = label
    self.notes = notes
  }

  /// Ends the computation if a stop is requested. The evaluator replaces the message by the reason.
  package static func checkStop() throws(Complaint) {
    if StopToken.current.isRequested { throw Complaint("interrupted", "interrupted") }
  }

  /// The diagnostic at a place.
  package func at(_ place: Place) -> Diagnostic {
    Diagnostic(
      code: code, message, labels: [Diagnostic.Label(place.source, place.range, label)], notes: notes)
  }

  /// A complaint about a name that is not one of those which are legal there.
  package static func unknown(
    _ what: String, _ name: String, of owner: String? = nil, code: String, among names: some Sequence<String>,
    notes: [String] = []
  ) -> Complaint {
    let names = Array(names)
    let meant = Synonym.of(name, among: names) ?? suggestion(for: name, among: names)
    let label = meant.map { "did you mean '\($0)'?" } ?? ""
    let owner = owner.map { " for \($0)" } ?? ""
    return Complaint(code, "unknown \(what) '\(name)'\(owner)", label: label, notes: notes)
  }
}

/// A range of a source.
package struct Place: Sendable {
  /// The text.
  package let source: Source
  /// The part of it.
  package let range: SourceRange

  /// A part of a text.
  package init(_ source: Source, _ range: SourceRange) {
    self.source = source
    self.range = range
  }

  /// The text that stands there.
  package var text: String { source.text(in: range) }
}
