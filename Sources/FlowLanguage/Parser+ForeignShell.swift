// SPDX-License-Identifier: GPL-3.0-or-later

/// Corrections of the syntax of shells: variables, options, redirection and tests.
extension Parser {
  /// Returns the error for `$x`, `$HOME`, `$1` or `$(command)`.
  func shellVariable() -> Diagnostic? {
    guard foreignSign?.spelling == "$", ahead(1).range.start == current.range.end else { return nil }
    let range = current.range.union(ahead(1).range)
    switch ahead(1).kind {
    case .name(let name) where name.contains { $0.isLetter } && name == name.uppercased() && name.count > 1:
      return fault(
        Habit.code, "names do not begin with '$'", range, replacement: "env(\"\(name)\")",
        notes: ["a variable of the program is written without '$'"])
    case .name(let name): return fault(Habit.code, "names do not begin with '$'", range, replacement: name)
    case .number: return fault(Habit.code, "names do not begin with '$'", range, replacement: "arg(\(text(ahead(1))))")
    case .symbol(.leftParenthesis): return substitution()
    default: return nil
    }
  }

  private func text(_ token: Token) -> String { source.text(in: token.range) }

  /// Returns the error for `$(seq 3)`, `$((x - 1))` or `$(date)`.
  private func substitution() -> Diagnostic? {
    var reader = self
    let start = reader.advance().range.start
    reader.advance()
    if reader.at(.leftParenthesis), let value = try? reader.operand() {
      return fault(
        Habit.code, "arithmetic needs no '$'", SourceRange(start, reader.current.range.end),
        replacement: source.text(in: value.range))
    }
    var words: [String] = []
    while !reader.at(.rightParenthesis), reader.current.kind != .end { words.append(text(reader.advance())) }
    let range = SourceRange(start, reader.current.range.end)
    if words.first == "seq", words.count <= 3, words.count > 1 {
      let code = "\(words.count == 3 ? words[1] : "1")..\(words[words.count - 1])"
      return fault(Habit.code, "a range is written with two dots", range, replacement: code)
    }
    return fault(
      Habit.code, "shell commands are not values", range,
      label: "write pipe(\"\", \"\(words.joined(separator: " "))\") for the output of a command")
  }

  /// Returns the error for `t$a`, of which `t` has been read.
  func dollarField(of base: Expression) -> Diagnostic? {
    guard case .invalid = current.kind, text(current) == "$", current.range.start == base.range.end,
      case .name(let name) = ahead(1).kind, ahead(1).range.start == current.range.end
    else { return nil }
    return fault(
      Habit.code, "a field is selected with '.'", base.range.union(ahead(1).range),
      replacement: "\(source.text(in: base.range)).\(name)")
  }

  /// Returns the error for `train --epochs 5`, of which `train --epochs` has been read, for a statement that begins at a
  /// token.
  func callWithOptions(_ value: Expression, from start: Int) -> Diagnostic? {
    guard case .binary(.subtract, let left, let right) = value.kind, case .name(let function) = left.kind,
      case .unary(.subtract, _) = right.kind
    else { return nil }
    var reader = self
    reader.index = start + 1
    guard let arguments = reader.words(), reader.current.endsStatement else { return nil }
    return fault(
      "missing-parentheses", "a call has parentheses", SourceRange(value.range.start, reader.previousEnd),
      replacement: "\(function)(\(arguments.joined(separator: ", ")))")
  }

  /// Returns the error for `--epochs 5` in a call, of which `--epochs` has been read, or for `--seed 3` as a statement.
  func commandOption(_ expression: Expression, isStatement: Bool = false) -> Diagnostic? {
    guard case .unary(.subtract, let inner) = expression.kind, case .unary(.subtract, let option) = inner.kind,
      case .name(let name) = option.kind, current.beginsOperand
    else { return nil }
    if isStatement, option.range.start > expression.range.start + 2 {
      return fault(
        Habit.code, "a comment begins with '#'", SourceRange(expression.range.start, expression.range.start + 2),
        replacement: "#")
    }
    var reader = self
    guard let value = try? reader.operand() else { return nil }
    let text = source.text(in: value.range)
    return fault(
      Habit.code, isStatement ? "options belong on the command line" : "an argument is named with ':'",
      expression.range.union(value.range), replacement: isStatement ? "\(name)(\(text))" : "\(name): \(text)")
  }

