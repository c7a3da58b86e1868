// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// TSV and CSV: a header line, then a line per row.
///
/// A text with the separator, a quote or a line end in it stands in quotes with its own quotes doubled (RFC 4180, for
/// tabs too), which spreadsheets and data frames read in either format. Lines end in a line feed.
struct DelimitedRenderer: LineRenderer {
  let separator: Character

  var blankLinesBetweenTables: Int { 2 }

  /// A line of fields. A lonely empty field is quoted, or readers would take it for an empty line.
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
