// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// The static counterpart of `Scope`: what is known about names before the program runs.
final class StaticScope {
  /// The names that have a value at this point, judging by the order of the source.
  private var known: Set<String>
  /// All names that are assigned somewhere in the body.
  private let assigned: AssignedNames
  private let parent: StaticScope?
  private let role: Scope.Role
  /// Whether names known only at run time, the columns of a table, may be visible.
  private let isOpen: Bool

  /// Creates the scope of a program or of the body of a function.
  init(body: [Statement], parameters: [String] = [], parent: StaticScope? = nil) {
    known = Set(parameters)
    assigned = AssignedNames(of: body, parameters: parameters)
    self.parent = parent
    role = .body
    isOpen = false
  }

  /// Creates the scope of a loop variable, or of an argument in which columns are visible.
  init(variable: String? = nil, isOpen: Bool = false, in parent: StaticScope) {
    known = variable.map { [$0] } ?? []
    assigned = AssignedNames(of: [], parameters: [])
    self.parent = parent
    role = .inner
    self.isOpen = isOpen
  }

  enum Meaning {
    /// A function that is the only value assigned to the name.
    case function(FunctionLiteral)
    case value
    /// Not defined in any scope. The name may be a builtin.
    case nothing
  }

  func meaning(of name: String) -> Meaning {
    var scope: StaticScope? = self
    var isOutside = false
    while let current = scope {
      // Variables around a function have their values by the time the function is called.
      if current.known.contains(name) || (isOutside && current.assigned.counts[name] != nil) {
        return current.assigned.function(name).map(Meaning.function) ?? .value
      }
      isOutside = isOutside || current.role == .body
      scope = current.parent
    }
    return .nothing
  }

  /// Whether a name may be a column of a table.
  var seesColumns: Bool { isOpen || parent?.seesColumns == true }

  /// Returns whether the name is assigned later in the same body.
  func isAssignedLater(_ name: String) -> Bool { body.assigned.counts[name] != nil }

  /// Records that a name has a value from this point on.
  func assign(_ name: String) {
    var home = self
    while home.role == .inner, !home.known.contains(name), let parent = home.parent { home = parent }
    home.known.insert(name)
  }

  /// Records the names that are assigned in the body of a loop, because they are visible in the next iteration.
  func assign(allOf statements: [Statement]) {
    for name in AssignedNames(of: statements, parameters: []).counts.keys { assign(name) }
  }

  /// All names that may be visible.
  var names: Set<String> {
    known.union(assigned.counts.keys).union(parent?.names ?? [])
  }

  private var body: StaticScope {
    var scope = self
    while scope.role == .inner, let parent = scope.parent { scope = parent }
    return scope
  }
}

/// The names assigned by statements, excluding those inside nested functions.
private struct AssignedNames {
  /// The number of assignments to each name.
  private(set) var counts: [String: Int] = [:]
  private var functions: [String: FunctionLiteral] = [:]

  init(of statements: [Statement], parameters: [String]) {
    for name in parameters { counts[name, default: 0] += 1 }
    collect(statements)
  }

  /// Returns the function assigned to a name, if that is the only assignment to the name.
  func function(_ name: String) -> FunctionLiteral? { counts[name] == 1 ? functions[name] : nil }

  private mutating func collect(_ statements: [Statement]) {
    for statement in statements {
      switch statement.kind {
      case .assignment(let target, let value, _):
        guard case .name(let name) = target.kind else { continue }
        counts[name, default: 0] += 1
        if case .function(let literal) = value.kind { functions[name] = literal }
      case .function(let name, let literal):
        counts[name.text, default: 0] += 1
        functions[name.text] = literal
      case .if(let branches, let otherwise):
        for branch in branches { collect(branch.body) }
        collect(otherwise ?? [])
      case .for(_, _, let body), .while(_, let body): collect(body)
      case .expression, .return, .break, .continue, .assert, .include: break
      }
    }
  }
}
