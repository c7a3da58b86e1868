// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

extension Call {
  /// Throws if a formula has a single value although it contains a column, such as `contains(city, "Oslo")`, where one
  /// value for each row is needed.
  func requireRowValues(_ name: String, of table: Table) throws(Diagnostic) {
    guard let formula = argument(name).expression, value(name).elementCount == nil,
      let column = formula.columns(of: table).first
    else { return }
    throw Complaint(
      "length-mismatch", "this has one value for the whole column '\(column.name)', not one for each row",
      replacement: rowwise(formula, of: table),
      notes: ["a formula such as \(nameCode(column.name) ?? "x") == ... has one value for each row"]
    ).at(place(of: name))
  }

  /// Notes that a new column has the same value in every row because a function that also takes text was given a whole
  /// column of text.
  func noteSingleValue(_ name: String, of table: Table) {
    guard let formula = argument(name).expression, value(name).elementCount == nil,
      let code = rowwise(formula, of: table), let column = formula.columns(of: table).first
    else { return }
    session.host.note(
      "note: \(name) is computed once, from the whole column '\(column.name)'; for each row, write \(code)")
  }

  /// Returns the formula in which each call that takes a whole column of text for one value is applied to its elements
  /// instead. Returns nil if there is no such call.
  private func rowwise(_ formula: Expression, of table: Table) -> String? {
    let columns = formula.columns(of: table).filter { table[column: $0.name]?.role.isNumeric == false }
    var calls: [(range: SourceRange, column: SourceRange)] = []
    SyntaxNode.expression(formula).walk { node in
      guard case .expression(let part) = node, let chain = textCall(part) else { return true }
      guard chain.takesWholeText, columns.contains(where: { $0.range == chain.argument }) else { return true }
      calls.append((part.range, chain.argument))
      return false
    }
    guard !calls.isEmpty else { return nil }
    let source = place.source
    func code(_ start: Int, _ end: Int) -> String { source.text(in: SourceRange(start, end)) }
    var result = ""
    var start = formula.range.start
    for (call, column) in calls {
      let name = elementName(avoiding: source.text(in: call))
      result += code(start, call.start) + "map(\(source.text(in: column)), fn(\(name)) = "
      result += code(call.start, column.start) + name + code(column.end, call.end) + ")"
      start = call.end
    }
    return result + code(start, formula.range.end)
  }

  /// Returns the argument of a call of a function of text, or the innermost one if such calls are nested, and whether one
  /// of the functions would take a list of texts as a whole. Returns nil for other expressions.
  private func textCall(_ expression: Expression) -> (argument: SourceRange, takesWholeText: Bool)? {
    guard case .call(let callee, let arguments) = expression.kind, case .name(let name) = callee.kind,
      let argument = arguments.first?.value,
      let types = registry[name]?.entries.compactMap({ $0.parameters.first?.type }), types.contains(where: \.takesText)
    else { return nil }
    let isWhole = !types.contains(where: \.takesTexts)
    guard let inner = textCall(argument) else { return (argument.range, isWhole) }
    return (inner.argument, inner.takesWholeText || isWhole)
  }
}

/// Returns a name for the elements of a list that does not occur in code in which it will be visible.
func elementName(_ preferred: String = "v", avoiding code: String) -> String {
  let words = Set(code.split { !$0.isLetter && !$0.isNumber && $0 != "_" })
  func isFree(_ name: String) -> Bool { !words.contains(name[...]) }
  return [preferred, "element"].first(where: isFree) ?? (1...).lazy.map { "v\($0)" }.first(where: isFree) ?? "v"
}

extension ParameterType {
  /// Whether a string is accepted as such.
  fileprivate var takesText: Bool {
    members.contains { type in
      switch type {
      case .string, .any: true
      default: false
      }
    }
  }

  /// Whether both a string and a list of strings are accepted, each of which is then treated like a single string.
  fileprivate var takesTexts: Bool {
    takesText && members.contains { if case .list = $0 { true } else { false } }
  }
}
