// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// A location in a source.
package struct Place: Sendable {
  package let source: Source
  package let range: SourceRange

  package init(_ source: Source, _ range: SourceRange) {
    self.source = source
    self.range = range
  }

  /// The text at the location.
  package var text: String { source.text(in: range) }

  /// Whether an arithmetic operator or an index is next to the location on its line.
  var isOperand: Bool {
    let line = source.line(holding: range.start).range
    let before = source.text(in: SourceRange(line.start, range.start)).last { $0 != " " }
    let end = max(range.end, source.line(holding: range.end).range.end)
    let after = source.text(in: SourceRange(range.end, end)).first { $0 != " " }
    return before.map { "+-*/%^".contains($0) } == true || after.map { "+-*/%^[.".contains($0) } == true
  }
}

extension Place {
  /// The location of calls that have no source code.
  static let nowhere = Place(Source(name: "", text: ""), SourceRange(0, 0))
}

extension Place {
  /// The notes on a name that follows `_{` or `^{` in a string, which is probably a formula: `"δ_{l+1}"`.
  var markupNotes: [String] {
    let line = source.line(holding: range.start).range
    let before = source.text(in: SourceRange(line.start, range.start))
    guard let brace = before.lastIndex(where: { "{}".contains($0) }), before[brace] == "{", brace > before.startIndex,
      "_^".contains(before[before.index(before: brace)])
    else { return [] }
    return ["a literal '{' in a string is written \\{"]
  }
}
