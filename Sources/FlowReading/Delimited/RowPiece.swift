// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowTables

/// What the fields of a column turned out to be.
struct FieldKinds: OptionSet, Sendable {
  let rawValue: UInt8

  static let number = FieldKinds(rawValue: 1)
  static let boolean = FieldKinds(rawValue: 2)
  /// A text without quotes, which makes the whole column text.
  static let text = FieldKinds(rawValue: 4)
  /// A text in quotes, which may be mixed with numbers.
  static let quotedText = FieldKinds(rawValue: 8)
  /// A word for a missing number.
  static let missingWord = FieldKinds(rawValue: 16)

  /// Whether the fields must be kept as they are written: one is a text, or there are only words for missing numbers.
  var isText: Bool { contains(.text) || self == .missingWord }

  /// Whether some fields are not stored as they are written.
  var hasValues: Bool { !isDisjoint(with: [.number, .boolean, .missingWord]) }
}

/// The rows of a block.
struct RowPiece: Sendable {
  var columns: [ColumnBuilder]
  var kinds: [FieldKinds]
  var rows = 0
  /// The number of the line of the first row.
  var line = 1
  /// The number of empty lines before the first row and after the last one.
  var emptyLinesBefore = 0
  var emptyLinesAfter = 0
}

/// Parses rows.
struct RowParser: Sendable {
  let path: String
  let separator: UInt8
  /// The number of columns.
  let width: Int
  /// A Boolean value that indicates whether the file quotes fields that need no quotes, so that quotes say nothing.
  let quotesSayNothing: Bool
  /// A Boolean value that indicates whether empty lines mean nothing, instead of ending the table.
  let allowsEmptyLines: Bool

  /// Returns the rows of a block.
  ///
  /// - Parameter keepsText: For each column, whether its fields are kept as they are written.
  func parse(_ block: RowBlock, keepsText: [Bool]) throws(DataError) -> RowPiece {
    var piece = RowPiece(
      columns: [ColumnBuilder](repeating: ColumnBuilder(), count: width),
      kinds: [FieldKinds](repeating: [], count: width))
    var scanner = CSVScanner(path: path, bytes: block.bytes, separator: separator, line: block.line)
    var cache = TextCache()
    while scanner.position < block.bytes.count {
      if scanner.skipEmptyLine() {
        piece.emptyLinesAfter += 1
        continue
      }
      if piece.rows == 0 {
        (piece.emptyLinesBefore, piece.line) = (piece.emptyLinesAfter, scanner.line)
      } else {
        try checkGap(piece.emptyLinesAfter, line: scanner.line)
      }
      piece.emptyLinesAfter = 0
      try readRow(&scanner, into: &piece, keepsText, &cache)
    }
    return piece
  }

  /// Throws if so many empty lines end a table that another one begins here.
  func checkGap(_ emptyLines: Int, line: Int) throws(DataError) {
    if emptyLines > 1, !allowsEmptyLines { throw .secondTable(path: path, line: line) }
  }

  private func readRow(
    _ scanner: inout CSVScanner, into piece: inout RowPiece, _ keepsText: [Bool], _ cache: inout TextCache
  ) throws(DataError) {
    var column = 0
    while true {
      let field = try scanner.next()
      guard column < width, !field.endsRow || column == width - 1 else {
        var (found, endsRow) = (column + 1, field.endsRow)
        while !endsRow {
          endsRow = try scanner.next().endsRow
          found += 1
        }
        throw .raggedRow(path: path, line: field.line, expected: width, found: found)
      }
      let (cell, kind) = try parse(field, scanner, keepsText: keepsText[column], &cache)
      piece.columns[column].append(cell)
      piece.kinds[column].formUnion(kind)
      column += 1
      if field.endsRow { break }
    }
    piece.rows += 1
  }

  @inline(__always)
  private func parse(
    _ field: CSVScanner.Field, _ scanner: CSVScanner, keepsText: Bool, _ cache: inout TextCache
  ) throws(DataError) -> (Cell, FieldKinds) {
    let isBare = !field.isQuoted || quotesSayNothing
    if field.range.isEmpty {
      // In a file with one column, a missing value is quoted too, because many readers skip empty lines.
      return isBare || width == 1 ? (.missing, []) : (.text(""), .quotedText)
    }
    if isBare, !keepsText, let number = scanner.anyNumber(field) { return (.number(number), .number) }
    let text = try text(of: field, scanner, &cache)
    if keepsText { return (.text(text), .text) }
    guard isBare else { return (.text(text), .quotedText) }
    if let truth = BooleanText.value(of: text) { return (.boolean(truth), .boolean) }
    if DelimitedText.isMissingWord(text) { return (.missing, .missingWord) }
    return (.text(text), .text)
  }

  private func text(
    of field: CSVScanner.Field, _ scanner: CSVScanner, _ cache: inout TextCache
  ) throws(DataError) -> String {
    if field.hasDoubledQuotes { return try scanner.text(field) }
    let text = scanner.bytes.withUnsafeBufferPointer { cache.text(UnsafeBufferPointer(rebasing: $0[field.range])) }
    guard let text else { throw .damagedText(path: path, line: field.line, column: field.column) }
    return text
  }
}
