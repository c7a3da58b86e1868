// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// What can be known of the names at a place of a program before it runs: the counterpart of `Scope`.
final class StaticScope {
  /// The names that have a value by now, as far as the order of the text tells.
  private var known: Set<String>
  /// Every name that gets a value somewhere in the body.
  private let assigned: AssignedNames
  private let parent: StaticScope?
  private let role: Scope.Role
  /// Whether names that only the run knows may be visible: the columns of a table.
  private let isOpen: Bool

  /// The scope of a program or of a function's body.
  init(body: [Statement], parameters: [String] = [], parent: StaticScope? = nil) {
    known = Set(parameters)
    assigned = AssignedNames(of: body, parameters: parameters)
    self.parent = parent
    role = .body
    isOpen = false
  }

  /// The scope of a loop's variable, or of an argument that sees columns.
  init(variable: String? = nil, isOpen: Bool = false, in parent: StaticScope) {
    known = variable.map { [$0] } ?? []
    assigned = AssignedNames(of: [], parameters: [])
    self.parent = parent
    role = .inner
    self.isOpen = isOpen
  }

  /// What a name stands for.
  enum Meaning {
    /// A function that is the name's only value.
    case function(FunctionLiteral)
    case value
    /// Nothing here; it may be a builtin.
    case nothing
  }

  func meaning(of name: String) -> Meaning {
    var scope: StaticScope? = self
    var isOutside = false
    while let current = scope {
      // What stands around a function has its values by the time the function is called.
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

  /// Whether the name gets a value further down in the same body.
  func isAssignedLater(_ name: String) -> Bool { body.assigned.counts[name] != nil }

  /// Notes that a name has a value from here on.
  func assign(_ name: String) {
    var home = self
    while home.role == .inner, !home.known.contains(name), let parent = home.parent { home = parent }
    home.known.insert(name)
  }

  /// Notes the names that get a value in a loop's body: its next round sees them.
  func assign(allOf statements: [Statement]) {
    for name in AssignedNames(of: statements, parameters: []).counts.keys { assign(name) }
  }

  /// Every name that may be meant here.
  var names: Set<String> {
    known.union(assigned.counts.keys).union(parent?.names ?? [])
  }

  private var body: StaticScope {
    var scope = self
    while scope.role == .inner, let parent = scope.parent { scope = parent }
    return scope
  }
}

/// The names that statements give a value, without those of the functions among them.
private struct AssignedNames {
  /// How often each name gets a value.
  private(set) var counts: [String: Int] = [:]
  private var functions: [String: FunctionLiteral] = [:]

  init(of statements: [Statement], parameters: [String]) {
    for name in parameters { counts[name, default: 0] += 1 }
    collect(statements)
  }

  /// The function that is a name's only value.
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
      case .expression, .return, .break, .continue, .assert: break
      }
    }
  }
}
