// SPDX-License-Identifier: GPL-3.0-or-later
import FlowText

/// Vnlog: columns between blanks under a header that is a comment, which feedgnuplot, awk and vnl-filter take as it is;
/// https://github.com/dkogan/vnlog.
///
/// A missing value is `nan`: feedgnuplot draws a line for a column that is `-` all the way. Texts cannot be quoted, so
/// blanks and comment marks in them become `_`, and an empty one is `-`.
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
    case .text(let text): text.isEmpty ? "-" : String(text.map { $0.isWhitespace || $0 == "#" ? "_" : $0 })
    }
  }
}
