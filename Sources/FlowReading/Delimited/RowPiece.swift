// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowTables

/// The kinds of fields that were found in a column.
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

  /// Whether the fields must be kept verbatim: one is a text, or there are only words for missing numbers.
  var isText: Bool { contains(.text) || self == .missingWord }

  /// Whether the fields must be kept verbatim, and some were not.
  var isMisread: Bool { isText && !isDisjoint(with: [.number, .boolean, .missingWord]) }
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
  /// A Boolean value that indicates whether the file quotes fields that need no quotes, so quotes do not indicate text.
  let ignoresQuotes: Bool
  /// A field that is a missing value whatever the type of its column, such as `?` in files for gnuplot. If it is set,
  /// empty lines are ignored instead of ending the table.
  let missing: String?
  let notation: CSVNotation
  /// The line of the header if it looks like a comment.
  let headerComment: Int?

  /// Returns the rows of a block.
  ///
  /// - Parameters:
  ///   - keepsText: For each column, whether its fields are kept as they are written.
  ///   - rows: The expected number of rows.
  func parse(_ block: RowBlock, keepsText: [Bool], rows: Int = 0) throws(DataError) -> RowPiece {
    var builder = ColumnBuilder()
    builder.reserveCapacity(rows)
    var piece = RowPiece(
      columns: [ColumnBuilder](repeating: builder, count: width),
      kinds: [FieldKinds](repeating: [], count: width))
    var scanner = CSVScanner(path: path, bytes: block.bytes, separator: separator, notation: notation, line: block.line)
    var cache = TextCache()
    var plain =
      separator == UInt8(ascii: " ")
      ? nil
      : PlainRow(
        width: width, separator: separator, decimalPoint: notation.decimalPoint)
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
      if plain != nil {
        try readPlainRows(&plain!, &scanner, into: &piece, keepsText, &cache)
        if scanner.position == block.bytes.count || scanner.isAtEmptyLine { continue }
      }
      try readRow(&scanner, into: &piece, keepsText, &cache)
    }
    return piece
  }

  /// Reads rows as long as they are plain.
  private func readPlainRows(
    _ plain: inout PlainRow, _ scanner: inout CSVScanner, into piece: inout RowPiece, _ keepsText: [Bool],
    _ cache: inout TextCache
  ) throws(DataError) {
    let (bytes, first) = (scanner.bytes, scanner.position)
    var (position, rows, damaged): (Int, Int, Int?) = (first, 0, nil)
    bytes.withUnsafeBufferPointer { text in
      while damaged == nil, let next = plain.read(text, at: position) {
        for column in 0..<width {
          let number = plain.numbers[column]
          if !number.isNaN, !keepsText[column] {
            piece.columns[column].append(.number(number))
            piece.kinds[column].insert(.number)
          } else {
            let field = UnsafeBufferPointer(rebasing: text[plain.range(column)])
            guard let (cell, kind) = parse(bare: field, keepsText: keepsText[column], &cache) else {
              damaged = column
              break
            }
            piece.columns[column].append(cell)
            piece.kinds[column].insert(kind)
          }
        }
        if damaged == nil { (position, rows) = (next, rows + 1) }
      }
    }
    scanner.skip(to: position, lines: rows)
    piece.rows += rows
    if let damaged { throw .damagedText(path: path, line: scanner.line, column: damaged + 1) }
  }

  /// Returns the cell of a field without quotes, or nil if it is not UTF-8.
  @inline(__always)
  private func parse(
    bare field: UnsafeBufferPointer<UInt8>, keepsText: Bool, _ cache: inout TextCache
  ) -> (Cell, FieldKinds)? {
    if field.isEmpty { return (.missing, []) }
    if !keepsText, let number = notation.number(field) { return (.number(number), .number) }
    guard let text = cache.text(field) else { return nil }
    if text == missing { return (.missing, []) }
    if keepsText { return (.text(text), .text) }
    if let truth = BooleanText.value(of: text) { return (.boolean(truth), .boolean) }
    if DelimitedText.isMissingWord(text) { return (.missing, .missingWord) }
    return (.text(text), .text)
  }

  /// Throws if the empty lines before this line end the table, so that another one begins here.
  func checkGap(_ emptyLines: Int, line: Int) throws(DataError) {
    if emptyLines > 1, missing == nil, !notation.leavesOutLines { throw .secondTable(path: path, line: line) }
  }

  private func readRow(
    _ scanner: inout CSVScanner, into piece: inout RowPiece, _ keepsText: [Bool], _ cache: inout TextCache
  ) throws(DataError) {
    let comment = headerComment ?? (scanner.isAtComment ? scanner.line : nil)
    var column = 0
    while true {
      let field = try scanner.next()
      guard column < width, !field.endsRow || column == width - 1 else {
        if let comment { throw .comment(path: path, line: comment) }
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

  private func parse(
    _ field: CSVScanner.Field, _ scanner: CSVScanner, keepsText: Bool, _ cache: inout TextCache
  ) throws(DataError) -> (Cell, FieldKinds) {
    let isBare = !field.isQuoted || ignoresQuotes
    if field.range.isEmpty {
      // In a file with one column, a missing value is quoted too, because many readers skip empty lines.
      return isBare || width == 1 ? (.missing, []) : (.text(""), .quotedText)
    }
    if !isBare || field.hasDoubledQuotes {
      let text = try scanner.text(field)
      return (.text(text), keepsText || isBare ? .text : .quotedText)
    }
    let parsed = scanner.bytes.withUnsafeBufferPointer { text in
      parse(bare: UnsafeBufferPointer(rebasing: text[field.range]), keepsText: keepsText, &cache)
    }
    guard let parsed else { throw .damagedText(path: path, line: field.line, column: field.column) }
    return parsed
  }
}
