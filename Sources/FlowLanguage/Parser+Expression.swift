// SPDX-License-Identifier: GPL-3.0-or-later

extension Parser {
  /// Parses an expression whose operators bind at least as tightly as the given level of the operator table.
  mutating func expression(_ minimum: Int = 0) throws(Diagnostic) -> Expression {
    try measured { parser throws(Diagnostic) in
      if minimum == 0, parser.at(.fn) {
        let literal = try parser.functionLiteral()
        return Expression(.function(literal), literal.range)
      }
      var left = try parser.prefixed(minimum)
      while let precedence = parser.nextOperator(minimum) {
        left = try parser.extended(left, precedence)
        try parser.grow()
      }
      if let fault = parser.foreignOperation(after: left, minimum) { throw fault }
      return left
    }
  }

  /// Returns the precedence of the next operator if it belongs to the expression. Only a pipe may begin a line.
  private mutating func nextOperator(_ minimum: Int) -> Int? {
    if minimum == OperatorTable.pipe, current.kind == .newline {
      let mark = index
      skipNewlines()
      if !at(.pipe) { index = mark }
    }
    return OperatorTable.infixPrecedence(of: current).flatMap { $0 >= minimum ? $0 : nil }
  }

  /// Parses the rest of `left operator right`, of which the left side has been read.
  private mutating func extended(_ left: Expression, _ precedence: Int) throws(Diagnostic) -> Expression {
    let level = OperatorTable.levels[precedence]
    if let fault = redirection(of: left) ?? percentage(of: left) { throw fault }
    let token = advance()
    if token.kind == .symbol(.range), let fault = foreignBound(from: left) { throw fault }
    let isLast = current.kind == .newline
    skipNewlines()
    if isLast, current.beginsStatementOnly {
      throw fault(
        "missing-operand", "'\(source.text(in: token.range))' has nothing on its right", token.range,
        label: "leave it out, or write the value after it")
    }
    switch level.form {
    case .pipe:
      return try piped(left, by: token)
    case .range:
      return try stepped(left, precedence)
    case .binary, .prefix:
      let right =
        level.associativity == .right
        ? try nested { parser throws(Diagnostic) in try parser.expression(precedence) }
        : try expression(precedence + 1)
      if level.associativity == .none, let fault = chainedComparison(left, right, precedence) { throw fault }
      return Expression(.binary(token.operation, left, right), left.range.union(right.range))
    }
  }

  /// Returns the error for `1..=3` or `0..<3`, of which the dots have been read.
  private func foreignBound(from lower: Expression) -> Diagnostic? {
    guard at(.equals) || at(.isLess), current.range.start == previousEnd else { return nil }
    var reader = self
    let isOpen = reader.advance().kind == .symbol(.isLess)
    guard let upper = try? reader.expression(OperatorTable.sum) else { return nil }
    var last = source.text(in: upper.range)
    if isOpen {
      if case .number(let number) = upper.kind, let whole = Int(exactly: number) {
        last = "\(whole - 1)"
      } else {
        last += " - 1"
      }
    }
    return fault(
      Habit.code, "a range includes both ends", lower.range.union(upper.range),
      replacement: "\(source.text(in: lower.range))..\(last)")
  }

  /// Returns the error for `10%`.
  private func percentage(of value: Expression) -> Diagnostic? {
    guard at(.percent), case .number = value.kind, ahead(1).endsStatement || ahead(1).kind == .symbol(.rightParenthesis)
    else { return nil }
    return fault(
      Habit.code, "'%' is the remainder", value.range.union(current.range),
      replacement: "\(source.text(in: value.range)) / 100")
  }

  private mutating func stepped(_ lower: Expression, _ precedence: Int) throws(Diagnostic) -> Expression {
    let upper = try expression(precedence + 1)
    var range = lower.range.union(upper.range)
    var step: Expression?
    if current.kind == .name(OperatorTable.stepWord) {
      advance()
      skipNewlines()
      let value = try expression(precedence + 1)
      range = range.union(value.range)
      step = value
    }
    if OperatorTable.infixPrecedence(of: current) == precedence {
      throw fault("chained-range", "ranges do not chain", current.range, label: "a step is written 1..9 step 2")
    }
    return Expression(.range(lower: lower, upper: upper, step: step), range)
  }

