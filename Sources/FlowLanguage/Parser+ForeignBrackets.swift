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

  /// Returns a copy of the parser at the token that begins at an offset.
  private func reader(at offset: Int) -> Parser? {
    guard let index = tokens.firstIndex(where: { $0.range.start >= offset }) else { return nil }
    var reader = self
    reader.index = index
    return reader
  }

  /// Returns the error for an index such as `[1:3]`, `[:3]`, `[1:]`, `[1, 2]` or `[:, 2]`, which begins at an offset.
  func foreignIndex(from start: Int) -> Diagnostic? {
    guard var reader = reader(at: start) else { return nil }
    var parts: [(lower: String?, upper: String?, isSlice: Bool)] = []
    repeat {
      let lower = reader.at(.colon) ? nil : try? reader.expression(1)
      let isSlice = reader.take(.colon)
      if lower == nil, !isSlice { return nil }
      let isOpen = reader.at(.comma) || reader.at(.rightBracket)
      let upper = isSlice && !isOpen ? try? reader.expression(1) : nil
      parts.append((lower.map(text), upper.map { text($0) == "end" ? "-1" : text($0) }, isSlice))
    } while reader.take(.comma)
    guard reader.at(.rightBracket) else { return nil }
    let indexes = parts.map { part in
      part.isSlice
        ? "\(part.lower.map { $0 == "0" ? "1" : $0 } ?? "1")..\(part.upper.map(\.beforeEnd) ?? "-1")"
        : part.lower.map { $0 == "0" ? "1" : $0 } ?? "1"
    }
    if parts.count == 2, !parts[0].isSlice, parts[1].isSlice, parts[1].lower == nil, parts[1].upper == nil {
      return fault(
        Habit.code, "an index selects a row", SourceRange(start, reader.current.range.start), replacement: indexes[0])
    }
    if parts.count == 2, parts[0].isSlice, parts[1].isSlice { return nil }
    let range = SourceRange(start, reader.current.range.start)
    guard parts.count <= 2 else { return nil }
    if parts.count == 2, parts[0].isSlice, !parts[1].isSlice {
      return fault(
        Habit.code, "rows and columns have indices of their own", range, label: "write transpose(x)[\(indexes[1])]",
        notes: ["x[1] is a row; of a table, t.name is a column"])
    }
    return fault(
      Habit.code, parts.count == 2 ? "rows and columns have indices of their own" : "a slice is written with '..'",
      range, replacement: indexes.joined(separator: "]["), notes: ["indices start at 1, and a..b includes b"])
  }

  /// Returns the error for a matrix in Matlab's syntax, `[1 2; 3 4]`, or a list without commas, `[1 2 3]`.
  func matrix(from start: Int) -> Diagnostic? {
    guard var reader = reader(at: start + 1) else { return nil }
    var rows: [[String]] = [[]]
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
      Habit.code, lists.count > 1 ? "a matrix is a list of rows" : "elements are separated by commas",
      SourceRange(start, reader.current.range.end),
      replacement: lists.count > 1 ? "[\(lists.joined(separator: ", "))]" : lists[0])
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

  private func parts(of value: String, as names: [String]) -> String {
    let parts = names.enumerated().map { "\($0.element) = parts[\($0.offset + 1)]" }
    return "if the value is a list, write parts = \(value); \(parts.joined(separator: "; "))"
  }

  /// Returns the error for `x in xs` and `x not in xs`, whose first part has been read.
  func membership(of element: Expression) -> Diagnostic? {
    var reader = self
    let isNegated = reader.take(.not)
    guard reader.take(.in), let list = try? reader.expression(2) else { return nil }
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

  /// Returns the error for `for (x in xs)`.
  func parenthesizedLoop() -> Diagnostic? {
    var reader = self
    let start = reader.advance().range.start
    guard case .name(let name) = reader.advance().kind, reader.take(.in), let values = try? reader.expression() else {
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
  /// A negative upper bound, which other languages exclude, as the last position that is included.
  fileprivate var beforeEnd: String {
    guard hasPrefix("-"), let distance = Int(dropFirst()) else { return self }
    return "-\(distance + 1)"
  }
}
