// SPDX-License-Identifier: GPL-3.0-or-later

/// Corrections of syntax from other languages that concern more than one token. Each reads ahead with a copy of the
/// parser, and gives up if what follows is not the construct that it corrects.
extension Parser {
  /// The foreign sign at the current token, or nil.
  var foreignSign: Habit? {
    guard case .invalid(let number) = current.kind, faults[number].code == Habit.code else { return nil }
    let spelling = source.text(in: current.range)
    return spelling == Habit.transpose.spelling ? Habit.transpose : Habit.sign[spelling]
  }

  private func text(_ expression: Expression) -> String { source.text(in: expression.range) }

  /// Returns the error for a statement of another language that begins here. A function of its own keeps the frames of
  /// nested statements small.
  func foreignStatement() -> Diagnostic? {
    sentence() ?? arrowAssignment() ?? shellStatement() ?? query() ?? caseExpression()
  }

  /// Returns the error for a statement of another language, of which an expression has been read.
  func foreignStatement(after target: Expression) -> Diagnostic? {
    shortCircuit(target) ?? foreignAssignment(to: target)
  }

  /// Returns the text of the expression after the current token, or nil if there is none.
  func textOfRest() -> String? { operand(after: 1).map(text) }

  /// Returns the error for a foreign operator after an operand, such as `A @ B` or `5!`, if it binds at least as tightly
  /// as the given level of the operator table.
  func foreignOperation(after left: Expression, _ minimum: Int) -> Diagnostic? {
    if minimum == 0, at(.in) || at(.not), let fault = membership(of: left) { return fault }
    var habit = foreignSign
    if case .name(let word) = current.kind { habit = Habit.between[word] }
    guard let habit else { return nil }
    if minimum == 0, let fault = concatenation(with: left) { return fault }
    switch habit.rewrite {
    case .suffix(let code):
      guard current.range.start == previousEnd else { return nil }
      if ahead(1).kind == .symbol(.leftParenthesis), ahead(1).range.start == current.range.end {
        return exclamation(after: left)
      }
      return fault(
        Habit.code, "there is no sign for a factorial", SourceRange(left.range.start, current.range.end),
        replacement: code.replacing("$a", with: text(left)))
    case .operation(let rule, let code):
      guard let precedence = OperatorTable.levels.firstIndex(where: { $0.rule == rule }), precedence >= minimum,
        let right = operand(after: 1, precedence + 1)
      else { return nil }
      return fault(
        Habit.code, habit.message, left.range.union(right.range),
        replacement: code.replacing("$a", with: text(left)).replacing("$b", with: text(right)))
    case .word, .call, nil:
      if habit.spelling == "~" {
        return fault(
          Habit.code, habit.message, current.range, label: "columns are arguments of their own, such as by: species")
      }
      return minimum == 0 ? lambda(with: left, habit) ?? quotient(of: left, habit) : nil
    }
  }

  /// Returns the expression that follows after the given number of tokens, or nil if there is none.
  private func operand(after count: Int, _ minimum: Int = 0) -> Expression? {
    var reader = self
    for _ in 0..<count { reader.advance() }
    return try? reader.expression(minimum)
  }

  /// Returns the error for `x -> x^2`, `x => x^2` and, in the other direction, R's `3 -> x`.
  private func lambda(with left: Expression, _ habit: Habit) -> Diagnostic? {
    guard ["->", "=>", "→"].contains(habit.spelling), let right = operand(after: 1) else { return nil }
    let range = left.range.union(right.range)
    if case .name = left.kind {
      let isField = habit.spelling == "->" && right.isAssignable && left.range.end == current.range.start
      return fault(
        Habit.code, habit.message, range, replacement: "fn(\(text(left).unparenthesized)) = \(text(right))",
        notes: isField ? ["a field is written \(text(left)).\(text(right))"] : [])
    }
    guard case .name = right.kind else { return nil }
    return fault(Habit.code, habit.message, range, replacement: "\(text(right)) = \(text(left))")
  }

  /// Returns the error for `7 // 2`. A word after `//` is more likely to be a comment.
  private func quotient(of left: Expression, _ habit: Habit) -> Diagnostic? {
    guard habit.spelling == "//" else { return nil }
    let line = source.line(holding: current.range.start).range
    let rest = source.text(in: SourceRange(current.range.end, line.end))
    var whole = Parser(Source(name: "", text: rest))
    var reader = whole
    guard let value = try? whole.expression(), whole.current.kind == .end, value.isQuantity,
      let divisor = try? reader.expression(OperatorTable.product + 1)
    else { return nil }
    let dividend = left.lastFactor
    return fault(
      Habit.code, habit.message, SourceRange(dividend.range.start, current.range.end + divisor.range.end),
      replacement: "floor(\(text(dividend)) / \(reader.text(divisor)))", notes: ["a comment begins with #"])
  }

