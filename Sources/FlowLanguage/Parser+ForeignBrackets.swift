// SPDX-License-Identifier: GPL-3.0-or-later

/// Corrections of ranges, slices, matrices, tuples and loops in the syntax of other languages.
extension Parser {
  private func text(_ expression: Expression) -> String { source.text(in: expression.range) }

  /// Returns the error for a range with colons, `1:10` or `1:2:10`, whose first part has been read.
  private func colonRange(from first: Expression, in reader: inout Parser) -> Diagnostic? {
    let level = OperatorTable.levels.firstIndex { $0.form == .range } ?? 0
    guard reader.take(.colon), let second = try? reader.expression(level + 1) else { return nil }
    var replacement = "\(text(first))..\(text(second))"
    // Python's colon before a block follows its line directly.
    if !reader.isAtBlockColon, reader.take(.colon) {
      guard let last = try? reader.expression(level + 1) else { return nil }
      replacement = "\(text(first))..\(text(last)) step \(text(second))"
    }
    return fault(
      Habit.code, "':' does not make a range", SourceRange(first.range.start, reader.previousEnd),
      replacement: replacement)
  }

  /// Returns the error for `1:10` in parentheses or in a call, whose first part has been read.
  func colonRange(after first: Expression) -> Diagnostic? {
    if case .name = first.kind, at(.colon) { return nil }
    var reader = self
    return colonRange(from: first, in: &reader)
  }

  /// Returns the error for `1:10` or `x = 1:10`.
  func colonRange(after statement: Statement) -> Diagnostic? {
    var reader = self
    switch statement.kind {
    case .expression(let value, _), .assignment(_, let value, _):
      if case .name = value.kind { return nil }
      return colonRange(from: value, in: &reader)
    default: return nil
    }
  }

  /// Whether a colon follows that stands at the end of a word, as before a block, and not between two numbers.
  private var isAtBlockColon: Bool {
    at(.colon) && current.range.start == previousEnd
      && (ahead(1).range.start > current.range.end || ahead(1).endsStatement)
  }

  /// Returns the error for `for i in 1:10`, whose first number has been read, if the colon does not begin a block.
  func colonRange(inLoopOver values: Expression) -> Diagnostic? {
    if isAtBlockColon { return nil }
    var reader = self
    guard let diagnostic = colonRange(from: values, in: &reader) else { return nil }
    if case .number = values.kind { return diagnostic }
    return reader.at(.leftBrace) || reader.isAtBlockColon ? diagnostic : nil
  }

  /// Returns the error for `[1:10]`, which other languages flatten.
  func colonRange(inListFrom start: Int) -> Diagnostic? {
    guard var reader = reader(at: start + 1), let first = try? reader.expression(1), reader.at(.colon),
      let diagnostic = colonRange(from: first, in: &reader), reader.take(.rightBracket),
      let replacement = diagnostic.labels.first?.replacement
    else { return nil }
    return fault(
      Habit.code, diagnostic.message, SourceRange(start, reader.previousEnd), replacement: replacement)
  }

  /// Returns the error for a matrix in Matlab's syntax, `[1 2; 3 4]`, or a list without commas, `[1 2 3]`.
  func matrix(from start: Int) -> Diagnostic? {
    guard var reader = reader(at: start + 1) else { return nil }
    var rows: [[String]] = [[]]
    let isText = reader.current.kind == .stringStart
    var hasComma = false
    while !reader.at(.rightBracket) {
      if reader.take(.semicolon) {
        rows.append([])
      } else {
        hasComma = reader.take(.comma) || hasComma
        guard let element = try? reader.expression(OperatorTable.levels.count - 2) else { return nil }
        rows[rows.count - 1].append(text(element))
      }
    }
    if isText, rows.count == 1, !hasComma {
      let parts = rows[0].map { $0.hasPrefix("\"") ? String($0.dropFirst().dropLast()) : "{\($0)}" }
      return fault(
        Habit.code, "brackets do not join strings", SourceRange(start, reader.current.range.end),
        replacement: "\"\(parts.joined())\"",
        notes: ["a + b joins two strings"])
    }
    let lists = rows.filter { !$0.isEmpty }.map { "[\($0.joined(separator: ", "))]" }
    guard !lists.isEmpty else { return nil }
    return fault(
      Habit.code, lists.count > 1 ? "a matrix is a list of rows" : "a comma separates the elements of a list",
      SourceRange(start, reader.current.range.end),
      replacement: lists.count > 1 ? "[\(lists.joined(separator: ", "))]" : lists[0],
      notes: isText ? ["a + b joins two strings"] : [])
  }

