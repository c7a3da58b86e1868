// SPDX-License-Identifier: GPL-3.0-or-later

extension Parser {
  /// Parses a value and the calls, indices and fields that follow it.
  mutating func operand() throws(Diagnostic) -> Expression {
    if case .number(let value) = current.kind {
      let range = advance().range
      height += 1
      if at(.leftParenthesis), current.range.start == range.end {
        throw fault(
          "missing-operator", "a number cannot be called", current.range,
          label: "a product is written \(source.text(in: range)) * (...)")
      }
      return Expression(.number(value), range)
    }
    var result = try primary()
    while at(.leftParenthesis) || at(.leftBracket) || at(.dot) { result = try suffixed(result) }
    if let fault = dollarField(of: result) { throw fault }
    return result
  }

  mutating func primary() throws(Diagnostic) -> Expression {
    let token = current
    height += 1
    if let fault = foreignFunction() { throw fault }
    switch token.kind {
    case .name(let word):
      if let habit = Habit.operand[word], !isAssigned(word) { throw fault(habit, token.range) }
      advance()
      return Expression(.name(word), token.range)
    case .keyword(.true), .keyword(.false):
      advance()
      return Expression(.boolean(token.kind == .keyword(.true)), token.range)
    case .keyword(.none):
      advance()
      return Expression(.none, token.range)
    case .stringStart: return try string()
    case .symbol(.leftParenthesis): return try group()
    case .symbol(.leftBracket): return try list()
    default: throw notAnOperand()
    }
  }

  /// Whether the text assigns to a name.
  func isAssigned(_ word: String) -> Bool {
    zip(tokens, tokens.dropFirst()).contains { $0.kind == .name(word) && $1.kind == .symbol(.equals) }
  }

  private func notAnOperand() -> Diagnostic {
    if let fault = macro() ?? helpRequest() ?? shellVariable() ?? backquoted() ?? symbol() { return fault }
    return switch current.kind {
    case .keyword(.fn):
      fault(
        "function-as-operand", "a function literal needs parentheses here", current.range, label: "write (fn(x) = ...)")
    case .keyword(.if):
      fault(
        "if-as-operand", "'if' is a statement and has no value", current.range,
        label: "assign inside its blocks: if a { x = 1 } else { x = 2 }")
    case .keyword(let keyword):
      fault(
        "keyword-as-name", "'\(keyword.rawValue)' is a keyword and cannot be used as a value", current.range)
    case .symbol(.leftBrace):
      bracedValue()
        ?? fault(
          "stray-block", "a value cannot begin with '{'", current.range,
          label: "a record is written record(name: value), a list [1, 2]")
    case .symbol(.plus):
      fault(Habit.code, "there is no unary '+'", current.range, replacement: "")
    default:
      unexpected("an expression", label: "a value is missing here")
    }
  }

  /// Parses `(expression)`.
  private mutating func group() throws(Diagnostic) -> Expression {
    let start = advance().range.start
    if at(.rightParenthesis) {
      throw fault(
        "empty-parentheses", "the parentheses are empty", SourceRange(start, current.range.end),
        label: "write [] for an empty list, none for a missing value")
    }
    let value = try nested { parser throws(Diagnostic) in try parser.expression() }
    if at(.comma) || at(.equals), let fault = tuple(from: value, start) { throw fault }
    if at(.colon), let fault = colonRange(after: value) { throw fault }
    if foreignSign?.spelling == ":=" {
      throw fault(
        Habit.code, "an assignment is a statement", current.range,
        label: "assign on a line of its own before this: \(source.text(in: value.range)) = \(textOfRest() ?? "...")")
    }
    try rejectEquals(after: value, in: "parentheses")
    if at(.comma) {
      throw fault("tuple", "parentheses hold one value", current.range, label: "put several values in a list: [a, b]")
    }
    try expect(.rightParenthesis)
    return Expression(value.kind, range(from: start))
  }

  /// Parses `[a, b, c]`.
  private mutating func list() throws(Diagnostic) -> Expression {
    let start = advance().range.start
    var elements: [Expression] = []
    while !at(.rightBracket) {
      let element = try nested { parser throws(Diagnostic) in try parser.expression() }
      elements.append(element)
      try rejectEquals(after: element, in: "a list")
      guard take(.comma) else { break }
    }
    guard take(.rightBracket) else { throw unterminatedList(elements, from: start) }
    try grow()
    return Expression(.list(elements), range(from: start))
  }

  private func unterminatedList(_ elements: [Expression], from start: Int) -> Diagnostic {
    switch current.kind {
    case .keyword(.for):
      comprehension(of: elements, from: start)
        ?? unexpected("',' or ']'", label: "write map(values, fn(x) = ...)")
    case .symbol(.colon):
      colonRange(inListFrom: start)
        ?? unexpected("',' or ']'", label: "a range is written a..b, and concat(1..3, [7]) joins lists")
    case .symbol(.semicolon):
      matrix(from: start) ?? unexpected("',' or ']'", label: "a matrix is a list of rows: [[1, 2], [3, 4]]")
    case _ where current.beginsOperand || at(.minus):
      prefixedString() ?? matrix(from: start)
        ?? unexpected("',' or ']'", label: "a comma is missing before this")
    default:
      unexpected("',' or ']'")
    }
  }

  /// Parses `"text {expression} text"`.
  private mutating func string() throws(Diagnostic) -> Expression {
    let start = advance().range.start
    var parts: [StringPart] = []
    while current.kind != .stringEnd {
      switch current.kind {
      case .text(let text):
        advance()
        parts.append(.text(text))
      case .interpolationStart:
        advance()
        parts.append(.interpolation(try interpolation()))
      default:
        throw unexpected("the end of the string")
      }
    }
    advance()
    try grow()
    if current.kind == .stringStart, current.range.start == previousEnd {
      throw fault(
        "adjacent-strings", "a string follows another", current.range,
        label: "a single \" opens and closes a string, even over several lines")
    }
    return Expression(.string(parts), range(from: start))
  }

  private mutating func interpolation() throws(Diagnostic) -> Expression {
    let plainBrace = "a literal '{' in a string is written \\{"
    if current.kind == .interpolationEnd {
      let range = SourceRange(previousEnd - 1, current.range.end)
      throw filledString()
        ?? fault("empty-interpolation", "'{}' in a string holds no expression", range, notes: [plainBrace])
    }
    if at(.colon), let fault = filledString() { throw fault }
    let value = try nested { parser throws(Diagnostic) in try parser.expression() }
    guard current.kind == .interpolationEnd else {
      if let fault = formattedValue(value) { throw fault }
      throw unexpected(
        "'}'", label: at(.colon) ? "an expression in a string cannot have a format" : "", notes: [plainBrace])
    }
    advance()
    return value
  }
}
