// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// TSV and CSV: a header line, unless it is left out, then one line per row. Lines end in a line feed.
///
/// A text that contains the separator, a quote or a line end is quoted, with its own quotes doubled, as in RFC 4180.
/// The same rule is applied to TSV; spreadsheets and data frames understand it in both formats. An empty text is
/// quoted to distinguish it from a missing value.
struct DelimitedRenderer: LineRenderer {
  let separator: Character
  var hasHeader = true

  var blankLinesBetweenTables: Int { 2 }

  func header(_ headings: [Heading], firstRow: [Cell], _ layout: Layout) -> StyledText {
    StyledText(hasHeader ? line(headings.lazy.map { .text($0.name) }) : "")
  }

  /// Returns a line of fields. A single empty field is quoted, because readers skip empty lines.
  func line(_ cells: some Collection<Cell>) -> String {
    var line = ""
    var isFirst = true
    for cell in cells {
      if !isFirst { line.append(separator) }
      isFirst = false
      line += field(cell)
    }
    if line.isEmpty { line = "\"\"" }
    line += "\n"
    return line
  }

  private func field(_ cell: Cell) -> String {
    guard case .text(let text) = cell else { return cell.exactText }
    let quote = UInt8(ascii: "\"")
    let needsQuotes = text.utf8.contains {
      $0 == quote || $0 == separator.asciiValue || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r")
    }
    guard needsQuotes || text.isEmpty else { return text }
    var result = "\""
    for character in text.unicodeScalars.untilStopped {
      if character == "\"" { result += "\"" }
      result.unicodeScalars.append(character)
    }
    return result + "\""
  }
}
