// SPDX-License-Identifier: GPL-3.0-or-later

/// Corrections of calls: without parentheses, of SQL, and with arguments that other languages write differently.
extension Parser {
  /// Returns the error for a call without parentheses after a pipe: `t |> sort a`, `t |> order by a desc`, `t |> head -3`.
  func pipeWithoutParentheses(_ callee: Expression) -> Diagnostic? {
    guard case .name(let name) = callee.kind else { return nil }
    var reader = self
    if case .name("by") = current.kind, let clause = Clause.all["\(name) by"] {
      reader.advance()
      return reader.clause(clause, from: callee)
    }
    if at(.minus), case .number = ahead(1).kind, ahead(1).range.start == current.range.end,
      current.range.start > previousEnd, ahead(2).endsStatement || ahead(2).kind == .symbol(.pipe)
    {
      return fault(
        "missing-parentheses", "a call has parentheses", callee.range.union(ahead(1).range),
        replacement: "\(name)(\(source.text(in: ahead(1).range)))")
    }
    guard current.beginsOperand, !at(.leftParenthesis), let list = reader.words(), !list.isEmpty else { return nil }
    return fault(
      "missing-parentheses", "a call has parentheses", SourceRange(callee.range.start, reader.previousEnd),
      replacement: "\(name)(\(list.joined(separator: ", ")))")
  }

  /// Reads values that are separated by blanks or commas, as in a shell. Returns nil if there is something else.
  mutating func words() -> [String]? {
    var list: [String] = []
    while true {
      if let option = option() { list.append(option); continue }
      guard current.beginsOperand else { break }
      var reader = self
      if (try? reader.operand()) == nil || !reader.isAtOption { reader = self }
      guard let value = try? reader.isAtOption ? operand() : expression(1) else { return nil }
      list.append(fileName(value) ?? source.text(in: value.range))
      if !take(.comma), !current.beginsOperand, !isAtOption { break }
    }
    return list
  }

  /// Whether an option of a command follows, such as `--epochs`.
  private var isAtOption: Bool {
    guard at(.minus), ahead(1).kind == .symbol(.minus), ahead(1).range.start == current.range.end,
      case .name = ahead(2).kind
    else { return false }
    return ahead(2).range.start == ahead(1).range.end
  }

  /// Reads `--epochs 5` as a named argument, or returns nil.
  private mutating func option() -> String? {
    guard isAtOption, case .name(let name) = ahead(2).kind else { return nil }
    var reader = self
    reader.index += 3
    guard reader.current.beginsOperand, let value = try? reader.operand() else { return nil }
    self = reader
    return "\(name): \(source.text(in: value.range))"
  }

  /// Returns the error for `x = chain 8 sigmoid`, of which `x = chain` has been read.
  func assignedCallWithoutParentheses(_ statement: Statement) -> Diagnostic? {
    guard case .assignment(_, let value, _) = statement.kind, case .name(let function) = value.kind,
      current.beginsOperand
    else { return nil }
    var reader = self
    guard let list = reader.words(), reader.current.endsStatement else { return nil }
    return fault(
      "missing-parentheses", "a call has parentheses", SourceRange(value.range.start, reader.previousEnd),
      replacement: "\(function)(\(list.joined(separator: ", ")))")
  }

  /// Returns the error for `const n = 3` and `set x = 3`, for a word that begins at a token.
  func declaration(_ habit: Habit, at start: Int) -> Diagnostic? {
    guard habit.isDeclaration else { return nil }
    var reader = self
    reader.index = start + 1
    guard case .name(let name) = reader.advance().kind, reader.take(.equals), let value = try? reader.expression()
    else {
      return nil
    }
    return fault(
      Habit.code, habit.message, SourceRange(tokens[start].range.start, value.range.end),
      replacement: "\(name) = \(source.text(in: value.range))")
  }

  /// Returns the error for `x: int = 3`, of which `x` has been read.
  func annotation(_ statement: Statement) -> Diagnostic? {
    guard case .expression(let target, _) = statement.kind, case .name(let name) = target.kind, at(.colon) else {
      return nil
    }
    var reader = self
    reader.advance()
    guard (try? reader.operand()) != nil, reader.take(.equals), let value = try? reader.expression() else { return nil }
    return fault(
      Habit.code, "a variable is written without a type", target.range.union(value.range),
      replacement: "\(name) = \(source.text(in: value.range))")
  }

  /// Returns the error for an argument that other languages write differently: `*`, `"a" => 1` or `2 => 8`.
  func foreignArgument(of callee: Expression, isFirst: Bool) -> Diagnostic? {
    if at(.star), [.symbol(.rightParenthesis), .symbol(.comma)].contains(ahead(1).kind) {
      if case .name(let name) = callee.kind, name.lowercased() == "count" {
        return fault(
          Habit.code, "'*' does not stand for all rows", callee.range.union(ahead(1).range),
          label: "write len(t) for the number of rows of a table t")
      }
      return fault(
        Habit.code, "'*' does not stand for all columns", current.range,
        label: "leave the call of \(source.text(in: callee.range)) out: a table has all its columns")
    }
    if let fault = quotedName() { return fault }
    var reader = self
    // Only the sign shows that this is a foreign argument, so it is looked for before anything is parsed.
    reader.index += current.isNumber ? 1 : current.kind == .stringStart && ahead(2).kind == .stringEnd ? 3 : 0
    guard reader.index > index, reader.index < tokens.count, reader.foreignSign?.spelling == "=>" else { return nil }
    reader.index = index
    guard let key = try? reader.operand() else { return nil }
    reader.advance()
    guard let value = try? reader.expression() else { return nil }
    let range = key.range.union(value.range)
    let text = source.text(in: value.range)
    if case .string(let parts) = key.kind, case .text(let name)? = parts.first, parts.count == 1, isName(name) {
      return fault(Habit.code, "an argument is named with ':'", range, replacement: "\(name): \(text)")
    }
    guard case .number = value.kind else { return nil }
    return fault(
      Habit.code, "a layer takes its number of inputs from the layer before it", range, replacement: text)
  }

