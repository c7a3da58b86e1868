// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath

/// The dependencies of a function's results in addition to its arguments, as far as its code shows them: variables,
/// environment variables, and arguments of the script. The contents of files that the function reads are not included.
struct SweepDependencies {
  /// A variable, found from the scope of a function.
  private struct Variable: Hashable {
    let name: String
    let scope: ObjectIdentifier
  }

  private let session: Session
  private var seen: Set<Variable> = []
  private var visited: Set<ObjectIdentifier> = []
  private var found: Set<String> = []
  /// The dependencies as assignments, such as `k = 2` and `env("NAME") = none`, in the order of the code.
  private(set) var assignments: [String] = []
  private var computesVariables = false

  /// Throws if the function reads environment variables whose names are not in its code.
  init(of function: Value, _ session: Session) throws(Complaint) {
    self.session = session
    visit(function)
    guard computesVariables else { return }
    throw Complaint(
      "computed-name", "the cells depend on environment variables whose names are computed, so a file cannot keep them",
      notes: ["write the name as in env(\"NAME\"), or assign the value to a variable before the sweep"])
  }

  private mutating func visit(_ value: Value) {
    switch value {
    case .function(let function):
      guard visited.insert(ObjectIdentifier(function)).inserted else { return }
      visit(function.literal, function.scope, [])
    case .builtin(let overloads): visit(builtin: overloads.name)
    case .list(let elements): for element in elements.untilStopped { visit(element) }
    case .record(let fields): for field in fields.values { visit(field) }
    default: return
    }
  }

  /// Adds what a builtin reads that is used as a value, so that its arguments are not known.
  private mutating func visit(builtin name: String) {
    switch name {
    case "env": computesVariables = true
    case "arg", "args": add("arguments = [\(session.host.arguments.map { quoted($0) }.joined(separator: ", "))]")
    default: return
    }
  }

  private mutating func add(_ assignment: String) {
    if found.insert(assignment).inserted { assignments.append(assignment) }
  }

  private mutating func visit(_ literal: FunctionLiteral, _ scope: Scope, _ own: Set<String>) {
    var own = own
    for parameter in literal.parameters {
      if let standard = parameter.standard { visit(.expression(standard), scope, &own) }
      own.insert(parameter.name.text)
    }
    visit(literal.body, scope, own)
  }

  private mutating func visit(_ block: [Statement], _ scope: Scope, _ own: Set<String>) {
    var own = own
    for statement in block { visit(.statement(statement), scope, &own) }
  }

  /// Visits a part of a function. `own` contains the names that the function has assigned before.
  private mutating func visit(_ node: SyntaxNode, _ scope: Scope, _ own: inout Set<String>) {
    switch node {
    case .statement(let statement): visit(statement, scope, &own)
    case .expression(let expression): visit(expression, scope, &own)
    }
  }

  private mutating func visit(_ statement: Statement, _ scope: Scope, _ own: inout Set<String>) {
    switch statement.kind {
    case .assignment(let target, let value, _):
      visit(value, scope, &own)
      if case .name(let name) = target.kind { own.insert(name) } else { visit(target, scope, &own) }
    case .function(let name, let literal):
      own.insert(name.text)
      visit(literal, scope, own)
    case .if(let branches, let otherwise):
      for branch in branches {
        visit(branch.condition, scope, &own)
        visit(branch.body, scope, own)
      }
      visit(otherwise ?? [], scope, own)
    case .for(let variable, let sequence, let body):
      visit(sequence, scope, &own)
      visit(body, scope, own.union([variable.text]))
    case .while(let condition, let body):
      visit(condition, scope, &own)
      visit(body, scope, own)
    default: for child in statement.children { visit(child, scope, &own) }
    }
  }

  private mutating func visit(_ expression: Expression, _ scope: Scope, _ own: inout Set<String>) {
    var children = expression.children[...]
    switch expression.kind {
    case .name(let name): if !own.contains(name) { read(name, scope) }
    case .function(let literal):
      visit(literal, scope, own)
      return
    case .call(let callee, let arguments):
      if case .name(let name) = callee.kind, !own.contains(name), scope.value(of: name) == nil,
        let assignment = outside(name, arguments)
      {
        add(assignment)
        children = arguments.map { .expression($0.value) }[...]
      }
    default: break
    }
    for child in children { visit(child, scope, &own) }
  }

  private mutating func read(_ name: String, _ scope: Scope) {
    guard let value = scope.value(of: name) else {
      visit(builtin: name)
      return
    }
    guard seen.insert(Variable(name: name, scope: ObjectIdentifier(scope))).inserted else { return }
    add("\(name) = \(value.code)")
    visit(value)
  }

  /// Returns what a call of `env` or `arg` reads as an assignment, or nil if the code does not show it.
  private func outside(_ function: String, _ arguments: [Argument]) -> String? {
    func argument(_ name: String) -> Expression? {
      (arguments.first { $0.name?.text == name } ?? arguments.first { $0.name == nil })?.value
    }
    switch function {
    case "env":
      guard let name = argument("name")?.plainText else { return nil }
      return "env(\(quoted(name))) = \(session.host.variable(name).map { quoted($0) } ?? "none")"
    case "arg":
      guard case .number(let number) = argument("position")?.kind, let position = Int(exactly: number) else {
        return nil
      }
      let arguments = session.host.arguments
      return "arg(\(position)) = "
        + (1...max(arguments.count, 1) ~= position && !arguments.isEmpty ? quoted(arguments[position - 1]) : "none")
    default: return nil
    }
  }
}

extension Function {
  /// The source of the function.
  var code: String { Place(source, literal.range).text }
}

extension Value {
  /// The value as text for comparisons.
  var code: String {
    switch self {
    case .function(let function): return function.code
    case .builtin(let overloads): return overloads.name
    case .object(let object): return object.identity
    case .list(let elements) where !isPlain:
      return "[\(elements.untilStopped.map(\.code).joined(separator: ", "))]"
    case .record(let fields) where !isPlain:
      return "record(\(fields.map { "\($0): \($1.code)" }.joined(separator: ", ")))"
    case .table(let table):
      let columns = table.columnNames.map { name in
        "\(quoted(name)): \(table[column: name].map { Value.list($0.values).source } ?? "")"
      }
      return "table(\(columns.joined(separator: ", ")))"
    default: return source
    }
  }

  /// Whether the source of the value determines it.
  private var isPlain: Bool {
    switch self {
    case .none, .number, .string, .boolean, .range: true
    case .list(let elements): elements.allSatisfy(\.isPlain)
    case .record(let fields): fields.values.allSatisfy(\.isPlain)
    default: false
    }
  }
}
