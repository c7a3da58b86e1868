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
  var separator: UInt8?
  /// Whether the file has the extension of a tab-separated table.
  var isTabbed = false
  /// A field that is a missing value in every column; then empty lines mean nothing, too.
  private let missing: String?
  let pool: ThreadPool
  /// The least number of bytes of a block.
  var blockSize = 1 << 22
  /// Receives notes about what was assumed.
  private(set) var notes: [String] = []

  init(path: String, separator: UInt8? = nil, isTabbed: Bool = false, missing: String? = nil, pool: ThreadPool) {
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
    if first.isRepeatable {
      var columns = try parse(first, recording: nil, keepsText: nil)
      while let textual = columns.misread { columns = try parse(open(), recording: nil, keepsText: textual) }
      return try columns.content(path)
    }
    let recording = Recording()
    var columns = try parse(first, recording: recording, keepsText: nil)
    while let textual = columns.misread {
      columns = try parse(recording.replay(path), recording: nil, keepsText: textual)
    }
    return try columns.content(path)
  }

  private mutating func parse(
    _ stream: some ByteStream, recording: Recording?, keepsText: [Bool]?
  ) throws(ReadingError) -> ParsedColumns {
    notes = []
    var cutter = RowCutter(stream, blockSize: blockSize, recording: recording)
    let firstBlock = try cutter.next()
    guard var block = firstBlock ?? cutter.rest else { throw ReadingError(.emptyFile(path: path)) }
    let separator = separator ?? guess(block.bytes)
    let header = try converting { () throws(DataError) in
      try HeaderRow(block, path: path, separator: separator)
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
      path: path, separator: separator, width: header.names.count, quotesSayNothing: header.quotesNeedlessly,
      allowsEmptyLines: missing != nil, missing: missing)
    var columns = ParsedColumns(header, keepsText: keepsText)
    var blocks: [RowBlock] = [block]
    repeat {
      let pieces = try parse(blocks, parser, columns)
      try converting { () throws(DataError) in try columns.append(pieces, parser) }
      columns.bytes += blocks.reduce(0) { $0 + $1.bytes.count }
      blocks = []
      while blocks.count < max(pool.threads, 1), let next = try cutter.next() { blocks.append(next) }
    } while !blocks.isEmpty
    if firstBlock != nil, let last = cutter.rest {
      try appendUnfinished(last, parser, to: &columns)
    }
    return columns
  }

  /// Returns the separator of a text. Blanks separate fields only if the first two lines then have the same number of
  /// fields, because a name may contain blanks, and never in a file that is named as one of another kind.
  private func guess(_ bytes: [UInt8]) -> UInt8 {
    if isTabbed { return UInt8(ascii: "\t") }
    let guess = CSVScanner.separator(of: bytes, isTabbed: false)
    guard guess == UInt8(ascii: " ") else { return guess }
    let lines = bytes.prefix(1 << 20).split(maxSplits: 2) { $0.endsLine }.prefix(2)
    let counts = lines.map { $0.split(separator: guess).count }
    return path.hasSuffix(".csv") || path.hasSuffix(".csv.gz") || counts.count == 2 && counts[0] != counts[1]
      ? UInt8(ascii: ",") : guess
  }

  private func parse(
    _ blocks: [RowBlock], _ parser: RowParser, _ columns: ParsedColumns
  ) throws(ReadingError) -> [RowPiece] {
    // A field takes at least two bytes of text, and a cell eight bytes or sixteen.
    let bytes = blocks.reduce(0) { $0 + $1.bytes.count }
    do throws(MemoryRefusal) { try requireMemory(Double(bytes) * 8) } catch { throw ReadingError(error) }
    let (keepsText, rowsPerByte) = (columns.keepsText, columns.rowsPerByte)
    let results = Guarded([Result<RowPiece, DataError>?](repeating: nil, count: blocks.count))
    pool.run(blocks.count) { index in
      let result = Result { () throws(DataError) in
        try parser.parse(
          blocks[index], keepsText: keepsText, rows: Int(Double(blocks[index].bytes.count) * rowsPerByte))
      }
      results.withLock { $0[index] = result }
    }
    try ReadingError.checkStop()
    var pieces: [RowPiece] = []
    for result in results.withLock({ $0 }) {
      switch result {
      case .success(let piece): pieces.append(piece)
      case .failure(let error): throw ReadingError(error)
      case nil: throw .stopped
      }
    }
    return pieces
  }

  /// Appends the last line of a text without a final line end. It is left out if it breaks off.
  private mutating func appendUnfinished(
    _ block: RowBlock, _ parser: RowParser, to columns: inout ParsedColumns
  ) throws(ReadingError) {
    let isOneLine = !block.bytes.contains { $0.endsLine }
    do throws(DataError) {
      let piece = try parser.parse(block, keepsText: columns.keepsText)
      if columns.accepts(piece), block.bytes.last != parser.separator {
        try columns.append([piece], parser)
        notes.append("the last line of \(path) has no line end; if the file is still growing, it may be unfinished")
        return
      }
    } catch {
      switch error {
      case .openQuote where isOneLine: break
      case .raggedRow(_, _, let expected, let found) where found < expected: break
      default: throw ReadingError(error)
      }
    }
    notes.append("left out the last line of \(path), which is unfinished")
  }
}

/// Runs `body` and converts its error.
func converting<Result>(_ body: () throws(DataError) -> Result) throws(ReadingError) -> Result {
  do throws(DataError) { return try body() } catch { throw ReadingError(error) }
}
