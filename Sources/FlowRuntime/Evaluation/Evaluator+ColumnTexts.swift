// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

extension Evaluator {
  /// Throws if a formula over the columns of a table contains the name of a column as text where only the column makes
  /// sense: in a comparison of two constants, such as `"a" > 2`, or as the only argument of a call, such as `mean("a")`.
  func checkColumnTexts(in formula: Expression?, of table: Table) throws(Diagnostic) {
    guard let formula else { return }
    var found: (text: Expression, part: Expression)?
    SyntaxNode.expression(formula).walk { node in
      guard found == nil, case .expression(let part) = node else { return found == nil }
      let candidates: [Expression] =
        switch part.kind {
        case .binary(let symbol, let left, let right) where symbol.isComparison && left.isConstant && right.isConstant:
          [left, right]
        case .call(_, let arguments) where arguments.count == 1: arguments.map(\.value)
        default: []
        }
      let text = candidates.first { $0.plainText.map { table[column: $0] != nil } ?? false }
      found = text.map { ($0, part) }
      return found == nil
    }
    guard let found, let name = found.text.plainText else { return }
    func code(_ start: Int, _ end: Int) -> String { source.text(in: SourceRange(start, end)) }
    let (text, part) = (found.text.range, found.part.range)
    throw Complaint(
      "text-for-column", "this is text, not the column '\(name)'",
      replacement: nameCode(name).map { code(part.start, text.start) + $0 + code(text.end, part.end) }
    ).at(Place(source, part))
  }

  /// Notes that a summary consists of a text that is the name of a function, such as "mean".
  func noteFunctionText(_ formula: Expression?, for column: String, of table: Table) {
    guard let name = formula?.plainText, registry[name]?.entries.contains(where: { $0.group == .statistics }) == true,
      let other = table[column: column] == nil ? table.columnNames.last : column, let code = nameCode(other)
    else { return }
    session.host.note("note: \(quoted(name)) is text in every row; the function is written \(name)(\(code))")
  }

  /// Notes that a new column consists of a text that is also the name of a column.
  func noteColumnText(_ formula: Expression?, of table: Table) {
    guard let name = formula?.plainText, table[column: name] != nil, let code = nameCode(name) else { return }
    session.host.note("note: \(quoted(name)) is text in every row; the column is written \(code)")
  }
}

extension Expression {
  fileprivate var isConstant: Bool {
    switch kind {
    case .string, .number, .boolean, .none: true
    case .unary(.subtract, let operand): operand.isConstant
    default: false
    }
  }
}
