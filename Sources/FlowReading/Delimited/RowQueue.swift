// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The blocks of a text, which several threads take one by one, and the rows they find in them.
struct RowQueue<Stream: ByteStream> {
  private var cutter: RowCutter<Stream>
  /// The first block, until it is taken. Its first row, the header, has been cut off.
  private var first: RowBlock?
  /// The pieces of the blocks taken so far, each nil until its block has been parsed.
  private var pieces: [RowPiece?] = []
  /// The number of the earliest block with an error, and the error.
  private var failure: (block: Int, error: ReadingError)?
  /// The columns known to be text from the start.
  private let knownTexts: [Bool]
  /// For each column, whether the fields of further blocks are kept as they are written.
  private var keepsText: [Bool]
  /// The number of rows and bytes of all parsed blocks.
  private var (rows, bytes) = (0, 0)

  /// A block to parse.
  struct Task {
    let number: Int
    let block: RowBlock
    let keepsText: [Bool]
    /// The expected number of rows.
    let rows: Int
  }

  /// - Parameter keepsText: The columns that are known to be text, or nil if nothing is known.
  init(_ cutter: RowCutter<Stream>, first: RowBlock, keepsText: [Bool]?, width: Int) {
    self.cutter = cutter
    self.first = first
    knownTexts = keepsText ?? [Bool](repeating: false, count: width)
    self.keepsText = knownTexts
  }

  /// Returns the next block, or nil at the end of the text or after an error.
  mutating func next() -> Task? {
    guard failure == nil else { return nil }
    do throws(ReadingError) {
      guard let block = try nextBlock() else { return nil }
      // A field takes at least two bytes of text, and a cell eight bytes or sixteen.
      do throws(MemoryRefusal) { try requireMemory(Double(block.bytes.count) * 8) } catch { throw ReadingError(error) }
      pieces.append(nil)
      // Slightly more rows than usual, because an array that grows is copied.
      let expected = bytes == 0 ? 0 : 1.02 * Double(rows) / Double(bytes) * Double(block.bytes.count)
      return Task(number: pieces.count - 1, block: block, keepsText: keepsText, rows: Int(expected))
    } catch {
      failure = (pieces.count, error)
      return nil
    }
  }

  private mutating func nextBlock() throws(ReadingError) -> RowBlock? {
    guard let block = first else { return try cutter.next() }
    first = nil
    return block
  }

  /// Takes the rows of a block.
  mutating func finish(_ task: Task, _ result: Result<RowPiece, DataError>) {
    switch result {
    case .success(let piece):
      rows += piece.rows
      bytes += task.block.bytes.count
      for column in keepsText.indices where piece.kinds[column].contains(.text) { keepsText[column] = true }
      pieces[task.number] = piece
    case .failure(let error):
      if task.number < failure?.block ?? .max { failure = (task.number, ReadingError(error)) }
    }
  }

  /// The bytes after the last line end, once all blocks have been taken.
  var rest: RowBlock? { cutter.rest }

  /// Returns the rows of all blocks. Throws the error of the earliest block that has one.
  mutating func columns(_ header: HeaderRow, _ parser: RowParser) throws(ReadingError) -> ParsedColumns {
    var columns = ParsedColumns(header, keptText: knownTexts)
    for number in 0..<(failure?.block ?? pieces.count) {
      guard let piece = pieces[number] else { throw .stopped }
      pieces[number] = nil
      try converting { () throws(DataError) in try columns.append(piece, parser) }
    }
    if let failure { throw failure.error }
    return columns
  }
}

extension Guarded {
  /// Parses the next block of a text. Returns false if there is none.
  @discardableResult
  func parseNext<Stream>(_ parser: RowParser) -> Bool where Value == RowQueue<Stream> {
    guard let task = withLock({ $0.next() }) else { return false }
    let result = Result { () throws(DataError) in
      try parser.parse(task.block, keepsText: task.keepsText, rows: task.rows)
    }
    withLock { $0.finish(task, result) }
    return true
  }
}
