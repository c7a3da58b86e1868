// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// Tables of GitHub flavoured Markdown; numbers stand to the right.
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

  /// A bar would end the cell and a line end the row; the other two would begin HTML, or end the text of a link or picture
  /// whose address follows.
  private func escaped(_ text: String) -> String {
    var result = ""
    // By scalar: with a combining mark behind it, a bar is another character.
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
