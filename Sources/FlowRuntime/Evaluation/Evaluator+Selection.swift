// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

/// Columns that are selected as in R: `select(t, -a)`, `select(t, !a)` and `select(t, starts_with("x"))`.
extension Evaluator {
  /// Throws if one of the arguments for names of columns leaves out a column or looks for names.
  func checkSelection(_ actuals: [Actual], of table: Table) throws(Diagnostic) {
    let parts = actuals.compactMap { $0.expression }
    guard parts.contains(where: { $0.selection != nil }), parts.count == actuals.count,
      let first = parts.first, let last = parts.last
    else { return }
    var kept: [String] = []
    var excluded: Set<String> = []
    for part in parts {
      switch part.selection {
      case .columns(let names): excluded.formUnion(names)
      case .pattern(let pattern): kept.append(quoted(pattern))
      case nil: kept.append(place(part.range).text)
      }
    }
    if let unknown = excluded.subtracting(table.columnNames).sorted().first {
      throw unknownColumn(unknown, among: table.columnNames).at(place(first.range.union(last.range)))
    }
    if kept.isEmpty { kept = table.columnNames.filter { !excluded.contains($0) }.map { nameCode($0) ?? quoted($0) } }
    kept.removeAll { excluded.contains($0) }
    let code = kept.joined(separator: ", ")
    let isShort = code.count <= 60 && !kept.isEmpty
    throw Complaint(
      "unknown-column",
      excluded.isEmpty ? "an asterisk stands for any part of a name" : "select takes the columns to keep",
      label: isShort ? "" : "write their names, or patterns such as \"x_*\"", replacement: isShort ? code : nil
    ).at(place(first.range.union(last.range)))
  }
}

extension Expression {
  enum Selection {
    case columns([String])
    case pattern(String)
  }

  /// What an argument in the style of R selects: columns that are left out, or names with a pattern. Nil for others.
  var selection: Selection? {
    switch kind {
    case .unary(_, let operand):
      switch operand.kind {
      case .name(let name): return .columns([name])
      case .call(let callee, let arguments):
        guard case .name("c") = callee.kind else { return nil }
        let names = arguments.compactMap { if case .name(let name) = $0.value.kind { name } else { String?.none } }
        return names.count == arguments.count && !names.isEmpty ? .columns(names) : nil
      default: return nil
      }
    case .call(let callee, let arguments):
      guard case .name(let name) = callee.kind, arguments.count == 1, let text = arguments[0].value.plainText else {
        return nil
      }
      return ["starts_with": "\(text)*", "ends_with": "*\(text)", "contains": "*\(text)*"][name].map(Selection.pattern)
    default: return nil
    }
  }
}

extension Call {
  /// Notes that a column gets the values of another one where R would select the columns from one to the other.
  func noteColumnRange(of table: Table) {
    for (name, argument) in extraArguments {
      guard case .name(let last)? = argument.expression?.kind, table[column: last] != nil,
        let start = table.columnNames.firstIndex(of: name.text), let end = table.columnNames.firstIndex(of: last),
        start < end, argument.place.range.start == name.range.end + 1
      else { continue }
      let names = table.columnNames[start...end].map { nameCode($0) ?? quoted($0) }.joined(separator: ", ")
      session.host.note("note: \(name.text) has the values of \(last); the columns from one to the other are \(names)")
    }
  }
}