  /// Returns the error for `[f(x) for x in xs]` or `[f(x) for x in xs if c(x)]`, whose first part has been read.
  ///
  /// - Parameter isArgument: Whether it is written without brackets, as the only argument of a call.
  func comprehension(of elements: [Expression], from start: Int, isArgument: Bool = false) -> Diagnostic? {
    var reader = self
    guard elements.count == 1, reader.take(Keyword.for), case .name(let name) = reader.advance().kind,
      reader.take(.in), let values = try? reader.expression()
    else { return nil }
    var list = text(values)
    if reader.take(Keyword.if) {
      guard let condition = try? reader.expression() else { return nil }
      list = "filter(\(list), fn(\(name)) = \(text(condition)))"
    }
    guard reader.at(isArgument ? .rightParenthesis : .rightBracket) else { return nil }
    let end = isArgument ? reader.previousEnd : reader.current.range.end
    return fault(
      Habit.code, isArgument ? "an argument has no 'for'" : "a list has no 'for'", SourceRange(start, end),
      replacement: "map(\(list), fn(\(name)) = \(text(elements[0])))")
  }

  /// Returns the error for `{1, 2}` or `{a: 1}` where a value is expected.
  func bracedValue() -> Diagnostic? {
    if ahead(1).kind == .symbol(.rightBrace) {
      return fault(
        Habit.code, "a record is not written in braces", current.range.union(ahead(1).range), replacement: "record()")
    }
    var reader = self
    let start = reader.advance().range.start
    var items: [String] = []
    var isRecord = false
    reader.skipNewlines()
    while !reader.at(.rightBrace) {
      let isNamed = reader.ahead(1).kind == .symbol(.colon)
      if isNamed {
        guard case .name(let name) = reader.advance().kind else { return nil }
        reader.advance()
        guard let value = try? reader.expression() else { return nil }
        items.append("\(name): \(text(value))")
        isRecord = true
      } else if var key = try? reader.expression() {
        var code = text(key)
        if case .string(let parts) = key.kind, case .text(let name)? = parts.first, parts.count == 1, isName(name),
          reader.take(.colon)
        {
          guard let value = try? reader.expression() else { return nil }
          key = value
          code = "\(name): \(text(value))"
          isRecord = true
        }
        items.append(code)
      } else {
        return nil
      }
      reader.skipNewlines()
      guard reader.take(.comma) else { break }
      reader.skipNewlines()
    }
    guard reader.at(.rightBrace), !items.isEmpty else { return nil }
    let code = items.joined(separator: ", ")
    return fault(
      Habit.code, isRecord ? "a record is not written in braces" : "a list is not written in braces",
      SourceRange(start, reader.current.range.end), replacement: isRecord ? "record(\(code))" : "[\(code)]")
  }

