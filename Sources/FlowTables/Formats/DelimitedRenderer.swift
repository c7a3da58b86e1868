// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// TSV and CSV: a header line, then one line per row. Lines end in a line feed.
///
/// A text that contains the separator, a quote or a line end is quoted, with its own quotes doubled, as in RFC 4180.
/// The same rule is applied to TSV; spreadsheets and data frames understand it in both formats. A text that would be
/// read as something else is quoted, too: an empty one, one with blanks at its ends, and one that looks like a number
/// or a boolean. In a column of texts and other values, all texts are quoted.
struct DelimitedRenderer: LineRenderer {
  let separator: Character

  var blankLinesBetweenTables: Int { 2 }

  /// Returns the names of the columns. If all of them look like numbers, they are quoted, because otherwise the line
  /// would look like data.
  func header(_ headings: [Heading], firstRow: [Cell], _ layout: Layout) -> StyledText {
    let areNumbers = headings.allSatisfy { DecimalText.isNumber($0.name) }
    return StyledText(line(headings.lazy.map { DelimitedText.field($0.name, separator, isQuoted: areNumbers) }))
  }

  func line(_ cells: some Collection<Cell>) -> String {
    line(cells.lazy.map { field($0, isMixed: false) })
  }

  func write(_ table: Table, _ layout: Layout, to output: inout StyledText) {
    output += header(table.headings, firstRow: [], layout)
    let areMixed = table.columns.map(\.isMixed)
    for row in (0..<table.rowCount).untilStopped {
      output.write(line(zip(table[row].cells, areMixed).lazy.map { field($0, isMixed: $1) }))
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

  private func field(_ cell: Cell, isMixed: Bool) -> String {
    guard case .text(let text) = cell else { return cell.exactText }
    return DelimitedText.field(text, separator, isQuoted: isMixed || DelimitedText.looksLikeValue(text))
  }
}
