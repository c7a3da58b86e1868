// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// TSV and CSV: a header line, unless it is left out, then one line per row. Lines end in a line feed.
///
/// A text that contains the separator, a quote or a line end is quoted, with its own quotes doubled, as in RFC 4180.
/// The same rule is applied to TSV; spreadsheets and data frames understand it in both formats. A text that would be
/// read as something else is quoted, too: an empty one, one with blanks at its ends, and one that looks like a number
/// or a boolean. In a column of texts and other values of a table that is written as a whole, all texts are quoted, and
/// so are words such as NA in a column in which no other text shows that they are texts.
struct DelimitedRenderer: LineRenderer {
  let separator: Character
  var hasHeader = true

  var blankLinesBetweenTables: Int { 2 }

  /// Returns the names of the columns. If all of them look like numbers, they are quoted, because otherwise the line
  /// would look like data.
  func header(_ headings: [Heading], firstRow: [Cell], _ layout: Layout) -> StyledText {
    guard hasHeader else { return "" }
    let areNumbers = headings.allSatisfy { DecimalText.isNumber($0.name) }
    return StyledText(line(headings.lazy.map { header($0.name, isQuoted: areNumbers) }))
  }

  private func header(_ name: String, isQuoted: Bool) -> String {
    let isQuoted = isQuoted || DelimitedText.nameNeedsQuotes(name, separator: separator.asciiValue)
    return DelimitedText.field(name, separator, isQuoted: isQuoted)
  }

  func line(_ cells: some Collection<Cell>) -> String {
    line(cells.lazy.map { field($0, isQuoted: false) })
  }

  func write(_ table: Table, _ layout: Layout, to output: inout StyledText) {
    output += header(table.headings, firstRow: [], layout)
    let areQuoted = table.columns.map { $0.isMixed || quotesWords($0) }
    for row in (0..<table.rowCount).untilStopped {
      output.write(line(zip(table[row].cells, areQuoted).lazy.map { field($0, isQuoted: $1) }))
    }
  }

  /// Returns a line of fields. A single empty field is quoted, because many readers skip empty lines.
  private func line(_ fields: some Sequence<String>) -> String {
    var line = ""
    var isFirst = true
    for field in fields {
      if !isFirst { line.append(separator) }
      isFirst = false
      line += field
    }
    if line.isEmpty { line = "\"\"" }
    line += "\n"
    return line
  }

  private func field(_ cell: Cell, isQuoted: Bool) -> String {
    guard case .text(let text) = cell else { return cell.exactText }
    return DelimitedText.field(text, separator, isQuoted: isQuoted || DelimitedText.looksLikeValue(text))
  }

  /// Returns whether a column has quoted texts and words for missing values, but no text that stands without quotes.
  private func quotesWords(_ column: Column) -> Bool {
    var (hasWord, hasQuoted) = (false, false)
    for row in (0..<column.count).untilStopped {
      guard case .text(let text) = column[row] else { continue }
      if DelimitedText.needsQuotes(text, separator: separator.asciiValue) || DelimitedText.looksLikeValue(text) {
        hasQuoted = true
      } else if DelimitedText.isMissingWord(text) {
        hasWord = true
      } else {
        return false
      }
    }
    return hasWord && hasQuoted
  }
}
