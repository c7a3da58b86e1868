// SPDX-License-Identifier: GPL-3.0-or-later

extension Parser {
  func fault(
    _ code: String, _ message: String, _ range: SourceRange, label: String = "", replacement: String? = nil,
    notes: [String] = []
  ) -> Diagnostic {
    Diagnostic(
      .syntax, code: code, message, labels: [Diagnostic.Label(source, range, label, replacement: replacement)],
      notes: notes)
  }

  func fault(_ habit: Habit, _ range: SourceRange) -> Diagnostic {
    fault(Habit.code, habit.message, range, label: habit.advice, replacement: habit.word)
  }

  /// The code of errors that more input can fix if they occur at the end of the text.
  static let unexpectedCode = "unexpected"

  /// Returns the error for an unexpected token. If the lexer could not read the token, returns the lexer's error.
  ///
  /// - Parameter replacement: The code to write instead of the token.
  func unexpected(
    _ expectation: String, label: String = "", replacement: String? = nil, notes: [String] = []
  ) -> Diagnostic {
    if case .invalid(let number) = current.kind { return faults[number] }
    if case .name(let word) = current.kind, let habit = Habit.between[word] {
      if word == "is", ahead(1).kind == .keyword(.not) {
        return fault(
          Habit.code, "'is not' is written '!='", current.range.union(ahead(1).range), replacement: "!=")
      }
      return fault(habit, current.range)
    }
    return fault(
      Parser.unexpectedCode, "expected \(expectation), found \(current.description)", shownRange,
      label: label, replacement: replacement, notes: notes)
  }

  /// The place to show for an unexpected token. For the end of a line or of the text, it is after the last code.
  private var shownRange: SourceRange {
    switch current.kind {
    case .newline: SourceRange(current.range.start, current.range.start)
    case .end: tokens[..<index].endOfCode
    default: current.range
    }
  }

  mutating func expect(_ symbol: Symbol, label: String = "") throws(Diagnostic) {
    guard take(symbol) else { throw unexpected("'\(symbol.rawValue)'", label: label) }
  }

  /// Parses a name where nothing else is allowed.
  mutating func expectName(_ role: String) throws(Diagnostic) -> Name {
    switch current.kind {
    case .name(let text):
      return Name(text, advance().range)
    case .keyword(let keyword):
      throw fault(
        "keyword-as-name", "'\(keyword.rawValue)' is a keyword and cannot be \(role)", current.range,
        label: "choose another name")
    case .number(let value) where !value.isFinite:
      throw fault(
        "keyword-as-name", "'\(source.text(in: current.range))' is a number and cannot be \(role)", current.range,
        label: "choose another name")
    default:
      throw unexpected(role)
    }
  }

  /// Throws if `=` follows an expression where no assignment is allowed. It was probably meant as a comparison.
  func rejectEquals(after expression: Expression, in place: String) throws(Diagnostic) {
    guard at(.equals) else { return }
    throw fault(
      "equals-in-condition", "'=' assigns and is not allowed in \(place)", current.range, label: "to compare, write ==",
      replacement: "==")
  }

