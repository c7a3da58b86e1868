// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// Where a statement uses `_` or `ans`, the value of the last statement.
struct LastValueUses {
  /// The places whose value is that of the last statement when this one begins.
  private(set) var ranges: [SourceRange] = []
  /// Whether it uses the value in a way that depends on when a part of the statement runs, or changes it.
  private(set) var isDynamic = false

  private static let names: Set<String> = ["_", "ans"]

  init(in statement: Statement) {
    // What the statement assigns becomes the last value.
    if case .assignment(let target, let value, _) = statement.kind, case .name = target.kind {
      visit(.expression(value), bound: [])
    } else {
      visit(.statement(statement), bound: [])
    }
  }

  /// Visits a node in which the names in `bound` are variables of a loop.
  private mutating func visit(_ node: SyntaxNode, bound: Set<String>) {
    var bound = bound
    switch node {
    case .expression(let expression):
      switch expression.kind {
      case .name(let name):
        if Self.names.contains(name), !bound.contains(name) { ranges.append(expression.range) }
        return
      case .function(let literal): return visit(literal, bound)
      default: break
      }
    case .statement(let statement):
      switch statement.kind {
      case .function(_, let literal): return visit(literal, bound)
      case .for(let variable, let sequence, let body):
        visit(.expression(sequence), bound: bound)
        bound.insert(variable.text)
        for statement in body { visit(.statement(statement), bound: bound) }
        return
      case .assignment(let target, _, _):
        if let root = target.rootName, Self.names.contains(root), !bound.contains(root) { isDynamic = true }
      default: break
      }
    }
    for child in node.children { visit(child, bound: bound) }
  }

  /// Visits a function, which may be called when another value is the last one.
  private mutating func visit(_ literal: FunctionLiteral, _ bound: Set<String>) {
    let known = ranges.count
    let bound = bound.union(literal.parameters.map(\.name.text))
    for child in literal.children { visit(child, bound: bound) }
    if ranges.count > known { isDynamic = true }
  }
}

extension Expression {
  /// The name of the variable that an assignment to this target changes.
  fileprivate var rootName: String? {
    switch kind {
    case .name(let name): name
    case .index(let base, _), .field(let base, _): base.rootName
    default: nil
    }
  }
}
