// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// Data files of gnuplot: `plot "file" index 0 using "layer":"grad_norm"` finds the columns by the header line.
///
/// Fields are parted by blanks, a missing value is `?` (`set datafile missing "?"`), and two empty lines part the
/// tables, which are then `index 0`, `index 1`... A quote cannot be written inside a quoted text; it becomes `'`.
struct GnuplotRenderer: LineRenderer {
  var blankLinesBetweenTables: Int { 2 }

  /// A script that draws it.
  func write(_ plot: Plot, _ layout: Layout, to output: inout StyledText) {
    output.write(GnuplotScript(plot).text)
  }

  func line(_ cells: some Collection<Cell>) -> String {
    cells.map(field).joined(separator: " ") + "\n"
  }

  private func field(_ cell: Cell) -> String {
    switch cell {
    case .missing: return "?"
    case .boolean(let value): return value ? "1" : "0"
    case .number(let value): return NumberStyle.shortest(value)
    case .text(let text):
      let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && !Self.special.contains($0) }
      if isPlain { return text }
      // By scalar: with a combining mark behind it, a quote is another character.
      var cleaned = String.UnicodeScalarView()
      for scalar in text.unicodeScalars.untilStopped {
        cleaned.append(scalar == "\"" ? "'" : scalar.properties.isWhitespace ? " " : scalar)
      }
      return "\"" + String(cleaned) + "\""
    }
  }

  /// A quote, the comment mark, the mark of a missing value, and the comma.
  private static let special = Array("\"#?,".utf8)
}
