// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// Returns the errors that can be found before a program runs, in source order: syntax errors, unknown names, and
/// arguments that do not match the parameters of a known function. If there are syntax errors, returns only those, unless
/// the other statements are to be checked `despiteSyntaxErrors`.
///
/// A name that may be a column of a table is never reported, and neither is a name in the arguments of an unknown
/// function.
///
/// - Parameters:
///   - files: Reads the files that the source includes. Their errors are returned too.
///   - known: The variables that exist before the program runs.
///   - assumesMethods: Whether calls with a dot are reported if other languages have such a method. A record may contain
///     a function of that name.
package func staticErrors(
  in source: Source, registry: Registry, files: IncludedFiles = .none, known: Set<String> = [],
  assumesMethods: Bool = false, despiteSyntaxErrors: Bool = false
) -> [Diagnostic] {
  staticErrors(
    in: files.parts(of: source), registry: registry, known: known, assumesMethods: assumesMethods,
    despiteSyntaxErrors: despiteSyntaxErrors)
}

/// Returns the errors in the parts of a program, in the order in which they run.
func staticErrors(
  in parts: [IncludedFiles.Part], registry: Registry, known: Set<String> = [], assumesMethods: Bool = false,
  despiteSyntaxErrors: Bool = false
) -> [Diagnostic] {
  let faults = parts.flatMap(\.faults)
  guard let first = parts.first, faults.isEmpty || despiteSyntaxErrors else { return faults }
  var check = StaticCheck(source: first.source, registry: registry, assumesMethods: assumesMethods)
  let scope = StaticScope(body: parts.flatMap(\.statements), parameters: Array(known))
  for part in parts {
    check.source = part.source
    check.read(part.statements, scope)
  }
  func part(of fault: Diagnostic) -> Int {
    let source = fault.labels.first?.source
    return parts.firstIndex { $0.source === source } ?? 0
  }
  return faults
    + check.faults.stablySorted { (part(of: $0), $0.labels.first?.range.start ?? 0) }
    .map { parts[part(of: $0)].located($0) }
}

/// Walks a program like the evaluator, but follows every path and computes nothing.
struct StaticCheck {
  /// The source that is being read. It changes with each included file.
  var source: Source
  let registry: Registry
  /// Whether calls with a dot are reported if other languages have such a method.
  let assumesMethods: Bool
  /// The sources of the functions that are defined outside of other functions.
  private(set) var origins: [String: Source] = [:]
  private(set) var faults: [Diagnostic] = []
  /// The names reported as unknown. Each is reported only at its first occurrence.
  private var unknown: Set<String> = []

  init(source: Source, registry: Registry, assumesMethods: Bool) {
    self.source = source
    self.registry = registry
    self.assumesMethods = assumesMethods
  }

  func place(_ range: SourceRange) -> Place { Place(source, range) }

  mutating func report(_ fault: Diagnostic) { faults.append(fault) }

  mutating func read(_ statements: [Statement], _ scope: StaticScope) {
    for statement in statements { read(statement, scope) }
  }

  private mutating func read(_ statement: Statement, _ scope: StaticScope) {
    switch statement.kind {
    case .expression(let value, _): read(value, scope)
    case .assignment(let target, let value, _):
      read(value, scope)
      if case .name(let name) = target.kind { scope.assign(name) } else { read(target, scope) }
    case .function(let name, let literal):
      scope.assign(name.text)
      origins[name.text] = source
      read(literal, scope)
    case .return(let value):
      if let value { read(value, scope) }
    case .if(let branches, let otherwise):
      for branch in branches {
        read(branch.condition, scope)
        read(branch.body, scope)
      }
      read(otherwise ?? [], scope)
    case .for(let variable, let sequence, let body):
      read(sequence, scope)
      let round = StaticScope(variable: variable.text, in: scope)
      round.assign(allOf: body)
      read(body, round)
    case .while(let condition, let body):
      read(condition, scope)
      scope.assign(allOf: body)
      read(body, scope)
    case .break, .continue, .include: break
    case .assert(let condition, let message):
      read(condition, scope)
      if let message { read(message, scope) }
    }
  }

  mutating func read(_ expression: Expression, _ scope: StaticScope) {
    switch expression.kind {
    case .name(let name): read(name, expression.range, scope)
    case .call(let callee, let arguments): read(callee, arguments, expression.range, scope)
    case .function(let literal): read(literal, scope)
    default:
      for case .expression(let child) in expression.children { read(child, scope) }
    }
  }

  private mutating func read(_ literal: FunctionLiteral, _ scope: StaticScope) {
    let names = literal.parameters.map(\.name.text)
    let locals = StaticScope(body: literal.body, parameters: names, parent: scope)
    for parameter in literal.parameters {
      if let standard = parameter.standard { read(standard, locals) }
    }
    read(literal.body, locals)
  }

  private mutating func read(_ name: String, _ range: SourceRange, _ scope: StaticScope) {
    guard case .nothing = scope.meaning(of: name), registry[name] == nil, !scope.seesColumns else { return }
    reportUnknown(name, range, scope)
  }

  static let assignedLater = "it is not assigned until later"

  mutating func reportUnknown(_ name: String, isCalled: Bool = false, _ range: SourceRange, _ scope: StaticScope) {
    guard unknown.insert(name).inserted else { return }
    var fault = registry.unknownName(name, isCalled: isCalled, among: scope.names.subtracting([name]))
      .at(place(range))
    fault.notes += place(range).markupNotes
    if scope.isAssignedLater(name) {
      fault.labels = [Diagnostic.Label(source, range, Self.assignedLater)]
    }
    report(fault)
  }
}
