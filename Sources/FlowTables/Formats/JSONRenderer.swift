// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// One JSON document per printed value. A table is an array of row objects, and a matrix is an array of arrays.
struct JSONRenderer: Renderer {
  var nonfinite = FormatOptions.Nonfinite.null

  var blankLinesBetweenTables: Int { 0 }

  func header(_ headings: [Heading], firstRow: [Cell], _ layout: Layout) -> StyledText { "[" }

  /// Returns a row that starts with the separator from the previous one, so that no lookahead is needed.
  func row(_ cells: [Cell], _ headings: [Heading], index: Int, firstRow: [Cell], _ layout: Layout) -> StyledText {
    StyledText((index == 0 ? "\n" : ",\n") + JSONText.object(cells, headings, nonfinite))
  }

  func footer(rowCount: Int) -> String { rowCount == 0 ? "]\n" : "\n]\n" }

  func write(_ record: [Document.Field], _ layout: Layout, to output: inout StyledText) {
    output.write(JSONText.value(.record(record), nonfinite) + "\n")
  }

  func write(grid: [[Cell]], _ layout: Layout, to output: inout StyledText) {
    let rows = grid.untilStopped.lazy.map { row in
      "[" + row.lazy.map { JSONText.value($0, nonfinite) }.joined(separator: ", ") + "]"
    }
    output.write("[" + rows.joined(separator: ",\n ") + "]\n")
  }

  func write(list: [Document], _ layout: Layout, to output: inout StyledText) {
    output.write(JSONText.value(.list(list), nonfinite) + "\n")
  }

  func write(_ cell: Cell, to output: inout StyledText) {
    output.write(JSONText.value(cell, nonfinite) + "\n")
  }
}
