// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

extension Expression {
  /// Returns the columns of a table that the expression uses by name. Names that a function in it defines are no columns
  /// there.
  func columns(of table: Table) -> [(name: String, range: SourceRange)] {
    var columns: [(name: String, range: SourceRange)] = []
    func visit(_ node: SyntaxNode, _ defined: Set<String>) {
      var defined = defined
      if case .expression(let part) = node {
        if case .name(let name) = part.kind, !defined.contains(name), table[column: name] != nil {
          columns.append((name, part.range))
        }
        if case .function(let literal) = part.kind { defined.formUnion(literal.definedNames) }
      }
      for child in node.children { visit(child, defined) }
    }
    visit(.expression(self), [])
    return columns
  }
}
