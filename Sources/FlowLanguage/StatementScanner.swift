// SPDX-License-Identifier: GPL-3.0-or-later

/// Finds the lines of a text at which a statement may begin, in one pass over the text for all of them.
public struct StatementScanner {
  private var lexer: Lexer
  /// Everything before this offset is whole statements.
  private var boundary = 0

  /// A scanner at the start of a text.
  public init(_ source: Source) { lexer = Lexer(source) }

  /// A Boolean value that indicates whether the text before the start of a line ends with a whole statement, so that
  /// the line is not inside a string, a bracket or a block. Lines must come in their order.
  public mutating func isBetweenStatements(at lineStart: Int) -> Bool {
    // What follows a bracket or stands in a string needs no parser, however often it is asked for.
    guard lexer.run(to: lineStart) else { return false }
    let text = String(decoding: lexer.bytes[boundary..<lineStart], as: UTF8.self)
    if case .incomplete = completeness(of: text) { return false }
    boundary = lineStart
    return true
  }

  /// Leaves out the text up to an offset, which is no source code.
  public mutating func skip(to end: Int) {
    lexer.position = end
    boundary = end
  }
}

extension Lexer {
  /// Reads up to an offset, and returns whether that is outside of all strings and brackets.
  fileprivate mutating func run(to end: Int) -> Bool {
    while position < end { next() }
    return position == end && brackets.isEmpty
  }
}
