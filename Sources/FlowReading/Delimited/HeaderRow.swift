// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowTables

/// The first row of a text with separated fields.
struct HeaderRow {
  /// The names of the columns. A column without a name is named by its number, such as `column_3`.
  let names: [String]
  /// A Boolean value that indicates whether the row has only numbers, so that it is data and there are no names.
  let isData: Bool
  /// A Boolean value that indicates whether a name is quoted that needs no quotes.
  let quotesNeedlessly: Bool
  /// A name that looks like a measured number, so that the row may be data.
  let doubtfulName: String?
  /// The number of bytes of the row, including its line end.
  let length: Int
  /// The number of the line after the row.
  let nextLine: Int
  /// The line of the row if it looks like a comment.
  let commentLine: Int?

  /// The largest number of columns. A list, such as that of their names, cannot be longer.
  private static let mostColumns = 10_000_000

  /// Reads the first row that is not empty. Returns nil if there is none.
  init?(_ block: RowBlock, path: String, separator: UInt8, _ notation: CSVNotation) throws(DataError) {
    var scanner = CSVScanner(path: path, bytes: block.bytes, separator: separator, line: block.line)
    try scanner.skipEmptyLines()
    commentLine = scanner.isAtComment ? scanner.line : nil
    guard scanner.position < block.bytes.count else { return nil }
    var fields: [(text: String, isQuoted: Bool)] = []
    var endsRow = false
    while !endsRow {
      if fields.count & 0xFFFF == 0, StopToken.current.isRequested { throw .stopped }
      guard fields.count < Self.mostColumns else { throw .tooManyColumns(path: path, limit: Self.mostColumns) }
      let field = try scanner.next()
      fields.append((try scanner.text(field), field.isQuoted))
      endsRow = field.endsRow
    }
    let areNumbers = fields.map { notation.isNumber($0.text) }
    let needsQuotes = areNumbers.allSatisfy(\.self)
    isData = zip(fields, areNumbers).allSatisfy { !$0.isQuoted && $1 }
    quotesNeedlessly = fields.contains { field in
      field.isQuoted && !needsQuotes && !field.text.isEmpty
        && !DelimitedText.nameNeedsQuotes(field.text, separator: separator)
    }
    doubtfulName = fields.first { !$0.isQuoted && $0.text.contains(".") && DecimalText.isNumber($0.text) }?.text
    names = fields.enumerated().map { $1.text.isEmpty ? "column_\($0 + 1)" : $1.text }
    length = scanner.position
    nextLine = scanner.line
    if !isData {
      var seen: Set<String> = []
      for name in names.untilStopped where !seen.insert(name).inserted { throw .repeatedColumn(path: path, name: name) }
    }
  }
}