  /// Returns the error for `x += 1` and `x++`.
  func foreignAssignment(to target: Expression) -> Diagnostic? {
    guard let habit = foreignSign else { return nil }
    let name = text(target)
    if ["++", "--"].contains(habit.spelling), ahead(1).endsStatement {
      return fault(
        Habit.code, habit.message, SourceRange(target.range.start, current.range.end),
        replacement: "\(name) = \(name) \(habit.spelling.prefix(1)) 1")
    }
    if habit.word == "=" || habit.spelling == ":=", target.isAssignable, let value = operand(after: 1) {
      return fault(
        Habit.code, habit.message, target.range.union(value.range), replacement: "\(name) = \(text(value))")
    }
    var reader = self
    reader.advance()
    guard habit.spelling.hasSuffix("="), let symbol = Symbol(rawValue: String(habit.spelling.dropLast())),
      [.plus, .minus, .star, .slash, .caret, .percent].contains(symbol), let value = try? reader.expression()
    else { return nil }
    func assignment(_ value: Expression) -> String {
      let bindsTightly = [.plus, .minus].contains(symbol) && OperatorTable.binds(value, as: "product")
      let operand = value.isOperation && !bindsTightly ? "(\(text(value)))" : text(value)
      // A list that is written here is meant to be joined.
      if symbol == .plus, case .list = value.kind { return "\(name) = concat(\(name), \(text(value)))" }
      return "\(name) = \(name) \(symbol.rawValue) \(operand)"
    }
    return reader.conditional(value, from: target.range.start, assignment)
      ?? fault(Habit.code, habit.message, target.range.union(value.range), replacement: assignment(value))
  }

  /// Returns the error for R's assignment `x <- 3`, which would be read as a comparison with -3.
  func arrowAssignment() -> Diagnostic? {
    var reader = self
    guard let target = try? reader.operand(), target.isAssignable, reader.at(.isLess),
      case let minus = reader.ahead(1), minus.kind == .symbol(.minus), minus.range.start == reader.current.range.end,
      reader.ahead(2).range.start > minus.range.end
    else { return nil }
    reader.advance()
    reader.advance()
    let name = text(target)
    guard let value = try? reader.expression() else {
      return fault(
        Habit.code, "'<-' does not assign", target.range.union(minus.range), replacement: "\(name) =")
    }
    return fault(
      Habit.code, "'<-' does not assign", target.range.union(value.range), replacement: "\(name) = \(text(value))",
      notes: ["to compare with a negative number, write \(name) < -\(text(value))"])
  }

  /// Returns the error for a conditional expression: `x = c ? a : b`, or Python's `x = a if c else b`.
  func conditionalExpression(after statement: Statement) -> Diagnostic? {
    switch statement.kind {
    case .assignment(let target, let value, _):
      return conditional(value, from: statement.range.start) { "\(text(target)) = \(text($0))" }
    case .expression(let value, _): return conditional(value, from: statement.range.start, text)
    default: return nil
    }
  }

  /// Returns the error for a conditional expression whose first part has been read, or nil if there is none.
  ///
  /// - Parameter statement: Returns the statement to write in a block for one of the values.
  private func conditional(_ first: Expression, from start: Int, _ statement: (Expression) -> String) -> Diagnostic? {
    var reader = self
    let isQuestion = foreignSign?.spelling == "?"
    if isQuestion, source.text(in: ahead(1).range) == "?" {
      return fault(
        Habit.code, "'??' is not an operator", current.range.union(ahead(1).range),
        label: "write if \(text(first)) == none { ... } else { ... }")
    }
    var branches: [(condition: Expression, value: Expression)] = []
    var last = first
    while isQuestion ? reader.foreignSign?.spelling == "?" : reader.at(.if) {
      reader.advance()
      guard let second = try? reader.expression(), isQuestion ? reader.take(.colon) : reader.take(.else),
        let third = try? reader.expression()
      else { return nil }
      branches.append(isQuestion ? (last, second) : (second, last))
      last = third
    }
    if branches.isEmpty { return nil }
    let blocks =
      branches.map { "if \(text($0.condition).unparenthesized) { \(statement($0.value)) }" } + [
        "{ \(statement(last)) }"
      ]
    let code = blocks.joined(separator: " else ")
    let message = "a conditional expression is written as a statement"
    let range = SourceRange(start, last.range.end)
    // A number or a list is not a condition here.
    if branches.allSatisfy({ $0.condition.isCondition }) {
      return fault(Habit.code, message, range, replacement: code)
    }
    return fault(
      Habit.code, message, range, label: "write \(code)",
      notes: ["a condition must be true or false: a number needs a comparison, such as x != 0"])
  }

