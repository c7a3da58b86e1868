// SPDX-License-Identifier: GPL-3.0-or-later

/// A position in a text as editors show it. Line and column count from 1.
public struct SourceLocation: Hashable, Sendable {
  public let line: Int
  /// The column in characters (grapheme clusters), not in bytes.
  public let column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

extension Source {
  /// The maximum size of a script in bytes. A larger file is unlikely to be a script and would take very long to read.
  public static let limit = 1 << 24

  /// Creates a source from bytes. Invalid UTF-8 becomes U+FFFD, which the lexer reports with its location.
  public convenience init(name: String, bytes: some Sequence<UInt8>, folder: String? = nil) {
    self.init(name: name, text: String(decoding: Array(bytes), as: UTF8.self), folder: folder)
  }

  /// Returns the line and column of a UTF-8 offset. Offsets outside the text are clamped.
  public func location(at offset: Int) -> SourceLocation {
    let (line, range) = line(holding: offset)
    let before = min(max(offset, range.start), range.end) - range.start
    var bytes = 0
    var column = 1
    for character in substring(range) {
      bytes += character.utf8.count
      if bytes > before { break }
      column += 1
    }
    return SourceLocation(line: line, column: column)
  }

  /// Returns the text of a line, counted from 1, without its line break, or an empty string if there is no such line.
  public func lineText(_ line: Int) -> String {
    let starts = lineStarts()
    guard line >= 1, line <= starts.count else { return "" }
    return String(substring(lineRange(startingAt: starts[line - 1])))
  }

  /// Returns the range of a line, counted from 1, without its line break. There must be such a line.
  package func line(number: Int) -> SourceRange { lineRange(startingAt: lineStarts()[number - 1]) }

  /// The number of lines, which is one more than the number of line breaks.
  public var lineCount: Int { lineStarts().count }

  /// Returns the text of a range, clamped to the source.
  public func text(in range: SourceRange) -> String { String(substring(range)) }

  /// Returns the number of the line that contains an offset, and its range without the line break.
  package func line(holding offset: Int) -> (number: Int, range: SourceRange) {
    let starts = lineStarts()
    let index = (starts.firstIndex { $0 > offset } ?? starts.count) - 1
    return (max(index, 0) + 1, lineRange(startingAt: starts[max(index, 0)]))
  }

  /// Returns the offsets at which lines begin. A line ends with LF, CR LF or a lone CR.
  private func lineStarts() -> [Int] {
    var starts = [0]
    var previous: UInt8 = 0
    for (offset, byte) in text.utf8.enumerated() {
      if byte == UInt8(ascii: "\n") {
        if previous == UInt8(ascii: "\r") { starts.removeLast() }
        starts.append(offset + 1)
      } else if byte == UInt8(ascii: "\r") {
        starts.append(offset + 1)
      }
      previous = byte
    }
    return starts
  }

  private func lineRange(startingAt start: Int) -> SourceRange {
    let utf8 = text.utf8
    let from = utf8.index(utf8.startIndex, offsetBy: start)
    let length = utf8[from...].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }.count
    return SourceRange(start, start + length)
  }

  private func substring(_ range: SourceRange) -> Substring {
    let utf8 = text.utf8
    let start = min(max(range.start, 0), utf8.count)
    let end = min(max(range.end, start), utf8.count)
    return text[utf8.index(utf8.startIndex, offsetBy: start)..<utf8.index(utf8.startIndex, offsetBy: end)]
  }
}
