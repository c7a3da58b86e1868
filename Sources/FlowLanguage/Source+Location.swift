// SPDX-License-Identifier: GPL-3.0-or-later

/// Where an offset stands, as people count: both from 1.
public struct SourceLocation: Hashable, Sendable {
  /// The number of the line.
  public let line: Int
  /// In characters (grapheme clusters), not in bytes.
  public let column: Int

  /// A place in a text.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

extension Source {
  /// The most bytes of a script. Longer ones are no scripts, and reading them would take very long.
  public static let limit = 1 << 24

  /// A text from bytes, such as a file's; what is not UTF-8 becomes U+FFFD, which the lexer rejects with its place.
  public convenience init(name: String, bytes: some Sequence<UInt8>) {
    self.init(name: name, text: String(decoding: Array(bytes), as: UTF8.self))
  }

  /// Line and column of a UTF-8 offset; offsets outside the text count as its nearer end.
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

  /// The text of a line counted from 1, without its line break; empty where there is no such line.
  public func lineText(_ line: Int) -> String {
    let starts = lineStarts()
    guard line >= 1, line <= starts.count else { return "" }
    return String(substring(lineRange(startingAt: starts[line - 1])))
  }

  /// The number of lines: one more than there are line breaks.
  public var lineCount: Int { lineStarts().count }

  /// The part of the text a range covers, clamped to the text.
  public func text(in range: SourceRange) -> String { String(substring(range)) }

  /// The number and the range, without the line break, of the line in which an offset stands.
  package func line(holding offset: Int) -> (number: Int, range: SourceRange) {
    let starts = lineStarts()
    let index = (starts.firstIndex { $0 > offset } ?? starts.count) - 1
    return (max(index, 0) + 1, lineRange(startingAt: starts[max(index, 0)]))
  }

  /// The offsets at which lines begin. A line ends at LF, CR LF or a lone CR.
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
