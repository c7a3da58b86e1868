// SPDX-License-Identifier: GPL-3.0-or-later

extension Parser {
  /// Parses a statement and its terminator.
  mutating func separatedStatement() throws(Diagnostic) -> Statement {
    let start = index
    let statement = try measured { parser throws(Diagnostic) in
      let statement = try parser.statement()
      try parser.grow()
      return statement
    }
    switch current.kind {
    case .newline, .end, .symbol(.rightBrace):
      return statement
    case .symbol(.semicolon):
      advance()
      return statement.silenced
    default:
      throw unended(statement, from: start)
    }
  }

  mutating func statement() throws(Diagnostic) -> Statement {
    let start = current.range.start
    if current.isReserved, ahead(1).kind == .symbol(.equals) { _ = try expectName("a variable name") }
    guard case .keyword(let keyword) = current.kind else { return try simple() }
    let kind: Statement.Kind
    switch keyword {
    case .if: kind = try conditional()
    case .for: kind = try forLoop()
    case .while: kind = try whileLoop()
    case .return: kind = try returning()
    case .break, .continue: kind = try leaving(keyword)
    case .assert: kind = try assertion()
    case .fn:
      guard case .name = ahead(1).kind else { return try simple() }
      kind = try namedFunction()
    case .else:
      throw fault(
        "else-without-if", "'else' without an 'if' before it", current.range, label: "no 'if' block ends here")
    default: return try simple()
    }
    return Statement(kind, range(from: start))
  }

  /// Parses an expression or an assignment.
  private mutating func simple() throws(Diagnostic) -> Statement {
    let start = current.range.start
    if case .name(let word) = current.kind, let habit = Habit.alone[word], ahead(1).endsStatement {
      throw fault(habit, current.range)
    }
    if at(.percent) || foreignSign?.spelling == "%%" {
      if case .name(let word) = ahead(1).kind, ["time", "timeit"].contains(word) {
        throw fault(
          Habit.code, "'%\(word)' is a command of IPython", current.range.union(ahead(1).range),
          label: "at the prompt, write :time before the expression")
      }
      throw fault(Habit.code, "a comment begins with '#'", current.range, replacement: "#")
    }
    if at(.pipe) {
      throw fault(
        "pipe-without-value", "'|>' without a value before it", current.range,
        label: "an expression must come before it")
    }
    if at(.leftBrace) {
      if let fault = bracedValue(), ahead(2).kind != .symbol(.rightBrace) { throw fault }
      throw fault(
        "stray-block", "a block is only allowed after 'if', 'else', 'for', 'while' or 'fn'", current.range,
        label: "a record is written record(name: value)")
    }
    if current.kind == .name(Parser.includeWord), !ahead(1).endsStatement, let path = try inclusion() {
      return Statement(.include(path.text, path.range), range(from: start))
    }
    if let fault = foreignStatement() { throw fault }
    let target = try expression()
    if let fault = foreignStatement(after: target) { throw fault }
    guard at(.equals), target.isAssignable else {
      return Statement(.expression(target, silent: false), target.range)
    }
    let equals = advance().range
    if at(.equals) {
      throw fault(Habit.code, "'==' must not contain a space", equals.union(current.range), replacement: "==")
    }
    if foreignSign?.spelling == "!", current.range.start == equals.end, ahead(1).range.start > current.range.end {
      throw fault(Habit.code, "'=!' is written '!='", equals.union(current.range), replacement: "!=")
    }
    skipNewlines()
    let value = try expression()
    return Statement(.assignment(target: target, value: value, silent: false), range(from: start))
  }

  private mutating func conditional() throws(Diagnostic) -> Statement.Kind {
    var branches: [(condition: Expression, body: [Statement])] = []
    var otherwise: [Statement]?
    repeat {
      advance()
      let condition = try self.condition(of: "if")
      branches.append((condition, try block("the block of 'if'")))
      guard followsOnNextLine(.else) else { break }
      advance()
      if !at(.if) { otherwise = try block("the block of 'else'") }
    } while otherwise == nil
    return .if(branches, otherwise: otherwise)
  }

  /// Skips line breaks if the next code begins with the keyword, and returns whether it does.
  private mutating func followsOnNextLine(_ keyword: Keyword) -> Bool {
    let mark = index
    skipNewlines()
    if at(keyword) { return true }
    index = mark
    return false
  }

  private mutating func condition(of keyword: String) throws(Diagnostic) -> Expression {
    skipNewlines()
    if let fault = shellTest() { throw fault }
    let condition = try expression()
    if let fault = shellComparison(condition) { throw fault }
    try rejectEquals(after: condition, in: "the condition of '\(keyword)'")
    if let fault = membership(of: condition) { throw fault }
    return condition
  }