  /// Returns the error for `(1, 2)`, `(a, b) = [1, 2]` or `(a = 1, b = 2)`, whose first part has been read.
  func tuple(from first: Expression, _ start: Int) -> Diagnostic? {
    var reader = self
    var items: [String] = []
    var isRecord = at(.equals)
    reader.index = tokens.firstIndex { $0.range.start >= first.range.start } ?? index
    repeat {
      if reader.at(.rightParenthesis) { break }
      guard let item = try? reader.expression() else { return nil }
      if reader.take(.equals), isName(text(item)), let value = try? reader.expression() {
        items.append("\(text(item)): \(text(value))")
      } else {
        isRecord = false
        items.append(text(item))
      }
    } while reader.take(.comma)
    guard reader.take(.rightParenthesis), items.count > 1 else { return nil }
    let range = SourceRange(start, reader.previousEnd)
    if isRecord {
      return fault(
        Habit.code, "parentheses hold one value", range, replacement: "record(\(items.joined(separator: ", ")))")
    }
    if reader.at(.equals), items.allSatisfy(isName) {
      reader.advance()
      let values = reader.values()
      return assignment(of: values, to: items, SourceRange(start, reader.previousEnd))
        ?? fault(
          "several-targets", "an assignment has one target", range,
          label: "write \(items[0]) = ... in a line of its own")
    }
    return fault(
      "tuple", "parentheses hold one value", range, label: "put several values in a list: [a, b]",
      replacement: "[\(items.joined(separator: ", "))]")
  }

  /// Returns the error for `x in xs` and `x not in xs`, whose first part has been read.
  func membership(of element: Expression) -> Diagnostic? {
    var reader = self
    var isNegated = reader.take(.not)
    guard reader.take(.in), let list = try? reader.expression(OperatorTable.comparison + 1) else { return nil }
    // What comes before 'and', 'or' and 'not' is another condition.
    var element = element
    var start = element.range.start
    while true {
      if case .binary(let sign, _, let right) = element.kind, sign == .and || sign == .or {
        element = right
        start = element.range.start
      } else if case .unary(.not, let operand) = element.kind {
        element = operand
        isNegated.toggle()
      } else {
        break
      }
    }
    return fault(
      Habit.code, "'in' is only used in 'for name in list'", SourceRange(start, list.range.end),
      replacement: "\(isNegated ? "not " : "")contains(\(text(list)), \(text(element)))")
  }

  /// Returns the error for `x in xs` as a statement.
  func membership(_ statement: Statement) -> Diagnostic? {
    switch statement.kind {
    case .expression(let element, _), .assignment(_, let element, _): membership(of: element)
    default: nil
    }
  }

  /// Returns the error for a number with a comma, such as `1,000.5` or `3,14`.
  func commaInNumber() -> Diagnostic? {
    guard index > 0, case .number = tokens[index - 1].kind, case .number = ahead(1).kind,
      previousEnd == current.range.start, ahead(1).range.start == current.range.end
    else { return nil }
    let tail = source.text(in: ahead(1).range)
    let isThousands = tail.prefix { $0.isNumber }.count == 3
    return fault(
      Habit.code, "a number has no comma", tokens[index - 1].range.union(ahead(1).range),
      replacement: source.text(in: tokens[index - 1].range) + (isThousands ? "_" : ".") + tail)
  }

  /// Returns the error for `for i = 1:10`, `for i ∈ xs`, `for i in 1 2 3` or `for i, v in enumerate(xs)`, of which the
  /// part up to the variable or the values has been read.
  func foreignLoop(over name: Name, from start: Int) -> Diagnostic? {
    var reader = self
    if at(.comma) { return pairLoop(over: name, from: start) }
    guard at(.equals) || foreignSign?.spelling == "∈" else { return nil }
    reader.advance()
    guard let values = try? reader.expression() else { return nil }
    var list = text(values)
    if reader.at(.colon), let range = colonRange(from: values, in: &reader) {
      list = range.labels.first?.replacement ?? list
    }
    return fault(
      Habit.code, "a loop is written with 'in'", SourceRange(start, reader.previousEnd),
      replacement: "for \(name.text) in \(list)")
  }

