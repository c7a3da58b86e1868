// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

/// A function of the language together with the scope it was written in.
package final class Function: Sendable {
  /// The name it was declared with; literals have none.
  package let name: String?
  /// Parameters and body.
  package let literal: FunctionLiteral
  /// The text it was written in.
  package let source: Source
  let scope: Scope
  let formals: Formals

  init(name: String?, literal: FunctionLiteral, source: Source, scope: Scope) {
    self.name = name
    self.literal = literal
    self.source = source
    self.scope = scope
    formals = Formals(literal, name: name)
  }

  /// How the function is called: `ratio(n, act)`, `fn(x)`.
  package var signature: String { literal.signature(name: name, in: source) }
}

extension Value {
  /// How a function can be called: one entry per overload, none for what is no function.
  var callables: [Callable] {
    switch self {
    case .function(let function): [Callable(formals: function.formals, signature: function.signature)]
    case .builtin(let overloads): overloads.callables
    default: []
    }
  }
}

extension FunctionLiteral {
  /// How a function is called that is declared so in a text.
  func signature(name: String?, in source: Source) -> String {
    let parameters = parameters.map { parameter in
      guard let standard = parameter.standard else { return parameter.name.text }
      return "\(parameter.name.text): \(Place(source, standard.range).text)"
    }
    return "\(name ?? "fn")(\(parameters.joined(separator: ", ")))"
  }
}

/// The names that are visible at a place of a program.
///
/// Only the evaluator of the thread that made a scope writes to it. Parallel calls read the scopes their
/// function closes over and write to scopes of their own, hence the unchecked conformance.
final class Scope: @unchecked Sendable {
  /// What the names of a scope belong to.
  enum Role {
    /// The whole program or a function's body: assignments make names here.
    case body
    /// The variable of one round of a loop, or the columns of a table: other names pass through.
    case inner
  }

  private(set) var values: [String: Value]
  let parent: Scope?
  let role: Role
  /// The table whose columns are names here; they are made into lists when they are asked for.
  private let table: Table?

  init(_ role: Role = .body, parent: Scope? = nil, values: [String: Value] = [:], columnsOf table: Table? = nil) {
    self.role = role
    self.parent = parent
    self.values = values
    self.table = table
  }

  /// The value of a name here or further out.
  func value(of name: String) -> Value? {
    var scope: Scope? = self
    while let current = scope {
      if let value = current.values[name] { return value }
      if let column = current.table?[column: name] { return .list(column.values) }
      scope = current.parent
    }
    return nil
  }

  /// The scope in which an assignment to `name` happens: an inner one that has it, or else the body's.
  func home(of name: String) -> Scope {
    var scope = self
    while scope.role == .inner, scope.values[name] == nil, let parent = scope.parent { scope = parent }
    return scope
  }

  /// Gives a name of exactly this scope a value.
  func set(_ name: String, to value: Value) { values[name] = value }

  /// Removes a name of exactly this scope and hands its value over, so that it can be changed in place.
  func take(_ name: String) -> Value? { values.removeValue(forKey: name) }

  /// The names of the columns that are visible from here.
  var columnNames: [String] { table?.columnNames ?? (role == .inner ? parent?.columnNames ?? [] : []) }

  /// Every name visible from here.
  var names: Set<String> {
    var names = Set(values.keys)
    if let table { names.formUnion(table.columnNames) }
    if let parent { names.formUnion(parent.names) }
    return names
  }
}
