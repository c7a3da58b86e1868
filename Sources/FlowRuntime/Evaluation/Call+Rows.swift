// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

extension Call {
  /// Throws if a formula has a single value although it contains a column, such as `contains(city, "Oslo")`, where one
  /// value for each row is needed.
  func requireRowValues(_ name: String, of table: Table) throws(Diagnostic) {
    guard let formula = argument(name).expression, value(name).elementCount == nil,
      let column = columns(of: table, in: formula).first
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
      let code = rowwise(formula, of: table), let column = columns(of: table, in: formula).first
    else { return }
    session.host.note(
      "note: \(name) is computed once, from the whole column '\(column.name)'; for each row, write \(code)")
  }

  /// Returns code that applies a formula to each element of its only column, if the column consists of text and a function
  /// of the formula takes text as well as lists.
  private func rowwise(_ formula: Expression, of table: Table) -> String? {
    let columns = columns(of: table, in: formula)
    guard columns.count == 1, table[column: columns[0].name]?.role.isNumeric == false else { return nil }
    let column = columns[0]
    var takesText = false
    SyntaxNode.expression(formula).walk { node in
      if case .expression(let part) = node, case .call(let callee, let arguments) = part.kind,
        case .name(let function) = callee.kind, arguments.first?.value.range == column.range
      {
        takesText = registry[function]?.entries.contains { $0.parameters.first?.type.takesStrings == true } ?? false
      }
      return true
    }
    guard takesText else { return nil }
    let source = place.source
    func code(_ start: Int, _ end: Int) -> String { source.text(in: SourceRange(start, end)) }
    let (whole, part) = (formula.range, column.range)
    let name = source.text(in: whole).contains(/\bv\b/) ? "element" : "v"
    let call = code(whole.start, part.start) + name + code(part.end, whole.end)
    return "map(\(code(part.start, part.end)), fn(\(name)) = \(call))"
  }

  /// The columns of a table that a formula uses by name.
  private func columns(of table: Table, in formula: Expression) -> [(name: String, range: SourceRange)] {
    var columns: [(name: String, range: SourceRange)] = []
    SyntaxNode.expression(formula).walk { node in
      if case .expression(let part) = node, case .name(let name) = part.kind, table[column: name] != nil {
        columns.append((name, part.range))
      }
      return true
    }
    return columns
  }
}

extension ParameterType {
  /// Whether a string is accepted as such.
  fileprivate var takesStrings: Bool {
    switch self {
    case .string, .any: true
    case .union(let types): types.contains(where: \.takesStrings)
    default: false
    }
  }
}