  private mutating func whileLoop() throws(Diagnostic) -> Statement.Kind {
    advance()
    let condition = try self.condition(of: "while")
    return .while(condition: condition, body: try loopBlock("the block of 'while'"))
  }

  private mutating func forLoop() throws(Diagnostic) -> Statement.Kind {
    let start = advance().range.start
    if at(.leftParenthesis) {
      throw parenthesizedLoop()
        ?? fault(
          Habit.code, "'for' takes no parentheses", current.range, label: "write for name in values { ... }")
    }
    let variable = try expectName("the loop variable")
    if let fault = foreignLoop(over: variable, from: start) { throw fault }
    if at(.equals) { throw unexpected("'in'", replacement: "in") }
    guard take(.in) else { throw unexpected("'in'") }
    skipNewlines()
    let sequence = try expression()
    if at(.colon), let fault = colonRange(inLoopOver: sequence) { throw fault }
    if let fault = listOfWords(from: sequence) { throw fault }
    return .for(variable: variable, sequence: sequence, body: try loopBlock("the block of 'for'"))
  }

  private mutating func loopBlock(_ role: String) throws(Diagnostic) -> [Statement] {
    loops += 1
    let body = try block(role)
    loops -= 1
    return body
  }

  private mutating func returning() throws(Diagnostic) -> Statement.Kind {
    let keyword = advance()
    guard functions > 0 else {
      throw fault("return-outside-function", "'return' outside a function", keyword.range)
    }
    if current.endsStatement { return .return(nil) }
    let value = try expression()
    try rejectEquals(after: value, in: "a return value")
    return .return(value)
  }

  private mutating func leaving(_ keyword: Keyword) throws(Diagnostic) -> Statement.Kind {
    let token = advance()
    guard loops > 0 else {
      throw fault("\(keyword.rawValue)-outside-loop", "'\(keyword.rawValue)' outside a loop", token.range)
    }
    return keyword == .break ? .break : .continue
  }

  private mutating func assertion() throws(Diagnostic) -> Statement.Kind {
    advance()
    skipNewlines()
    if let fault = parenthesizedAssertion() { throw fault }
    let condition = try expression()
    try rejectEquals(after: condition, in: "an assertion")
    guard take(.comma) else { return .assert(condition, message: nil) }
    skipNewlines()
    return .assert(condition, message: try expression())
  }
}

extension Parser {
  /// Whether a comma separates values in the parentheses that begin here. Reads tokens only, because parsing the condition
  /// twice would double the time at each level of nesting.
  private var hasCommaInParentheses: Bool {
    var depth = 0
    for token in tokens[index...] {
      guard case .symbol(let symbol) = token.kind else { continue }
      switch symbol {
      case .leftParenthesis, .leftBracket, .leftBrace: depth += 1
      case .rightParenthesis, .rightBracket, .rightBrace: depth -= 1
      case .comma where depth == 1: return true
      default: break
      }
      if depth == 0 { return false }
    }
    return false
  }

  /// Returns the error for `assert(condition, message)`.
  private func parenthesizedAssertion() -> Diagnostic? {
    guard at(.leftParenthesis), hasCommaInParentheses else { return nil }
    var reader = self
    guard reader.take(.leftParenthesis), let condition = try? reader.expression(), reader.take(.comma),
      let message = try? reader.expression(), reader.take(.rightParenthesis), reader.current.endsStatement
    else { return nil }
    let text = "\(source.text(in: condition.range)), \(source.text(in: message.range))"
    return fault(
      Habit.code, "'assert' takes no parentheses", SourceRange(tokens[index - 1].range.start, reader.previousEnd),
      replacement: "assert \(text)")
  }
}

extension Token {
  /// Whether the token is a word that cannot be used as a name.
  fileprivate var isReserved: Bool {
    switch kind {
    case .keyword: true
    case .number(let value): !value.isFinite
    default: false
    }
  }

  /// Whether a statement can end before the token.
  var endsStatement: Bool {
    [.newline, .end, .symbol(.semicolon), .symbol(.rightBrace)].contains(kind)
  }
}

extension Statement {
  /// The same statement, marked as followed by `;`.
  fileprivate var silenced: Statement {
    switch kind {
    case .expression(let expression, _):
      Statement(.expression(expression, silent: true), range)
    case .assignment(let target, let value, _):
      Statement(.assignment(target: target, value: value, silent: true), range)
    default: self
    }
  }
}

extension Expression {
  var isAssignable: Bool {
    switch kind {
    case .name, .index, .field: true
    default: false
    }
  }
}
