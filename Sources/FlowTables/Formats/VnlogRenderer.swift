// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// Vnlog: columns separated by blanks, under a header in a comment. feedgnuplot, awk and vnl-filter read it directly.
/// Source: https://github.com/dkogan/vnlog.
///
/// A missing value is `nan`, because feedgnuplot draws a line for a column that contains nothing but `-`. Texts
/// cannot be quoted, so blanks, quotes and similar characters in them become `_`, and an empty text becomes `-`.
struct VnlogRenderer: LineRenderer {
  var blankLinesBetweenTables: Int { 1 }

  func header(_ headings: [Heading], firstRow: [Cell], _ layout: Layout) -> StyledText {
    StyledText("# " + line(headings.lazy.map { .text($0.name) }))
  }

  func line(_ cells: some Collection<Cell>) -> String {
    cells.map(field).joined(separator: " ") + "\n"
  }

  private func field(_ cell: Cell) -> String {
    switch cell {
    case .missing: "nan"
    case .boolean(let value): value ? "1" : "0"
    case .number(let value): NumberStyle.shortest(value)
    case .text(let text): text.isEmpty ? "-" : Self.word(text)
    }
  }

  /// Replaces the characters that would end the field or the line, and those that the reading programs would interpret
  /// as code: feedgnuplot inserts column names into gnuplot strings, and vnl-filter inserts them into Perl expressions.
  ///
  /// Scalars are compared, because a comment mark followed by a combining mark is a different `Character`.
  private static func word(_ text: String) -> String {
    var word = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.untilStopped {
      let isPlain =
        scalar.isASCII
        ? plain.contains(scalar) : !scalar.isDisturbing && !scalar.properties.isWhitespace
      word.append(isPlain ? scalar : "_")
    }
    return String(word)
  }

  private static let plain = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-+:/%=,~^*[]()".unicodeScalars)
}
