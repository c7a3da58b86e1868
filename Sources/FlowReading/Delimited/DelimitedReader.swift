// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowTables

/// Reads a text with separated fields: TSV, CSV, and columns separated by blanks.
///
/// A column has the type that all its fields have. If any field is a text without quotes, the whole column is text, as
/// it is written. The text is parsed in blocks by several threads. Their results are independent of the blocks.
struct DelimitedReader {
  let path: String
  /// The character between fields, or nil to recognize it in the first row.
  private let separator: UInt8?
  /// Whether the file has the extension of a tab-separated table.
  private let isTabbed: Bool
  /// The text of a missing value in any column. If it is set, empty lines are skipped.
  private let missing: String?
  private let notation: CSVNotation
  private let pool: ThreadPool
  /// The least number of bytes of a block.
  var blockSize = 1 << 20
  /// Receives notes about what was assumed.
  private(set) var notes: [String] = []

  init(
    path: String, separator: UInt8? = nil, isTabbed: Bool = false, missing: String? = nil,
    notation: CSVNotation = CSVNotation(), pool: ThreadPool
  ) {
    self.notation = notation
    self.path = path
    self.separator = separator
    self.isTabbed = isTabbed
    self.missing = missing
    self.pool = pool
  }

  /// Reads a table, or numbers if the first row has only numbers.
  ///
  /// - Parameter open: Opens the text. A text that can be opened repeatedly is not kept in memory.
  mutating func read<Stream: ByteStream>(_ open: () throws(ReadingError) -> Stream) throws(ReadingError) -> Content {
    let first = try open()
    let kept = first.isRepeatable ? nil : KeptBytes()
    var columns = try parse(first, keeping: kept, keepsText: nil)
    let mayBeNumbers = columns.mayBeNumbers
    while columns.areMisread {
      let areText = columns.areText
      if let kept {
        columns = try parse(kept.replay(path), keeping: nil, keepsText: areText)
      } else {
        columns = try parse(open(), keeping: nil, keepsText: areText)
      }
    }
    let firstLine = columns.firstLine
    let content = try columns.content(path, pool)
    if case .table(let table) = content {
      let texts = zip(table.columns, mayBeNumbers).filter(\.1).map(\.0)
      notes += ReadingNotes(path: path, texts: texts, notation: notation).lines(firstLine: firstLine)
    }
    return content
  }

  private mutating func parse(
    _ stream: some ByteStream, keeping kept: KeptBytes?, keepsText: [Bool]?
  ) throws(ReadingError) -> ParsedColumns {
    notes = []
    var cutter = RowCutter(stream, blockSize: blockSize, keeping: kept)
    let firstBlock = try cutter.next()
    guard var block = firstBlock ?? cutter.rest else { throw ReadingError(.emptyFile(path: path)) }
    let separator = separator ?? guess(block.bytes)
    let header = try converting { () throws(DataError) in
      try HeaderRow(block, path: path, separator: separator, notation)
    }
    guard let header else { throw ReadingError(.emptyFile(path: path)) }
    if !header.isData {
      block = RowBlock(bytes: Array(block.bytes[header.length...]), line: header.nextLine)
      if let name = header.doubtfulName {
        notes.append("the first line of \(path) gives the names of the columns; \(name) looks like data instead")
      }
    }
    // A piece takes memory for each column, so there must not be many pieces of few rows.
    cutter.blockSize = max(cutter.blockSize, 256 * header.names.count)
    let parser = RowParser(
      path: path, separator: separator, width: header.names.count, ignoresQuotes: header.quotesNeedlessly,
      missing: missing, notation: notation, headerComment: header.commentLine)
    let queue = Guarded(RowQueue(cutter, first: block, keepsText: keepsText, width: header.names.count))
    // The first block shows which columns are text, and how many rows a block has.
    queue.parseNext(parser)
    pool.run(pool.threads) { _ in while queue.parseNext(parser) {} }
    try ReadingError.checkStop()
    return try queue.withLock { queue throws(ReadingError) in
      var columns = try queue.columns(header, parser)
      if firstBlock != nil, let last = queue.rest { try appendUnfinished(last, parser, to: &columns) }
      return columns
    }
  }

  /// Returns the separator of a text. Blanks separate fields only if the first two lines then have the same number of
  /// fields, because a name may contain blanks, and never if the file name indicates another format.
  private func guess(_ bytes: [UInt8]) -> UInt8 {
    if isTabbed { return UInt8(ascii: "\t") }
    let guess = CSVScanner.separator(of: bytes, isTabbed: false, notation)
    guard guess == UInt8(ascii: " ") else { return guess }
    let lines = bytes.prefix(1 << 20).split(maxSplits: 2) { $0.endsLine }.prefix(2)
    let counts = lines.map { $0.split(separator: guess).count }
    return path.hasSuffix(".csv") || path.hasSuffix(".csv.gz") || counts.count == 2 && counts[0] != counts[1]
      ? UInt8(ascii: ",") : guess
  }

  /// Appends the last line of a text without a final line end. It is left out if it is incomplete.
  private mutating func appendUnfinished(
    _ block: RowBlock, _ parser: RowParser, to columns: inout ParsedColumns
  ) throws(ReadingError) {
    let isOneLine = !block.bytes.contains { $0.endsLine }
    do throws(DataError) {
      let piece = try parser.parse(block, keepsText: columns.areText)
      if columns.accepts(piece), block.bytes.last != parser.separator {
        try columns.append(piece, parser)
        notes.append(
          "the last line of \(path) has no line break; if the file is still growing, the line may be incomplete")
        return
      }
    } catch {
      switch error {
      case .openQuote where isOneLine: break
      case .raggedRow(_, _, let expected, let found) where found < expected: break
      default: throw ReadingError(error)
      }
    }
    notes.append("left out the last line of \(path), which is incomplete")
  }
}

/// Runs `body` and converts its error.
func converting<Result>(_ body: () throws(DataError) -> Result) throws(ReadingError) -> Result {
  do throws(DataError) { return try body() } catch { throw ReadingError(error) }
}
