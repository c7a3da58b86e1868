// SPDX-License-Identifier: GPL-3.0-or-later

extension Parser {
  /// Parses one call, index or field after a value.
  mutating func suffixed(_ base: Expression) throws(Diagnostic) -> Expression {
    let result: Expression
    switch advance().kind {
    case .symbol(.leftParenthesis):
      let arguments = try self.arguments(of: base)
      result = Expression(.call(base, arguments), range(from: base.range.start))
    case .symbol(.leftBracket):
      let position = try bracketed(base)
      result = Expression(.index(base, position), range(from: base.range.start))
    default:
      if let fault = foreignDot(after: base) { throw fault }
      let name = try fieldName()
      result = Expression(.field(base, name), range(from: base.range.start))
    }
    try grow()
    return result
  }

  private mutating func fieldName() throws(Diagnostic) -> Name {
    switch current.kind {
    case .name, .keyword, .invalid: return try expectName("a field name")
    default:
      throw fault("missing-field", "no field name after '.'", SourceRange(previousEnd - 1, previousEnd))
    }
  }

  /// Parses an index and the closing bracket.
  private mutating func bracketed(_ base: Expression) throws(Diagnostic) -> Expression {
    let start = current.range.start
    if at(.colon) || at(.comma) || isAtEndIndex || foreignSign?.spelling == "!",
      let fault = foreignIndex(of: base, from: start)
    {
      throw fault
    }
    if at(.rightBracket) {
      throw fault("missing-index", "the index is missing", current.range, label: "the first is [1], the last [-1]")
    }
    let position = try nested { parser throws(Diagnostic) in try parser.expression() }
    try rejectEquals(after: position, in: "an index")
    if at(.comma) || at(.colon) {
      throw foreignIndex(of: base, from: start)
        ?? unexpected("']'", label: at(.comma) ? "row and column are written x[i][j]" : "a slice is written x[a..b]")
    }
    try expect(.rightBracket)
    return position
  }

  /// Parses the arguments and the closing parenthesis of a call. The opening one has been read.
  ///
  /// - Parameter callee: What is called.
  mutating func arguments(of callee: Expression) throws(Diagnostic) -> [Argument] {
    var arguments: [Argument] = []
    let start = current.range.start
    while !at(.rightParenthesis) {
      if at(.colon) || isAtEndIndex,
        let fault = symbol() ?? foreignIndex(of: callee, from: start, to: .rightParenthesis)
      {
        throw fault
      }
      if let fault = aggregate(callee) ?? foreignArgument(of: callee, isFirst: arguments.isEmpty) { throw fault }
      let argument = try self.argument()
      try check(argument, after: arguments)
      arguments.append(argument)
      guard take(.comma) else { break }
    }
    guard take(.rightParenthesis) else { throw unterminatedArguments(arguments, of: callee, from: start) }
    return arguments
  }

  private mutating func argument() throws(Diagnostic) -> Argument {
    if ahead(1).kind == .symbol(.colon), !current.isOperandOnly {
      let name = try expectName("an argument name")
      advance()
      let value = try nested { parser throws(Diagnostic) in try parser.expression() }
      return Argument(name: name, value: value)
    }
    let value = try nested { parser throws(Diagnostic) in try parser.expression() }
    if at(.equals) { throw equalsInCall(after: value) }
    return Argument(value: value)
  }

  private func check(_ argument: Argument, after others: [Argument]) throws(Diagnostic) {
    guard let name = argument.name else {
      guard let named = others.last?.name else { return }
      var diagnostic = fault(
        "positional-after-named", "a positional argument follows a named one", argument.value.range,
        label: "name it, or move it to the front")
      diagnostic.labels.append(Diagnostic.Label(source, named.range, "named"))
      throw diagnostic
    }
    guard let first = others.lazy.compactMap(\.name).first(where: { $0.text == name.text }) else { return }
    var diagnostic = fault("duplicate-argument", "argument '\(name.text)' is given twice", name.range)
    diagnostic.labels.append(Diagnostic.Label(source, first.range, "first given here"))
    throw diagnostic
  }

  private func equalsInCall(after value: Expression) -> Diagnostic {
    guard let name = value.dottedName else {
      return fault(
        "equals-in-call", "'=' assigns and is not allowed in a call", current.range, label: "to compare, write ==")
    }
    let shown = shownValue()
    return fault(
      "equals-in-call", "an argument is named with ':'", value.range.union(current.range),
      label: "write \(name): \(shown)", replacement: "\(name):\(blankAfterEquals ? "" : " ")",
      notes: ["to compare, write \(name) == \(shown)"])
  }

  /// Whether a blank follows the `=` at the current token.
  private var blankAfterEquals: Bool { ahead(1).range.start > current.range.end }

  /// Returns the text of the expression after a `=`, or `value` if there is none or it is too long to repeat.
  private func shownValue() -> String {
    var reader = self
    reader.advance()
    guard let value = try? reader.expression() else { return "value" }
    let text = source.text(in: value.range)
    return text.count <= 40 && !text.utf8.contains(where: \.isLineBreak) ? text : "value"
  }

  private func unterminatedArguments(
    _ arguments: [Argument], of callee: Expression, from start: Int
  ) -> Diagnostic {
    let expectation = "',' or ')'"
    if at(.colon) {
      if ahead(1).kind == .name("end"), let fault = foreignIndex(of: callee, from: start, to: .rightParenthesis) {
        return fault
      }
      if let last = arguments.last, let fault = colonRange(after: last.value) { return fault }
      return unexpected(expectation, label: "an argument is written name: value, a range a..b")
    }
    if let last = arguments.last, let fault = membership(of: last.value) { return fault }
    if at(.semicolon) { return unexpected(expectation, replacement: ",") }
    if let last = arguments.last, let fault = direction(after: last) ?? commandOption(last.value) { return fault }
    if at(Keyword.if) {
      return unexpected(expectation, label: "'if' is a statement: if condition { ... } else { ... }")
    }
    if at(Keyword.for) {
      let fault = arguments.last.flatMap { last in
        last.name == nil ? comprehension(of: [last.value], from: last.value.range.start, isArgument: true) : nil
      }
      return fault ?? unexpected(expectation, label: "write map(values, fn(x) = ...)")
    }
    if current.beginsOperand {
      return prefixedString() ?? unexpected(expectation, label: "a comma is missing before this")
    }
    return unexpected(expectation)
  }
}

extension Token {
  /// Whether the token cannot be meant as a name, as the first `1` in `f(1: 2)`.
  fileprivate var isOperandOnly: Bool {
    switch kind {
    case .name, .keyword: false
    default: true
    }
  }
}