  /// Returns the error for a statement in the syntax of a shell that begins here.
  func shellStatement() -> Diagnostic? {
    if let fault = backquoted() ?? folderChange() ?? helpOption() ?? dottedCommand() ?? shellCommand() { return fault }
    return decrement()
  }

  /// Returns the error for `flow --help`.
  private func helpOption() -> Diagnostic? {
    guard case .name(let topic) = current.kind, ahead(1).kind == .symbol(.minus), ahead(2).kind == .symbol(.minus),
      ahead(3).kind == .name("help"), ahead(4).endsStatement
    else { return nil }
    return fault(
      Habit.code, "help is a function", current.range.union(ahead(3).range), replacement: "help(\(topic))",
      notes: ["at the prompt, ?\(topic) does the same"])
  }

  /// Returns the error for `.quit`, `./lib.gf` and `. lib.gf`.
  private func dottedCommand() -> Diagnostic? {
    let isPath = foreignSign?.spelling == "./"
    guard isPath || at(.dot) else { return nil }
    let line = source.line(holding: current.range.start).range
    let text = String(source.text(in: SourceRange(current.range.start, line.end)))
    let path = String(text.dropFirst(isPath ? 2 : 1).drop { $0 == " " }.prefix { $0 != " " })
    if path.hasSuffix(".gf") {
      return fault(
        Habit.code, "a script is run with 'include'", SourceRange(current.range.start, line.end),
        replacement: "include \"\(path)\"")
    }
    guard at(.dot), case .name(let command) = ahead(1).kind else { return nil }
    let call = ["quit", "exit", "q"].contains(command) ? "exit()" : "\(command)(...)"
    return fault(
      Habit.code, "commands do not begin with '.'", current.range.union(ahead(1).range),
      label: "write \(call); the commands of the prompt begin with ':'")
  }

  /// Returns the error for `cd ..`.
  private func folderChange() -> Diagnostic? {
    guard current.kind == .name("cd"), let habit = Habit.head["cd"], ahead(1).range.start > current.range.end,
      [.symbol(.range), .symbol(.slash)].contains(ahead(1).kind), !isAssigned("cd")
    else { return nil }
    return fault(habit, current.range)
  }

  /// Returns the error for `!ls`.
  private func shellCommand() -> Diagnostic? {
    guard foreignSign?.spelling == "!", case .name = ahead(1).kind, ahead(1).range.start == current.range.end,
      ahead(2).endsStatement
    else { return nil }
    return fault(
      Habit.code, "'!' is written 'not'", current.range,
      label: "write not; shell commands work only at the prompt",
      replacement: "not ")
  }

  /// Returns the error for `x--`.
  private func decrement() -> Diagnostic? {
    guard case .name(let name) = current.kind, ahead(1).kind == .symbol(.minus), ahead(2).kind == .symbol(.minus),
      ahead(2).range.start == ahead(1).range.end, ahead(3).endsStatement
    else { return nil }
    return fault(
      Habit.code, "'--' is not an operator", current.range.union(ahead(2).range),
      replacement: "\(name) = \(name) - 1")
  }

  /// Returns the error for output that is redirected to a file, `t > out.tsv` or `t >> "out.tsv"`, of which `t` has been
  /// read.
  func redirection(of value: Expression) -> Diagnostic? {
    guard at(.isGreater) else { return nil }
    var reader = self
    reader.advance()
    let isAppending = reader.at(.isGreater)
    if isAppending { reader.advance() }
    let line = source.line(holding: current.range.start).range
    // Correct comparisons are not parsed twice, because that would double the time at each level of nesting.
    let isLikely =
      reader.current.kind == .stringStart
      ? isAppending || source.text(in: SourceRange(current.range.end, line.end)).hasSuffix("2>&1")
      : reader.ahead(1).kind == .symbol(.dot) && reader.ahead(3).kind != .symbol(.leftParenthesis)
    guard isLikely, let file = try? reader.operand() else { return nil }
    let isPath = fileName(file) != nil
    let isRedirected =
      reader.current.kind == .number(2) && source.text(in: SourceRange(reader.current.range.start, line.end)) == "2>&1"
    guard isPath || file.isString && (isAppending || isRedirected) else { return nil }
    let path = fileName(file) ?? source.text(in: file.range)
    return fault(
      Habit.code, "'>' does not write to a file",
      SourceRange(value.range.start, isRedirected ? line.end : file.range.end),
      replacement: "save(\(source.text(in: value.range)), \(path))",
      notes: isAppending ? ["save replaces the file; concat(a, b) joins two tables"] : [])
  }

