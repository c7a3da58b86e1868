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
}

extension Place {
  /// The location of calls that have no source code.
  static let nowhere = Place(Source(name: "", text: ""), SourceRange(0, 0))
}