  /// Returns the error for an anonymous function in the syntax of Python, R or Matlab, with `names` before its body and
  /// the number of tokens from here to the body.
  func foreignFunction() -> Diagnostic? {
    var reader = self
    let start = current.range.start
    switch (current.kind, foreignSign?.spelling) {
    case (.name("lambda"), _):
      reader.advance()
      var names: [String] = []
      while case .name(let name) = reader.current.kind {
        names.append(name)
        reader.advance()
        guard reader.take(.comma) else { break }
      }
      guard reader.take(.colon), let body = try? reader.expression() else { return nil }
      return literal(names.joined(separator: ", "), body, from: start, "'lambda' is written 'fn'")
    case (.name("function"), _), (_, "\\"), (_, "@"):
      let spelling = source.text(in: reader.advance().range)
      guard reader.at(.leftParenthesis), let parameters = try? reader.parameters() else { return nil }
      if reader.at(.leftBrace), spelling != "@" {
        return fault(Habit.code, "'\(spelling)' is written 'fn'", tokens[index].range, replacement: "fn")
      }
      guard
        let body = try? reader.expression()
      else { return nil }
      let names = parameters.map(\.name.text).joined(separator: ", ")
      return literal(names, body, from: start, "'\(spelling)' is written 'fn'")
    default: return nil
    }
  }

  /// Returns the error for a macro of Julia, such as `@time f(x)`, or a function handle of Matlab, `@sqrt`.
  func macro() -> Diagnostic? {
    guard foreignSign?.spelling == "@" else { return nil }
    let name: String
    switch ahead(1).kind {
    case .name(let word): name = word
    case .keyword(.assert): name = "assert"
    default: return nil
    }
    let range = current.range.union(ahead(1).range)
    switch name {
    case "time", "btime", "elapsed":
      return fault(Habit.code, "there are no macros", range, label: "at the prompt, write :time expression")
    case "show", "info", "warn": return fault(Habit.code, "there are no macros", range, replacement: "print")
    case "assert": return fault(Habit.code, "there are no macros", range, replacement: "assert")
    case "printf", "sprintf":
      return fault(
        Habit.code, "there are no macros", range, label: "write print(\"... {x}\"), with the values in the string")
    default:
      return fault(Habit.code, "a function is passed by its name", range, replacement: name)
    }
  }

  /// Returns the error for `?chain`, which shows help at the prompt.
  func helpRequest() -> Diagnostic? {
    guard foreignSign?.spelling == "?", index == 0 || tokens[index - 1].endsStatement else { return nil }
    let line = source.line(holding: current.range.start).range
    let topic = source.text(in: SourceRange(current.range.end, line.end))
    if topic.hasPrefix("?") {
      return fault(
        Habit.code, "'??' searches the help only at the prompt",
        SourceRange(current.range.start, current.range.end + 1), label: "for a page, write help(topic)")
    }
    return help(about: topic, SourceRange(current.range.start, line.end))
  }

  /// Returns the error for `chain?`.
  func helpRequest(after statement: Statement) -> Diagnostic? {
    guard foreignSign?.spelling == "?", ahead(1).endsStatement,
      case .expression(let expression, false) = statement.kind, case .name(let name) = expression.kind
    else { return nil }
    return help(about: name, SourceRange(statement.range.start, current.range.end))
  }

  private func help(about topic: String, _ range: SourceRange) -> Diagnostic {
    let topic = String(topic.drop { $0 == " " }.prefix { $0 != ";" && $0 != "#" && !$0.isNewline })
    let isName = !topic.isEmpty && topic.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    return fault(
      Habit.code, "'?' shows help only at the prompt", range,
      replacement: isName || topic.isEmpty ? "help(\(topic))" : "help(\"\(topic)\")")
  }

  private func literal(_ names: String, _ body: Expression, from start: Int, _ message: String) -> Diagnostic {
    fault(
      Habit.code, message, SourceRange(start, body.range.end), replacement: "fn(\(names)) = \(text(body))")
  }
}

extension Expression {
  /// Whether the value may be true or false.
  fileprivate var isCondition: Bool {
    switch kind {
    case .name, .number, .list, .string, .range: false
    default: true
    }
  }

  /// The last operand of an operator that binds less tightly than a division.
  fileprivate var lastFactor: Expression {
    switch kind {
    case .binary(let sign, _, let right) where ![.multiply, .divide, .remainder, .power].contains(sign):
      right.lastFactor
    case .unary(.not, let operand): operand.lastFactor
    default: self
    }
  }

  fileprivate var isOperation: Bool {
    switch kind {
    case .binary, .range: true
    default: false
    }
  }

  /// Whether the expression can be told from the words of a comment.
  fileprivate var isQuantity: Bool {
    switch kind {
    case .name(let name): name.count == 1
    case .none, .boolean, .string: false
    default: true
    }
  }
}

extension OperatorTable {
  /// Whether an expression is a binary operation of the given level.
  fileprivate static func binds(_ expression: Expression, as rule: String) -> Bool {
    guard case .binary(let operation, _, _) = expression.kind else { return false }
    return levels.first { $0.rule == rule }?.spellings.contains(operation.rawValue) == true
  }
}

extension String {
  /// The text without the parentheses around it.
  fileprivate var unparenthesized: String {
    hasPrefix("(") && hasSuffix(")") && !dropFirst().dropLast().contains("(") ? String(dropFirst().dropLast()) : self
  }
}
