// SPDX-License-Identifier: GPL-3.0-or-later

/// Reads tokens by recursive descent, expressions by the precedences of the operator table.
struct Parser {
  let source: Source
  let tokens: [Token]
  /// What the lexer could not read.
  let faults: [Diagnostic]
  let bracketFault: Lexer.BracketFault?
  var index = 0
  /// How many loops of the innermost function, and how many functions, the statement stands in.
  var loops = 0
  var functions = 0
  /// How many brackets and operators without a left side are open.
  var nesting = 0
  /// The greatest height of the trees made since it was last set to 0.
  var height = 0

  /// Deeper source is refused, so that no reader of the tree runs out of stack.
  static let nestingLimit = 200
  /// The same for long chains of operators, which nest to the left.
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

  /// The token some places further on; the last one behind the end.
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

  /// Reads a symbol if it is the next one.
  mutating func take(_ symbol: Symbol) -> Bool {
    guard at(symbol) else { return false }
    advance()
    return true
  }

  /// Reads a keyword if it is the next one.
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

  /// Reads what stands one level deeper.
  mutating func nested<T>(_ body: (inout Parser) throws(Diagnostic) -> T) throws(Diagnostic) -> T {
    nesting += 1
    guard nesting <= Parser.nestingLimit else {
      throw fault(
        "too-deep", "nested more than \(Parser.nestingLimit) levels deep", current.range,
        notes: ["give the inner parts names"])
    }
    let result = try body(&self)
    nesting -= 1
    return result
  }

  /// Reads one tree, whose height then counts among those of its neighbours.
  mutating func measured<T>(_ body: (inout Parser) throws(Diagnostic) -> T) throws(Diagnostic) -> T {
    let outer = height
    height = 0
    let result = try body(&self)
    height = max(outer, height)
    return result
  }

  /// Counts a node above those made since the tree began.
  mutating func grow() throws(Diagnostic) {
    height += 1
    guard height <= Parser.heightLimit else {
      throw fault(
        "too-deep", "more than \(Parser.heightLimit) operations in one expression", current.range,
        notes: ["give the parts names, or keep the values in a list"])
    }
  }
}
