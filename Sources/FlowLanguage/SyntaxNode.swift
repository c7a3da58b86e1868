// SPDX-License-Identifier: GPL-3.0-or-later

/// A node of the syntax tree, for code that visits all nodes in order, such as the static check.
public enum SyntaxNode: Sendable {
  case statement(Statement)
  case expression(Expression)

  /// The direct children in source order.
  public var children: [SyntaxNode] {
    switch self {
    case .statement(let statement): statement.children
    case .expression(let expression): expression.children
    }
  }

  /// Visits the node and its descendants in source order. If `visit` returns false, the node's descendants are skipped.
  public func walk(_ visit: (SyntaxNode) -> Bool) {
    guard visit(self) else { return }
    for child in children { child.walk(visit) }
  }
}

extension Program {
  /// Visits all nodes in source order. If `visit` returns false, the node's descendants are skipped.
  public func walk(_ visit: (SyntaxNode) -> Bool) {
    for statement in statements { SyntaxNode.statement(statement).walk(visit) }
  }
}

extension Statement {
  /// The direct children in source order.
  public var children: [SyntaxNode] {
    switch kind {
    case .expression(let value, _): [.expression(value)]
    case .assignment(let target, let value, _): [.expression(target), .expression(value)]
    case .function(_, let literal): literal.children
    case .return(let value): value.map { [.expression($0)] } ?? []
    case .if(let branches, let otherwise):
      branches.flatMap { [.expression($0.condition)] + $0.body.nodes } + (otherwise ?? []).nodes
    case .for(_, let sequence, let body): [.expression(sequence)] + body.nodes
    case .while(let condition, let body): [.expression(condition)] + body.nodes
    case .break, .continue, .include: []
    case .assert(let condition, let message): [.expression(condition)] + (message.map { [.expression($0)] } ?? [])
    }
  }
}

extension Expression {
  /// The direct children in source order.
  public var children: [SyntaxNode] {
    switch kind {
    case .number, .boolean, .none, .name: []
    case .string(let parts):
      parts.compactMap { part in
        if case .interpolation(let value) = part { .expression(value) } else { nil }
      }
    case .list(let elements): elements.map { .expression($0) }
    case .range(let lower, let upper, let step): ([lower, upper] + (step.map { [$0] } ?? [])).map { .expression($0) }
    case .unary(_, let value), .field(let value, _): [.expression(value)]
    case .binary(_, let left, let right), .index(let left, let right): [.expression(left), .expression(right)]
    case .call(let callee, let arguments):
      (arguments.filter(\.isPiped).map(\.value) + [callee] + arguments.filter { !$0.isPiped }.map(\.value))
        .map { .expression($0) }
    case .function(let literal): literal.children
    }
  }
}

extension FunctionLiteral {
  /// The defaults of the parameters, then the statements of the body.
  public var children: [SyntaxNode] {
    parameters.compactMap { $0.standard.map { .expression($0) } } + body.nodes
  }

  /// The names that the function defines: its parameters, and the variables, loop variables and functions of its body.
  public var definedNames: Set<String> {
    var names = Set(parameters.map(\.name.text))
    for statement in body {
      SyntaxNode.statement(statement).walk { node in
        guard case .statement(let statement) = node else {
          if case .expression(let part) = node, case .function = part.kind { return false }
          return true
        }
        switch statement.kind {
        case .assignment(let target, _, _): if case .name(let name) = target.kind { names.insert(name) }
        case .for(let variable, _, _): names.insert(variable.text)
        case .function(let name, _):
          names.insert(name.text)
          return false
        default: break
        }
        return true
      }
    }
    return names
  }
}

extension [Statement] {
  fileprivate var nodes: [SyntaxNode] { map { .statement($0) } }
}
