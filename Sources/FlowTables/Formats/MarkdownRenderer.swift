// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// Tables in GitHub Flavored Markdown. Numbers are right-aligned.
struct MarkdownRenderer: Renderer {
  var blankLinesBetweenTables: Int { 1 }

  func header(_ headings: [Heading], firstRow: [Cell], _ layout: Layout) -> StyledText {
    StyledText(line(headings.map { escaped($0.name) }) + line(headings.map { $0.role.isNumeric ? "--:" : ":--" }))
  }

  func row(_ cells: [Cell], _ headings: [Heading], index: Int, firstRow: [Cell], _ layout: Layout) -> StyledText {
    StyledText(line(cells.map { escaped($0.exactText) }))
  }

  func write(grid: [[Cell]], _ layout: Layout, to output: inout StyledText) {
    write(Table(grid: grid), layout, to: &output)
  }

  private func line(_ fields: [String]) -> String { "| " + fields.joined(separator: " | ") + " |\n" }

  /// Escapes the text of a cell. A bar would end the cell, a line end would end the row, `<` would start HTML, and `](`
  /// would start the address of a link or an image.
  private func escaped(_ text: String) -> String {
    var result = ""
    // Compare scalars, because a bar followed by a combining mark is a different `Character`.
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars.untilStopped {
      switch scalar {
      case "\\": result += "\\\\"
      case "|", "<": result += "\\\(scalar)"
      case "(" where previous == "]": result += "\\("
      case "\n" where previous == "\r": break
      case "\n", "\r": result += "<br>"
      default: result.unicodeScalars.append(scalar)
      }
      previous = scalar
    }
    return result
  }
}
