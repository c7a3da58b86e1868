// SPDX-License-Identifier: GPL-3.0-or-later

/// Corrections of ranges, slices, matrices, tuples and loops in the syntax of other languages.
extension Parser {
  private func text(_ expression: Expression) -> String { source.text(in: expression.range) }

  /// Returns the error for a range with colons, `1:10` or `1:2:10`, whose first part has been read.
  private func colonRange(from first: Expression, in reader: inout Parser) -> Diagnostic? {
    let level = OperatorTable.levels.firstIndex { $0.form == .range } ?? 0
    guard reader.take(.colon), let second = try? reader.expression(level + 1) else { return nil }
    var replacement = "\(text(first))..\(text(second))"
    if reader.take(.colon) {
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

  /// Returns the error for `for i in 1:10`, whose first number has been read, if the colon does not begin a block.
  func colonRange(inLoopOver values: Expression) -> Diagnostic? {
    var reader = self
    guard let diagnostic = colonRange(from: values, in: &reader) else { return nil }
    if case .number = values.kind { return diagnostic }
    return reader.at(.leftBrace) ? diagnostic : nil
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
    while !reader.at(.rightBracket) {
      if reader.take(.semicolon) {
        rows.append([])
      } else {
        _ = reader.take(.comma)
        guard let element = try? reader.expression(OperatorTable.levels.count - 2) else { return nil }
        rows[rows.count - 1].append(text(element))
      }
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
  func comprehension(of elements: [Expression], from start: Int) -> Diagnostic? {
    var reader = self
    guard elements.count == 1, reader.take(Keyword.for), case .name(let name) = reader.advance().kind,
      reader.take(.in), let values = try? reader.expression()
    else { return nil }
    var list = text(values)
    if reader.take(Keyword.if) {
      guard let condition = try? reader.expression() else { return nil }
      list = "filter(\(list), fn(\(name)) = \(text(condition)))"
    }
    guard reader.at(.rightBracket) else { return nil }
    return fault(
      Habit.code, "a list has no 'for'", SourceRange(start, reader.current.range.end),
      replacement: "map(\(list), fn(\(name)) = \(text(elements[0])))")
  }

  /// Returns the error for `{1, 2}` or `{a: 1}` where a value is expected.
  func bracedValue() -> Diagnostic? {
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

  /// Returns the error for `x, y = 1, 2`, whose first name has been read.
  func severalTargets(from start: Int) -> Diagnostic? {
    var reader = self
    reader.index = start
    func list(_ reader: inout Parser) -> [String] {
      var items: [String] = []
      repeat {
        guard let item = try? reader.expression() else { return [] }
        items.append(text(item))
      } while reader.take(.comma)
      return items
    }
    let targets = list(&reader)
    guard targets.allSatisfy(isName), reader.take(.equals) else { return nil }
    let values = list(&reader)
    guard reader.current.endsStatement else { return nil }
    let range = SourceRange(tokens[start].range.start, reader.previousEnd)
    let message = "an assignment has one target"
    // One after the other, the assignments would change what later values refer to.
    let names = zip(values.dropFirst(), 1...).map { value, count in (value, targets.prefix(count)) }
    if values.count == targets.count,
      names.contains(where: { value, targets in targets.contains { value.mentions($0) } })
    {
      return fault(
        "several-targets", message, range, label: "keep the old value in another variable first: c = a; a = b; b = c")
    }
    if values.count == targets.count {
      return fault(
        "several-targets", message, range,
        replacement: zip(targets, values).map { "\($0) = \($1)" }.joined(separator: "; "))
    }
    guard values.count == 1 else { return nil }
    let parts = targets.enumerated().map { "\($0.element) = parts[\($0.offset + 1)]" }
    return fault(
      "several-targets", message, range, replacement: "parts = \(values[0]); \(parts.joined(separator: "; "))")
  }

  /// Returns the error for `[a, b] = f(x)`, of which the targets have been read.
  func listTarget(_ targets: [Expression], _ range: SourceRange) -> Diagnostic? {
    var reader = self
    guard reader.take(.equals), let value = try? reader.expression(), reader.current.endsStatement else { return nil }
    let names = targets.map(text)
    guard !names.isEmpty, names.allSatisfy(isName) else { return nil }
    return fault(
      "several-targets", "an assignment has one target", range.union(value.range),
      label: parts(of: text(value), as: names))
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
      guard let value = try? reader.expression() else {
        return fault(
          "several-targets", "an assignment has one target", range,
          label: "write \(items[0]) = ... in a line of its own")
      }
      return fault(
        "several-targets", "an assignment has one target", range.union(value.range),
        label: parts(of: text(value), as: items))
    }
    return fault(
      "tuple", "parentheses hold one value", range, label: "put several values in a list: [a, b]",
      replacement: "[\(items.joined(separator: ", "))]")
  }

  private func parts(of value: String, as names: [String]) -> String {
    let parts = names.enumerated().map { "\($0.element) = parts[\($0.offset + 1)]" }
    return "if the value is a list, write parts = \(value); \(parts.joined(separator: "; "))"
  }

  /// Returns the error for `x in xs` and `x not in xs`, whose first part has been read.
  func membership(of element: Expression) -> Diagnostic? {
    var reader = self
    let isNegated = reader.take(.not)
    guard reader.take(.in), let list = try? reader.expression(OperatorTable.comparison + 1) else { return nil }
    // What comes before 'and', 'or' and 'not' is another condition.
    var element = element
    while true {
      if case .binary(let sign, _, let right) = element.kind, sign == .and || sign == .or {
        element = right
      } else if case .unary(.not, let operand) = element.kind {
        element = operand
      } else {
        break
      }
    }
    return fault(
      Habit.code, "'in' is only used in 'for name in list'", element.range.union(list.range),
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
    if at(.comma) {
      return fault(
        Habit.code, "a loop has one variable", current.range,
        label: "write for p in zip(1..len(x), x) { ... }, with p[1] and p[2]")
    }
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

  /// Returns the error for `for (x in xs)`.
  func parenthesizedLoop() -> Diagnostic? {
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

extension String {
  /// Whether the code contains a name.
  fileprivate func mentions(_ name: String) -> Bool {
    split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains { $0 == name }
  }
}
