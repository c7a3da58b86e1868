// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

/// An argument before checking: an expression to evaluate, or a value.
struct Actual {
  let name: Name?
  let expression: Expression?
  var value: Value?
  let range: SourceRange

  init(_ argument: Argument) {
    name = argument.name
    expression = argument.value
    range = argument.value.range
  }

  init(_ value: Value, named name: String? = nil, at range: SourceRange) {
    self.name = name.map { Name($0, range) }
    expression = nil
    self.value = value
    self.range = range
  }
}

extension Evaluator {
  /// Evaluates a call expression.
  func call(
    _ callee: Expression, _ arguments: [Argument], _ range: SourceRange, _ scope: Scope
  ) throws(Diagnostic) -> Value {
    let place = place(range)
    let actuals = arguments.map(Actual.init)
    if case .name(let name) = callee.kind, scope.value(of: name) == nil {
      guard let overloads = registry[name] else {
        var call = WrittenCall(name, arguments, in: source)
        call.seesColumns = !scope.columnNames.isEmpty
        throw registry.foreignCall(call)?.at(place)
          ?? unknownName(name, isCalled: true, callee.range, scope)
      }
      do throws(Diagnostic) {
        return try call(overloads, actuals, scope, at: place)
      } catch {
        throw registry.foreignUse(
          of: overloads, WrittenCall(name, arguments, in: source), at: place, instead: error)
      }
    }
    switch try function(callee, arguments, range, scope) {
    case .function(let function): return try call(function, actuals, scope, at: place)
    case .builtin(let overloads): return try call(overloads, actuals, scope, at: place)
    case let other: throw notAFunction(other, callee, arguments, range)
    }
  }

  /// Calls a function defined in the language or a builtin with positional arguments.
  package func call(_ callee: Value, with values: [Value], at place: Place) throws(Diagnostic) -> Value {
    try call(callee, values.map { Actual($0, at: place.range) }, at: place)
  }

  /// Calls a function defined in the language or a builtin with named arguments.
  func call(_ callee: Value, with values: [(name: String, value: Value)], at place: Place) throws(Diagnostic) -> Value {
    try call(callee, values.map { Actual($0.value, named: $0.name, at: place.range) }, at: place)
  }

  private func call(_ callee: Value, _ actuals: [Actual], at place: Place) throws(Diagnostic) -> Value {
    switch callee {
    case .function(let function): return try call(function, actuals, session.globals, at: place)
    case .builtin(let overloads): return try call(overloads, actuals, session.globals, at: place)
    default: throw Complaint("not-a-function", "this is \(callee.kind), not a function").at(place)
    }
  }

  func call(_ overloads: Overloads, with values: [Value], at place: Place) throws(Diagnostic) -> Value {
    try call(overloads, values.map { Actual($0, at: place.range) }, session.globals, at: place)
  }

  /// Calls a function defined in the language.
  ///
  /// - Parameters:
  ///   - scope: The scope of the caller.
  ///   - place: The location of the call.
  private func call(
    _ function: Function, _ actuals: [Actual], _ scope: Scope, at place: Place
  ) throws(Diagnostic) -> Value {
    try checkInterrupt(place.range)
    if depth >= Self.deepestCall { throw tooDeep("more than \(Self.deepestCall) levels", at: place) }
    let locals = Scope(parent: function.scope)
    let given = try match(function.formals, actuals, at: place, signature: function.signature).given
    for (parameter, number) in zip(function.literal.parameters, given) {
      guard let number else { continue }
      locals.set(parameter.name.text, to: try value(of: actuals[number], scope))
    }
    let caller = source
    source = function.source
    depth += 1
    defer {
      source = caller
      depth -= 1
    }
    do throws(Diagnostic) {
      for (parameter, number) in zip(function.literal.parameters, given) where number == nil {
        // A default may use the preceding parameters. `match` has checked that there is one.
        guard let standard = parameter.standard else { continue }
        locals.set(parameter.name.text, to: try evaluate(standard, locals))
      }
      switch try execute(function.literal.body, locals, printing: false) {
      case .next(let value), .returned(let value): return value
      case .breakLoop, .continueLoop: return .none
      }
    } catch {
      throw error.called(from: place, function: function.name ?? "fn")
    }
  }

  func value(of actual: Actual, _ scope: Scope) throws(Diagnostic) -> Value {
    if let value = actual.value { return value }
    guard let expression = actual.expression else { preconditionFailure("an argument without value or source") }
    return try evaluate(expression, scope)
  }

  /// Assigns the arguments of a call to parameters.
  func match(
    _ formals: Formals, _ actuals: [Actual], at place: Place, signature: @autoclosure () -> String
  ) throws(Diagnostic) -> Formals.Matching {
    try fitting(actuals, at: place, signature: signature()) { names throws(Formals.Misfit) in
      try formals.match(names)
    }
  }

  /// Runs `body` with the names of the arguments of a call and adds the location to an error that it throws.
  func fitting<Result>(
    _ actuals: [Actual], at place: Place, signature: @autoclosure () -> String,
    _ body: ([String?]) throws(Formals.Misfit) -> Result
  ) throws(Diagnostic) -> Result {
    do throws(Formals.Misfit) {
      return try body(actuals.map { $0.name?.text })
    } catch {
      throw error.at(place, actuals.map { ($0.name, $0.range) }, signature: signature(), isChoice: registry.hasChoice)
    }
  }

  func tooDeep(_ why: String, at place: Place) -> Diagnostic {
    Complaint(
      "recursion-limit", "the calls are nested too deeply: \(why)",
      notes: ["a function that calls itself needs a case that ends the recursion"]
    ).at(place)
  }
}

extension Diagnostic {
  /// The maximum number of `called from` lines.
  private static let mostCallSites = 8

  /// Returns the diagnostic with another caller added. Consecutive calls from the same place are listed once.
  fileprivate func called(from place: Place, function: String) -> Diagnostic {
    if let last = calledFrom.last, last.source === place.source, last.range == place.range { return self }
    guard calledFrom.count < Self.mostCallSites else { return self }
    var result = self
    result.calledFrom.append(CallSite(function: function, source: place.source, range: place.range))
    return result
  }
}
