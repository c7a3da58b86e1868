// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import Glibc

/// A part of a text that consists of whole rows, except at the end of a file without a final line end.
struct RowBlock: Sendable {
  var bytes: [UInt8]
  /// The number of the first line, from 1.
  var line: Int
}

/// Cuts a text into blocks of whole rows, so that the blocks can be parsed independently.
struct RowCutter<Stream: ByteStream> {
  private var stream: Stream
  /// What has been read but not returned yet: the start of a row.
  private var pending: [UInt8] = []
  private var line = 1
  private var isAtEnd = false
  /// The least number of bytes of a block, unless the text is shorter.
  var blockSize: Int
  /// Receives all bytes that are read, or nil if the file can be opened again.
  private let kept: KeptBytes?

  init(_ stream: Stream, blockSize: Int, keeping kept: KeptBytes?) {
    self.stream = stream
    self.blockSize = blockSize
    self.kept = kept
  }

  /// Returns the next rows, or nil if no whole row is left.
  mutating func next() throws(ReadingError) -> RowBlock? {
    while true {
      while pending.count < blockSize, !isAtEnd {
        let chunk = try stream.next(blockSize)
        try CSVScanner.checkText(in: chunk, stream.path)
        kept?.append(chunk)
        isAtEnd = chunk.isEmpty
        if pending.isEmpty { pending = chunk } else { pending += chunk }
      }
      try ReadingError.checkStop()
      if let cut = Self.lastRowEnd(pending, isWhole: isAtEnd) {
        let rest = Array(pending[cut.end...])
        pending.removeLast(rest.count)
        defer {
          pending = rest
          line += cut.lines
        }
        return RowBlock(bytes: pending, line: line)
      }
      if isAtEnd { return nil }
      // A row is longer than the block.
      blockSize *= 2
    }
  }

  /// The bytes after the last line end, once all whole rows have been returned.
  var rest: RowBlock? { pending.isEmpty ? nil : RowBlock(bytes: pending, line: line) }

  /// Returns the position after the last line end outside quotes, and the number of lines before it.
  private static func lastRowEnd(_ bytes: [UInt8], isWhole: Bool) -> (end: Int, lines: Int)? {
    // Local copies, because constants of another module would be function calls.
    let (quote, lineFeed, carriageReturn) = (UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"))
    return bytes.withUnsafeBufferPointer { bytes in
      var (end, lines, linesAtEnd) = (0, 0, 0)
      // Most texts have neither quotes nor carriage returns.
      if bytes.count > 0, memchr(bytes.baseAddress!, CInt(quote), bytes.count) == nil,
        memchr(bytes.baseAddress!, CInt(carriageReturn), bytes.count) == nil
      {
        while let next = memchr(bytes.baseAddress! + end, CInt(lineFeed), bytes.count - end) {
          end = bytes.baseAddress!.distance(to: next.assumingMemoryBound(to: UInt8.self)) + 1
          lines += 1
        }
        return end == 0 ? nil : (end, lines)
      }
      var isQuoted = false
      var index = 0
      while index < bytes.count {
        let byte = bytes[index]
        index += 1
        if byte == quote {
          isQuoted.toggle()
        } else if byte == lineFeed {
          lines += 1
          if !isQuoted { (end, linesAtEnd) = (index, lines) }
        } else if byte == carriageReturn {
          // Wait for the next byte, which decides whether this one ends the line.
          guard index < bytes.count || isWhole else { break }
          if index < bytes.count, bytes[index] == lineFeed { continue }
          lines += 1
          if !isQuoted { (end, linesAtEnd) = (index, lines) }
        }
      }
      return end == 0 ? nil : (end, linesAtEnd)
    }
  }
}

extension CSVScanner {
  static func checkText(in bytes: [UInt8], _ path: String) throws(ReadingError) {
    do throws(DataError) { try checkText(bytes, path) } catch { throw ReadingError(error) }
  }
}
