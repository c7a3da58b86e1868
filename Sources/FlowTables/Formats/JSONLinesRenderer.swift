// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// JSON Lines: each row, record or value is a JSON document on a line of its own.
struct JSONLinesRenderer: Renderer {
  var nonfinite = FormatOptions.Nonfinite.null

  var blankLinesBetweenTables: Int { 0 }

  func header(_ headings: [Heading], firstRow: [Cell], _ layout: Layout) -> StyledText { "" }

  func row(_ cells: [Cell], _ headings: [Heading], index: Int, firstRow: [Cell], _ layout: Layout) -> StyledText {
    StyledText(JSONText.object(cells, headings, nonfinite) + "\n")
  }

  func write(_ record: [Document.Field], _ layout: Layout, to output: inout StyledText) {
    output.write(JSONText.value(.record(record), nonfinite) + "\n")
  }

  /// Writes one line per row of the matrix.
  func write(grid: [[Cell]], _ layout: Layout, to output: inout StyledText) {
    for row in grid.untilStopped {
      output.write("[" + row.map { JSONText.value($0, nonfinite) }.joined(separator: ", ") + "]\n")
    }
  }

  func write(list: [Document], _ layout: Layout, to output: inout StyledText) {
    output.write(JSONText.value(.list(list), nonfinite) + "\n")
  }

  func write(_ cell: Cell, to output: inout StyledText) {
    output.write(JSONText.value(cell, nonfinite) + "\n")
  }
}