  /// Returns the error for `for i, v in enumerate(xs)` and `for a, b in zip(x, y)`, of which the first name has been read.
  private func pairLoop(over first: Name, from start: Int) -> Diagnostic? {
    let message = "a loop has one variable"
    var reader = self
    reader.advance()
    guard case .name(let second) = reader.advance().kind, reader.take(.in), let values = try? reader.expression() else {
      return fault(
        Habit.code, message, current.range, label: "write for p in zip(1..len(x), x) { ... }, with p[1] and p[2]")
    }
    var pairs = text(values)
    if case .call(let callee, let arguments) = values.kind, text(callee) == "enumerate", arguments.count == 1 {
      let list = text(arguments[0].value)
      pairs = "zip(1..len(\(list)), \(list))"
    }
    if pairs.hasSuffix(".iterrows()"), reader.at(.leftBrace) {
      return fault(
        Habit.code, message, SourceRange(start, values.range.end),
        replacement: "for \(second) in \(pairs.dropLast(".iterrows()".count))")
    }
    let head = "for p in \(pairs) { \(first.text) = p[1]; \(second) = p[2];"
    let range = SourceRange(start, reader.current.range.end)
    if reader.at(.leftBrace) { return fault(Habit.code, message, range, replacement: head) }
    return fault(
      Habit.code, message, SourceRange(start, values.range.end), label: "write \(head) ... }")
  }

  /// Returns the error for `for i in 1 2 3`, of which the first value has been read, or `for i in seq 1 3`.
  func listOfWords(from first: Expression) -> Diagnostic? {
    guard current.beginsOperand, !at(.leftParenthesis), !at(.leftBracket) else { return nil }
    var reader = self
    var values = [text(first)]
    while reader.current.beginsOperand, let value = try? reader.operand() { values.append(text(value)) }
    guard values.count > 1 else { return nil }
    let code =
      values[0] == "seq" && values.count == 3 ? "\(values[1])..\(values[2])" : "[\(values.joined(separator: ", "))]"
    return fault(
      Habit.code, "a loop needs a list or a range", SourceRange(first.range.start, reader.previousEnd),
      replacement: code)
  }

  /// Returns the error for the loop of C, `for (let i = 0; i < n; i++)`.
  private func countingLoop() -> Diagnostic? {
    let line = source.line(holding: current.range.start).range
    let rest = source.text(in: SourceRange(current.range.start, line.end))
    let steps =
      /\((?:(?:let|var|int|const)\s+)?(\w+)\s*=\s*([^;]+);\s*(\w+)\s*(<=|<)\s*([^;]+);\s*(?:\w+\+\+|\+\+\w+)\)/
    guard let match = rest.prefixMatch(of: steps), match.1 == match.3 else { return nil }
    var last = String(match.5)
    if match.4 == "<" { last = Int(last).map { "\($0 - 1)" } ?? "\(last) - 1" }
    return fault(
      Habit.code, "'for' takes no parentheses",
      SourceRange(current.range.start, current.range.start + match.0.utf8.count),
      replacement: "\(match.1) in \(match.2)..\(last)", notes: ["a range includes both ends, and indices start at 1"])
  }

  /// Returns the error for `for (x in xs)`.
  func parenthesizedLoop() -> Diagnostic? {
    if let fault = countingLoop() { return fault }
    var reader = self
    let start = reader.advance().range.start
    guard case .name(let name) = reader.advance().kind else { return nil }
    if reader.at(.comma) { return reader.foreignLoop(over: Name(name, current.range), from: start) }
    guard reader.take(.in), let values = try? reader.expression() else {
      return nil
    }
    var list = text(values)
    if reader.at(.colon), let range = colonRange(from: values, in: &reader) {
      list = range.labels.first?.replacement ?? list
    }
    guard reader.take(.rightParenthesis), reader.at(.leftBrace) else { return nil }
    return fault(
      Habit.code, "'for' takes no parentheses", SourceRange(start, reader.previousEnd),
      replacement: "\(name) in \(list)")
  }
}