  /// Returns the error for a token that follows a complete statement.
  func unended(_ statement: Statement, from start: Int) -> Diagnostic {
    if let fault = conditionalExpression(after: statement) ?? helpRequest(after: statement) { return fault }
    if case .expression(let value, _) = statement.kind {
      if let fault = commandOption(value, isStatement: true) ?? bracedIndex(of: value)
        ?? callWithOptions(value, from: start)
      {
        return fault
      }
    }
    if foreignSign?.spelling == "$", let fault = headHabit(at: start) ?? shellVariable() { return fault }
    if let fault = headHabit(at: start) { return fault }
    if case .invalid(let number) = current.kind { return faults[number] }
    if case .if = statement.kind, case .name(let word) = current.kind, let habit = Habit.head[word] {
      return fault(habit, current.range)
    }
    let expectation = "the end of the statement"
    switch current.kind {
    case .symbol(.equals): return strayEquals(after: statement)
    case .symbol(.comma):
      return commaInNumber() ?? severalTargets(from: start)
        ?? unexpected(expectation, label: "put several values in a list: [a, b]")
    case .symbol(.colon):
      return annotation(statement) ?? colonRange(after: statement)
        ?? unexpected(expectation, label: "a range is written a..b; name: value is only allowed in a call")
    case .keyword(.if):
      return unexpected(expectation, label: "'if' is a statement: if condition { ... } else { ... }")
    case .keyword(.in):
      return membership(statement)
        ?? unexpected(expectation, label: "'in' is only used in 'for name in list'")
    case .keyword(.else):
      return unexpected(expectation, label: "'else' must follow the '}' of an 'if'")
    case .keyword(.not):
      return membership(statement)
        ?? unexpected(expectation, label: "put 'not' before the whole comparison")
    default: break
    }
    if let fault = prefixedString() ?? callWithoutParentheses(statement, from: start)
      ?? assignedCallWithoutParentheses(statement) ?? foreignFunctionHead(statement)
    {
      return fault
    }
    if let string = stringOverLines() {
      var diagnostic = unexpected(expectation)
      diagnostic.labels.append(
        Diagnostic.Label(
          source, SourceRange(string, string + 1), "this string spans several lines: is its closing quote missing?"))
      return diagnostic
    }
    return unexpected(expectation, label: "separate statements with a new line or ';'")
  }

  private func strayEquals(after statement: Statement) -> Diagnostic {
    switch statement.kind {
    case .assignment:
      return fault(
        "chained-assignment", "an assignment has one target", current.range, label: "assign one after another")
    case .expression(let expression, _):
      if case .call(let callee, let arguments) = expression.kind, case .name(let name) = callee.kind {
        let isHead = arguments.allSatisfy { if case .name = $0.value.kind { $0.name == nil } else { false } }
        if !isHead, !arguments.isEmpty, arguments.allSatisfy({ $0.name == nil }) {
          let indices = arguments.map { source.text(in: $0.value.range) }.joined(separator: "][")
          return fault(
            "assignment-target", "a call cannot be assigned to", expression.range, replacement: "\(name)[\(indices)]",
            notes: ["a function is written fn \(name)(...) = ..."])
        }
        return fault(
          "assignment-target", "a call cannot be assigned to", expression.range,
          label: isHead ? "" : "a function is written fn \(name)(...) = ...",
          replacement: isHead ? "fn \(source.text(in: expression.range))" : nil)
      }
      if case .list(let targets) = expression.kind, let fault = listTarget(targets, expression.range) { return fault }
      return fault(
        "assignment-target", "only a name, an index or a field can be assigned to", current.range,
        label: "to compare, write ==", replacement: "==")
    default:
      return fault(
        "equals-in-condition", "'=' assigns and is not allowed here", current.range, label: "to compare, write ==",
        replacement: "==")
    }
  }

  /// Returns the error for `f"..."`.
  func prefixedString() -> Diagnostic? {
    guard index > 0, case .name(let prefix) = tokens[index - 1].kind, current.kind == .stringStart,
      previousEnd == current.range.start
    else { return nil }
    return fault(
      Habit.code, "a string has no prefix '\(prefix)'", tokens[index - 1].range, replacement: "",
      notes: ["{expression} works in every string"])
  }

  /// Returns the error for `print x`, if the statement so far is only a name.
  private func callWithoutParentheses(_ statement: Statement, from start: Int) -> Diagnostic? {
    guard current.beginsOperand, index == start + 1, case .name(let function) = tokens[start].kind else { return nil }
    if case .name(let word) = current.kind, Habit.between[word] != nil { return nil }
    var reader = self
    let arguments = reader.words() ?? []
    guard !arguments.isEmpty, reader.current.endsStatement else {
      return unexpected("the end of the statement", label: parenthesesHint("\(function)(...)"))
    }
    return fault(
      "missing-parentheses", "a call has parentheses", SourceRange(statement.range.start, reader.previousEnd),
      replacement: "\(function)(\(arguments.joined(separator: ", ")))")
  }