  /// Returns the quoted name of a file that is written without quotes, such as `out.tsv`, or nil.
  func fileName(_ expression: Expression) -> String? {
    guard case .field(let base, let name) = expression.kind, case .name(let stem) = base.kind,
      ["tsv", "csv", "json", "txt", "svg", "gf"].contains(name.text), !isAssigned(stem)
    else { return nil }
    return "\"\(stem).\(name.text)\""
  }

  /// Returns the error for the test of a shell, `[ $x -eq 3 ]; then`, after `if` or `while`, or for `x -eq 3`.
  func shellTest() -> Diagnostic? {
    guard at(.leftBracket) else { return nil }
    let line = source.line(holding: current.range.start).range
    let rest = source.text(in: SourceRange(current.range.start, line.end))
    guard let close = rest.lastIndex(of: "]") else { return nil }
    let inner = rest[..<close].drop { $0 == "[" || $0 == " " }.reversed().drop { $0 == "]" || $0 == " " }.reversed()
    let words = String(inner).split(separator: " ").map { word in
      Self.tests[String(word)] ?? String(word.filter { $0 != "$" })
    }
    guard words.count == 3, Self.tests[words[1]] != nil || Self.tests.values.contains(words[1]) else { return nil }
    var tail = rest[rest.index(after: close)...].drop { $0 == ";" || $0 == " " || $0 == "]" }
    var end = current.range.start + rest.utf8.count
    for word in ["then", "do"] where tail.hasPrefix(word) { tail = tail.dropFirst(word.count) }
    end -= tail.utf8.count
    return fault(
      Habit.code, "a condition needs no brackets", SourceRange(current.range.start, end),
      label: "write \(words.joined(separator: " ")) { ... }")
  }

  private static let tests = [
    "-eq": "==", "-ne": "!=", "-gt": ">", "-lt": "<", "-ge": ">=", "-le": "<=", "=": "==", "==": "==",
  ]

  /// Returns the error for `x -eq 3`, of which `x - eq` has been read.
  func shellComparison(_ condition: Expression) -> Diagnostic? {
    guard case .binary(.subtract, let left, let right) = condition.kind, case .name(let word) = right.kind,
      let sign = Self.tests["-\(word)"], current.beginsOperand
    else { return nil }
    let range = SourceRange(left.range.end, right.range.end)
    return fault(
      Habit.code, "'-\(word)' is written '\(sign)'", range, label: "write \(sign)", replacement: " \(sign)")
  }

  private static let actions: Set<String> = [
    "print", "println", "echo", "disp", "cat", "exit", "quit", "error", "stop",
  ]

  /// Returns the error for `x > 2 && print(x)` as a statement, of which the condition has been read.
  func shortCircuit(_ condition: Expression) -> Diagnostic? {
    guard let sign = foreignSign?.spelling, ["&&", "||", "&"].contains(sign) else { return nil }
    var reader = self
    reader.advance()
    if sign == "&", reader.current.endsStatement {
      return fault(Habit.code, "nothing runs in the background", current.range, replacement: "")
    }
    guard case .name(let action) = reader.current.kind, Self.actions.contains(action),
      let body = try? reader.expression(), reader.current.endsStatement
    else { return nil }
    let text = source.text(in: condition.range)
    let isName = if case .name = body.kind { true } else { false }
    let test = sign == "||" ? "not (\(text))" : text
    return fault(
      Habit.code, "'\(sign)' does not run a statement", condition.range.union(body.range),
      replacement: "if \(test) { \(source.text(in: body.range))\(isName ? "()" : "") }")
  }
}
