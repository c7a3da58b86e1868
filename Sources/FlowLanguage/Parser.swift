// SPDX-License-Identifier: GPL-3.0-or-later

/// A recursive-descent parser that handles expressions by the precedences of the operator table.
struct Parser {
  let source: Source
  let tokens: [Token]
  /// The lexer's errors.
  let faults: [Diagnostic]
  let bracketFault: Lexer.BracketFault?
  var index = 0
  /// The number of enclosing loops in the innermost function, and the number of enclosing functions.
  var loops = 0
  var functions = 0
  /// The number of open brackets, blocks, function bodies, prefix operators and right operands of `^`.
  var nesting = 0
  /// The maximum height of the trees built since the last reset.
  var height = 0

  /// The maximum nesting depth. Deeper source is rejected, so that no recursive pass over the tree overflows the stack.
  static let nestingLimit = 200
  /// The maximum height of an expression, for the same reason: long chains of operators nest to the left.
  static let heightLimit = 500

  init(_ source: Source) {
    var lexer = Lexer(source)
    lexer.run()
    self.source = source
    tokens = lexer.tokens
    faults = lexer.faults
    bracketFault = lexer.bracketFault
  }

  var current: Token { tokens[index] }

  /// Returns the token at a distance from the current one, or the last token past the end.
  func ahead(_ distance: Int) -> Token { tokens[min(index + distance, tokens.count - 1)] }

  /// The end of the last token that was read.
  var previousEnd: Int { index > 0 ? tokens[index - 1].range.end : 0 }

  @discardableResult
  mutating func advance() -> Token {
    let token = current
    if index < tokens.count - 1 { index += 1 }
    return token
  }

  func at(_ symbol: Symbol) -> Bool { current.kind == .symbol(symbol) }
  func at(_ keyword: Keyword) -> Bool { current.kind == .keyword(keyword) }

  /// Consumes the symbol if it is the next token. Returns whether it was.
  mutating func take(_ symbol: Symbol) -> Bool {
    guard at(symbol) else { return false }
    advance()
    return true
  }

  /// Consumes the keyword if it is the next token. Returns whether it was.
  mutating func take(_ keyword: Keyword) -> Bool {
    guard at(keyword) else { return false }
    advance()
    return true
  }

  mutating func skipNewlines() {
    while current.kind == .newline { advance() }
  }

  mutating func skipSeparators() {
    while current.kind == .newline || at(.semicolon) { advance() }
  }

  func range(from start: Int) -> SourceRange { SourceRange(start, max(start, previousEnd)) }

  /// Parses a construct one level deeper. Throws if the nesting limit is exceeded.
  mutating func nested<T>(_ body: (inout Parser) throws(Diagnostic) -> T) throws(Diagnostic) -> T {
    nesting += 1
    guard nesting <= Parser.nestingLimit else {
      throw fault(
        "too-deep", "nested more than \(Parser.nestingLimit) levels deep", current.range,
        notes: ["assign the inner parts to names"])
    }
    let result = try body(&self)
    nesting -= 1
    return result
  }

  /// Parses a tree and measures its height separately. Afterwards `height` is the maximum of the tree and its siblings.
  mutating func measured<T>(_ body: (inout Parser) throws(Diagnostic) -> T) throws(Diagnostic) -> T {
    let outer = height
    height = 0
    let result = try body(&self)
    height = max(outer, height)
    return result
  }

  /// Adds one to the height for a node above the trees built so far. Throws if the height limit is exceeded.
  mutating func grow() throws(Diagnostic) {
    height += 1
    guard height <= Parser.heightLimit else {
      throw fault(
        "too-deep", "more than \(Parser.heightLimit) operations in one expression", current.range,
        notes: ["assign the parts to names, or keep the values in a list"])
    }
  }
}
