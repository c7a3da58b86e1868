// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// A format in which the header, rows, rows of a matrix and elements of a list are all lines of fields.
protocol LineRenderer: Renderer {
  /// Returns a line of fields, including its line end.
  func line(_ cells: some Collection<Cell>) -> String
}

extension LineRenderer {
  func header(_ headings: [Heading], firstRow: [Cell], _ layout: Layout) -> StyledText {
    StyledText(line(headings.lazy.map { .text($0.name) }))
  }

  func row(_ cells: [Cell], _ headings: [Heading], index: Int, firstRow: [Cell], _ layout: Layout) -> StyledText {
    StyledText(line(cells))
  }

  func write(grid: [[Cell]], _ layout: Layout, to output: inout StyledText) {
    for row in grid.untilStopped { output.write(line(row)) }
  }

  func write(list: [Document], _ layout: Layout, to output: inout StyledText) {
    for element in list.untilStopped { output.write(line(CollectionOfOne(element.tableCell))) }
  }
}