  /// Returns the error for a statement that begins with a word of another language.
  private func headHabit(at start: Int) -> Diagnostic? {
    guard case .name(let word) = tokens[start].kind, let habit = Habit.head[word],
      tokens[start + 1].kind != .symbol(.comma)
    else { return nil }
    if word == "function", let fault = functionWithResult(at: start) { return fault }
    if let fault = declaration(habit, at: start) ?? headCall(habit, at: start) { return fault }
    if let fault = removedElement(habit, at: start) { return fault }
    if habit.isRemoval, case .name(let name) = tokens[start + 1].kind {
      return fault(Habit.code, habit.message, tokens[start].range, label: Habit.removal(of: name))
    }
    guard habit.advice.contains("...") && habit.isCommand else { return fault(habit, tokens[start].range) }
    let line = source.line(holding: tokens[start].range.start).range
    let rest = source.text(in: SourceRange(tokens[start].range.end, line.end)).drop { $0 == " " }
    let advice = habit.advice.replacing("\(word) ...", with: rest.isEmpty ? word : "\(word) \(rest)")
    return fault(Habit.code, habit.message, tokens[start].range, label: advice)
  }

  /// Returns the error for Python's `del x[1]`, which removes an element.
  private func removedElement(_ habit: Habit, at start: Int) -> Diagnostic? {
    var reader = self
    reader.index = start + 1
    guard habit.isRemoval, let element = try? reader.operand(), case .index(let base, let position) = element.kind,
      case .name(let name) = base.kind, reader.current.endsStatement
    else { return nil }
    let range = tokens[start].range.union(element.range)
    let message = "an element is left out by an index"
    guard position.isString else {
      return fault(
        Habit.code, message, range,
        replacement: "\(name) = \(name)[(1..len(\(name))) != \(source.text(in: position.range))]",
        notes: ["indices start at 1"])
    }
    return fault(
      Habit.code, "columns and fields are not removed", range, label: "write select(\(name), a, b) with those to keep")
  }

  /// Returns the error for Matlab's `function y = f(x)`, whose body and end follow.
  private func functionWithResult(at start: Int) -> Diagnostic? {
    var reader = self
    reader.index = start + 1
    guard case .name(let result) = reader.advance().kind, reader.take(.equals), let call = try? reader.operand(),
      case .call = call.kind
    else { return nil }
    return fault(
      Habit.code, "'function' is written 'fn'", SourceRange(tokens[start].range.start, call.range.end),
      label: "write fn \(source.text(in: call.range)) { ... }, with \(result) in the last line of the block")
  }

  /// Returns the error for a word that is a function here, such as `help flow`.
  private func headCall(_ habit: Habit, at start: Int) -> Diagnostic? {
    guard case .call(let function)? = habit.rewrite else { return nil }
    var reader = self
    reader.index = start + 1
    guard let value = try? reader.expression(), reader.current.endsStatement else { return nil }
    return fault(
      Habit.code, habit.message, SourceRange(tokens[start].range.start, reader.previousEnd),
      replacement: "\(function)(\(source.text(in: value.range)))", notes: habit.advice.isEmpty ? [] : [habit.advice])
  }

  /// Returns the error for `f() { ... }`, of which the call has been read.
  private func foreignFunctionHead(_ statement: Statement) -> Diagnostic? {
    guard at(.leftBrace), case .expression(let call, _) = statement.kind,
      case .call(let callee, let arguments) = call.kind,
      case .name = callee.kind, arguments.allSatisfy({ if case .name = $0.value.kind { true } else { false } })
    else { return nil }
    return fault(
      Habit.code, "a function begins with 'fn'", call.range, replacement: "fn \(source.text(in: call.range))")
  }

  /// Returns the start of the preceding string if it spans several lines. Its closing quote may be missing.
  private func stringOverLines() -> Int? {
    guard let end = tokens[..<index].lastIndex(where: { $0.kind == .stringEnd }) else { return nil }
    var depth = 1
    var position = end
    while depth > 0, position > 0 {
      position -= 1
      if tokens[position].kind == .stringEnd { depth += 1 }
      if tokens[position].kind == .stringStart { depth -= 1 }
    }
    let start = tokens[position].range.start
    let crosses = source.text(in: SourceRange(start, tokens[end].range.end)).utf8.contains { $0.isLineBreak }
    let isNear = source.location(at: tokens[end].range.end).line == source.location(at: current.range.start).line
    return crosses && isNear ? start : nil
  }
}