  /// Returns the error for the name of an argument in quotes, as in `record("a": 1)` or `record("a" = 1)`.
  private func quotedName() -> Diagnostic? {
    guard current.kind == .stringStart, case .text(let name) = ahead(1).kind, ahead(2).kind == .stringEnd,
      [.symbol(.colon), .symbol(.equals)].contains(ahead(3).kind), ahead(4).kind != .symbol(.equals)
    else { return nil }
    let range = current.range.union(ahead(3).range)
    let message = "the name of an argument has no quotes"
    guard isName(name) else {
      let word = String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
      return fault(Habit.code, message, range, label: "write a name, such as \(isName(word) ? word : "a"): ...")
    }
    var reader = self
    reader.index += 4
    guard let value = try? reader.expression() else { return nil }
    return fault(
      Habit.code, message, range.union(value.range), replacement: "\(name): \(source.text(in: value.range))")
  }

  /// Returns the error for a call of a function whose name ends with `!`, which follows the name.
  func exclamation(after name: Expression) -> Diagnostic? {
    var reader = self
    reader.advance()
    guard let call = try? reader.suffixed(name) else { return nil }
    let text = source.text(in: name.range) + source.text(in: SourceRange(current.range.end, call.range.end))
    return fault(Habit.code, "a name does not end with '!'", call.range, replacement: text)
  }

  /// A clause of SQL after a pipe, and the function to write instead.
  private enum Clause {
    case sort, group

    static let all: [String: Clause] = ["order by": .sort, "sort by": .sort, "group by": .group]
  }

  private func clause(_ clause: Clause, from callee: Expression) -> Diagnostic? {
    var reader = self
    guard let column = try? reader.operand() else { return nil }
    let name = source.text(in: column.range)
    let range = { SourceRange(callee.range.start, $0) }
    switch clause {
    case .group:
      return fault(
        Habit.code, "groups are an argument of summarize", range(reader.previousEnd),
        label: "write summarize(m: mean(a), by: \(name))")
    case .sort:
      let isDescending = reader.direction == "desc"
      if reader.direction != nil { reader.advance() }
      return fault(
        Habit.code, "a call has parentheses", range(reader.previousEnd),
        replacement: "sort(\(name)\(isDescending ? ", desc: true" : ""))")
    }
  }
}

extension Parser {
  /// The direction in which SQL sorts that the current token states, or nil.
  private var direction: String? {
    guard case .name(let word) = current.kind, ["asc", "desc"].contains(word.lowercased()) else { return nil }
    return word.lowercased()
  }

  /// Returns the error for `sort(a desc)`, of which the column has been read.
  func direction(after column: Argument) -> Diagnostic? {
    guard let direction, ahead(1).kind == .symbol(.rightParenthesis) else { return nil }
    return fault(
      Habit.code, "a direction is an argument of its own", column.value.range.union(current.range),
      replacement: source.text(in: column.value.range) + (direction == "desc" ? ", desc: true" : ""))
  }

  /// Returns the error for R's `aggregate(a ~ b, t, mean)`, of which the opening parenthesis has been read.
  func aggregate(_ callee: Expression) -> Diagnostic? {
    guard case .name("aggregate") = callee.kind, case .name(let column) = current.kind else { return nil }
    var reader = self
    reader.advance()
    guard reader.foreignSign?.spelling == "~" else { return nil }
    reader.advance()
    guard case .name(let groups) = reader.advance().kind, reader.take(.comma) else { return nil }
    func value() -> String? {
      if case .name("data") = reader.current.kind, reader.ahead(1).kind == .symbol(.equals) { reader.index += 2 }
      if case .name("FUN") = reader.current.kind, reader.ahead(1).kind == .symbol(.equals) { reader.index += 2 }
      return (try? reader.expression()).map { source.text(in: $0.range) }
    }
    guard let table = value(), reader.take(.comma), let function = value(), reader.at(.rightParenthesis) else {
      return nil
    }
    return fault(
      Habit.code, "columns are grouped by summarize", callee.range.union(reader.current.range),
      replacement: "summarize(\(table), \(column): \(function)(\(column)), by: \(groups))")
  }
}

extension Expression {
  /// The name of an argument, in which R allows dots: `length.out` is `length_out`.
  var dottedName: String? {
    switch kind {
    case .name(let name): name
    case .field(let base, let name): base.dottedName.map { "\($0)_\(name.text)" }
    default: nil
    }
  }
}

extension Token {
  var isNumber: Bool { if case .number = kind { true } else { false } }
}