  /// Returns the error for `a < b < c`, of which `a` and `b` have been read.
  private func chainedComparison(_ left: Expression, _ middle: Expression, _ precedence: Int) -> Diagnostic? {
    guard OperatorTable.infixPrecedence(of: current) == precedence else { return nil }
    var reader = self
    reader.advance()
    guard let right = try? reader.expression(precedence + 1) else {
      return fault(
        "chained-comparison", "comparisons do not chain", current.range, label: "write a < b and b < c")
    }
    let first = source.text(in: SourceRange(left.range.start, middle.range.end))
    let second = source.text(in: SourceRange(middle.range.start, right.range.end))
    return fault(
      "chained-comparison", "comparisons do not chain", left.range.union(right.range),
      replacement: "\(first) and \(second)")
  }

  /// Parses an operand with its prefix operators.
  private mutating func prefixed(_ minimum: Int) throws(Diagnostic) -> Expression {
    guard let precedence = OperatorTable.prefixPrecedence(of: current) else { return try operand() }
    let token = current
    // A sign binds loosely but may follow any operator, as in 2^-1. `not` may not.
    if precedence < minimum, token.kind == .keyword(.not) {
      throw fault(
        "not-as-operand", "'not' binds more loosely than the operator before it", token.range,
        label: "put it in parentheses: (not ...)")
    }
    advance()
    skipNewlines()
    let value = try nested { parser throws(Diagnostic) in try parser.expression(precedence) }
    try grow()
    return Expression(.unary(token.operation, value), token.range.union(value.range))
  }

  /// Parses the target of a pipe. `value |> f(a)` becomes `f(value, a)`, and `value |> f` becomes `f(value)`.
  private mutating func piped(_ value: Expression, by pipe: Token) throws(Diagnostic) -> Expression {
    var callee = try pipeTarget()
    while at(.dot) || at(.leftBracket) { callee = try suffixed(callee) }
    var arguments = [Argument(value: value, isPiped: true)]
    if let fault = pipeWithoutParentheses(callee) { throw fault }
    if take(.leftParenthesis) { arguments += try self.arguments(of: callee) }
    if at(.dot) || at(.leftBracket) || at(.leftParenthesis) {
      throw fault(
        "pipe-target", "the result of a pipe needs parentheses here", current.range,
        label: "write (... |> f(...))\(at(.dot) ? ".name" : at(.leftBracket) ? "[i]" : "(...)")")
    }
    if let next = OperatorTable.infixPrecedence(of: current), next != OperatorTable.pipe {
      throw fault(
        "pipe-target", "'|>' binds more loosely than all other operators", current.range,
        label: "put the pipe in parentheses: (... |> f(...)) \(current.spelling ?? "") ...")
    }
    return Expression(.call(callee, arguments), SourceRange(value.range.start, previousEnd))
  }

  private mutating func pipeTarget() throws(Diagnostic) -> Expression {
    switch current.kind {
    case .name, .symbol(.leftParenthesis): return try primary()
    case .keyword(.fn):
      throw fault(
        "pipe-target", "a function literal after '|>' needs parentheses", current.range, label: "write (fn(x) = ...)")
    case _ where current.beginsOperand:
      throw fault("pipe-target", "'|>' needs a function on its right", current.range, label: "this is not a function")
    default: throw unexpected("a function after '|>'")
    }
  }
}

extension Token {
  /// Whether the token is a word that only a statement begins with, or the end of a block.
  fileprivate var beginsStatementOnly: Bool {
    switch kind {
    case .keyword(let keyword): [.return, .for, .while, .break, .continue, .assert, .if].contains(keyword)
    case .symbol(.rightBrace): true
    default: false
    }
  }

  /// The operator that the token spells. The token must occur in the operator table.
  fileprivate var operation: Operator {
    guard let operation = spelling.flatMap(Operator.init(rawValue:)) else {
      preconditionFailure("the operator table contains a spelling without an Operator")
    }
    return operation
  }
}
