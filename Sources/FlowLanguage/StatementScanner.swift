// SPDX-License-Identifier: GPL-3.0-or-later

/// Finds the lines at which a statement can begin, in a single pass over the text.
public struct StatementScanner {
  private var lexer: Lexer
  /// The text before this offset consists of complete statements.
  private var boundary = 0

  /// Creates a scanner at the start of a source.
  public init(_ source: Source) { lexer = Lexer(source) }

  /// Returns a Boolean value that indicates whether the text before the start of a line ends with a complete statement,
  /// so that the line is not inside a string, a bracket or a block. Lines must be passed in ascending order.
  public mutating func isBetweenStatements(at lineStart: Int) -> Bool {
    // Inside a bracket or a string the lexer's answer suffices. Not parsing here keeps the total cost linear.
    guard lexer.run(to: lineStart) else { return false }
    let text = String(decoding: lexer.bytes[boundary..<lineStart], as: UTF8.self)
    if case .incomplete = completeness(of: text) { return false }
    boundary = lineStart
    return true
  }

  /// Skips the text up to an offset, which is not source code.
  public mutating func skip(to end: Int) {
    lexer.position = end
    boundary = end
  }
}

extension Lexer {
  /// Reads up to an offset and returns whether it lies outside all strings and brackets.
  fileprivate mutating func run(to end: Int) -> Bool {
    while position < end { next() }
    return position == end && brackets.isEmpty
  }
}
