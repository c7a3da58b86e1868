// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// Vnlog: columns between blanks under a header that is a comment, which feedgnuplot, awk and vnl-filter take as it is;
/// https://github.com/dkogan/vnlog.
///
/// A missing value is `nan`: feedgnuplot draws a line for a column that is `-` all the way. Texts cannot be quoted, so
/// blanks, quotes and the like in them become `_`, and an empty one is `-`.
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

  /// The text without what would end the field or the line, and without what is code to the programs that it is for:
  /// feedgnuplot puts the names of columns into strings of gnuplot, vnl-filter into expressions of Perl. By scalar: with
  /// a combining mark behind it, a comment mark is another character.
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
