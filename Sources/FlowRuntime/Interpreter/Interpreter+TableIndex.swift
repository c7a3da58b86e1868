// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

extension Interpreter {
  /// Returns an error about an index such as `t[1, 2]` with the code for a table, in which a column has a name, if what is
  /// indexed is a table. The parser offers the code for a list of rows.
  func namingColumn(_ fault: Diagnostic) -> Diagnostic {
    guard fault.code == Habit.matrixIndexCode, let label = fault.labels.first, let code = label.replacement,
      let match = code.wholeMatch(of: /(?:transpose\((.+)\)|map\((.+), fn.*|(.+))\[([^\[\]]+)\]\)?/)
    else { return fault }
    let rows = String(match.1 ?? match.2 ?? match.3 ?? "")
    let source = label.source
    let before = source.text(in: SourceRange(0, label.range.start))
    let name = String(rows.prefix { $0 != "[" })
    var columns: [String] = []
    if case .table(let table)? = session.globals.value(of: name) {
      columns = table.columnNames
    } else {
      guard !match.4.hasPrefix("\""), let definition = before.lastDefinition(of: name), returnsTable(definition) else {
        return fault
      }
    }
    if match.4.hasPrefix("\"") { return fault }
    let position = Int(match.4).flatMap { columns.indices.contains($0 - 1) ? $0 - 1 : nil }
    var result = fault
    result.notes = []
    result.message = "a column of a table has a name"
    let column = position.flatMap { nameCode(columns[$0]) }
    result.labels[0] = Diagnostic.Label(
      source, label.range, column == nil ? "write \(rows).name, with the name of the column" : "",
      replacement: column.map { "\(rows).\($0)" })
    return result
  }

  /// Whether an expression is a call of a builtin that always returns a table.
  private func returnsTable(_ definition: String) -> Bool {
    guard let program = try? parse(Source(name: "", text: definition)), program.statements.count == 1,
      case .expression(let value, _) = program.statements[0].kind, case .call(let callee, _) = value.kind,
      case .name(let name) = callee.kind
    else { return false }
    return registry[name]?.entries.allSatisfy { $0.result.hasPrefix("a table") } ?? false
  }
}

extension String {
  /// The expression that the last assignment to a name in this text begins with, if it is on one line.
  fileprivate func lastDefinition(of name: String) -> String? {
    let start = "\(name) = "
    return split(whereSeparator: { $0.isNewline || $0 == ";" }).last { $0.trimmed.hasPrefix(start) }
      .map { String($0.trimmed.dropFirst(start.count)) }
  }
}
