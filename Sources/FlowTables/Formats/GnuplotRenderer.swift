// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// Data files for gnuplot. The header line lets gnuplot find columns by name, as in
/// `plot "file" index 0 using "layer":"grad_norm"`.
///
/// Fields are separated by blanks, and a missing value is `?` (`set datafile missing "?"`). Tables are separated by
/// two empty lines, so that gnuplot finds them as `index 0`, `index 1` and so on. A quote cannot be written inside a
/// quoted text; it becomes `'`.
struct GnuplotRenderer: LineRenderer {
  var blankLinesBetweenTables: Int { 2 }

  /// Writes a script that draws the plot.
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
      // Compare scalars, because a quote followed by a combining mark is a different `Character`.
      var cleaned = String.UnicodeScalarView()
      for scalar in text.unicodeScalars.untilStopped {
        cleaned.append(scalar == "\"" ? "'" : scalar.properties.isWhitespace ? " " : scalar)
      }
      return "\"" + String(cleaned) + "\""
    }
  }

  /// Characters that need quoting: the quote, the comment mark, the mark of a missing value, and the comma.
  private static let special = Array("\"#?,".utf8)
}
