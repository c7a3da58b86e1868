// SPDX-License-Identifier: GPL-3.0-or-later

/// Corrections of strings that other languages put together or fill in differently.
extension Parser {
  private static let joins: Set<String> = ["++", "&", "||", "<>"]

  /// Returns the error for `"x is " ++ x`, whose left side has been read, if either side is a string.
  func concatenation(with left: Expression) -> Diagnostic? {
    guard let sign = foreignSign?.spelling, Self.joins.contains(sign) else { return nil }
    var reader = self
    reader.advance()
    guard let right = try? reader.expression(OperatorTable.sum), left.isString || right.isString else { return nil }
    return fault(
      Habit.code, "'\(sign)' does not join strings", left.range.union(right.range), replacement: joined(left, right))
  }

  private func joined(_ left: Expression, _ right: Expression) -> String {
    let parts = [left, right].map { part in
      let text = source.text(in: part.range)
      return part.isString && text.hasPrefix("\"") ? String(text.dropFirst().dropLast()) : "{\(text)}"
    }
    return "\"\(parts.joined())\""
  }

  /// Returns the error for `"x is " . "3"` and for `sqrt.(x)`, of which the dot has been read. `"x is " . x` is a field of
  /// a string, which fails when it runs.
  func foreignDot(after base: Expression) -> Diagnostic? {
    let dot = tokens[index - 1].range
    var reader = self
    if case .name = current.kind { return nil }
    if base.isString, base.range.end < dot.start, let right = try? reader.operand() {
      return fault(
        Habit.code, "'.' does not join strings", base.range.union(right.range), replacement: joined(base, right))
    }
    guard at(.leftParenthesis), let call = try? reader.suffixed(base) else { return nil }
    let code = source.text(in: base.range) + source.text(in: SourceRange(dot.end, call.range.end))
    return fault(
      Habit.code, "functions of numbers already work element by element", call.range, replacement: code)
  }

  /// Returns the error for `"loss {}".format(x)` or `"{:.2f}".format(x)`, if the current token follows the first `{`.
  func filledString() -> Diagnostic? {
    guard let start = tokens[..<index].lastIndex(where: { $0.kind == .stringStart }),
      let end = tokens[index...].firstIndex(where: { $0.kind == .stringEnd })
    else { return nil }
    var reader = self
    reader.index = end + 1
    guard reader.take(.dot), reader.advance().kind == .name("format"), reader.take(.leftParenthesis),
      let arguments = try? reader.arguments(of: Expression(.none, current.range))
    else { return nil }
    let range = SourceRange(tokens[start].range.start, tokens[end].range.end)
    var text = source.text(in: range)
    for argument in arguments {
      guard let braces = text.firstMatch(of: /\{(?::[^}]*?(?:\.(\d+))?[a-z]?)?\}/) else { return nil }
      let value = source.text(in: argument.value.range)
      // What has been put in has no empty braces.
      text.replaceSubrange(
        braces.range, with: braces.1.map { "{format_number(\(value), decimals: \($0))}" } ?? "{\(value)}")
    }
    return fault(
      Habit.code, "values are written in the string", SourceRange(range.start, reader.previousEnd), replacement: text)
  }

  /// Returns the error for `{x:.2f}` in a string, whose value has been read.
  func formattedValue(_ value: Expression) -> Diagnostic? {
    guard at(.colon), let end = tokens[index...].firstIndex(where: { $0.kind == .interpolationEnd }) else { return nil }
    let form = source.text(in: SourceRange(current.range.end, tokens[end].range.start))
    let digits = form.drop { $0 != "." }.dropFirst().prefix { $0.isNumber }
    let text = source.text(in: value.range)
    return fault(
      Habit.code, "an expression in a string cannot have a format",
      SourceRange(value.range.start, tokens[end].range.start),
      replacement: digits.isEmpty ? text : "format_number(\(text), decimals: \(digits))",
      notes: ["a literal '{' in a string is written \\{"])
  }

  /// Returns the error for a text in backquotes: a template of JavaScript, or a command of the shell.
  func backquoted() -> Diagnostic? {
    guard foreignSign?.spelling == "`" else { return nil }
    let line = source.line(holding: current.range.start).range
    let rest = source.text(in: SourceRange(current.range.end, line.end))
    guard let end = rest.firstIndex(of: "`") else { return nil }
    let text = String(rest[..<end])
    let range = SourceRange(current.range.start, current.range.end + text.utf8.count + 1)
    let message = "'`' is not a quotation mark"
    if text.contains("${") {
      return fault(Habit.code, message, range, replacement: "\"\(text.replacing("${", with: "{"))\"")
    }
    return fault(
      Habit.code, message, range, label: "a string is written \"\(text)\"; at the prompt, !\(text) runs a command")
  }
}

extension Expression {
  var isString: Bool { if case .string = kind { true } else { false } }
}

extension OperatorTable {
  /// The level of addition.
  static let sum = levels.firstIndex { $0.rule == "sum" } ?? 0
  /// The level of comparisons.
  static let comparison = levels.firstIndex { $0.rule == "comparison" } ?? 0
  /// The level of multiplication.
  static let product = levels.firstIndex { $0.rule == "product" } ?? 0
}

extension String {
  fileprivate func range(of part: String) -> Range<String.Index>? { ranges(of: part).first }
}
