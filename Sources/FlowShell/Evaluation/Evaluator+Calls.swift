// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

/// An argument as it comes to a call: source text to evaluate, or a value that the program hands over.
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

  init(_ value: Value, at range: SourceRange) {
    name = nil
    expression = nil
    self.value = value
    self.range = range
  }
}

extension Evaluator {
  /// A call in the source.
  func call(
    _ callee: Expression, _ arguments: [Argument], _ range: SourceRange, _ scope: Scope
  ) throws(Diagnostic) -> Value {
    let place = place(range)
    let actuals = arguments.map(Actual.init)
    if case .name(let name) = callee.kind, scope.value(of: name) == nil {
      guard let overloads = session.registry[name] else { throw unknownName(name, callee.range, scope) }
      return try call(overloads, actuals, scope, at: place)
    }
    switch try evaluate(callee, scope) {
    case .function(let function): return try call(function, actuals, scope, at: place)
    case .builtin(let overloads): return try call(overloads, actuals, scope, at: place)
    case let other:
      let subject = if case .name(let name) = callee.kind { "'\(name)'" } else { "this" }
      throw Complaint("not-a-function", "\(subject) is \(other.kind), not a function").at(self.place(callee.range))
    }
  }

  /// Calls a function of the language or a builtin with values.
  public func call(_ callee: Value, with values: [Value], at place: Place) throws(Diagnostic) -> Value {
    switch callee {
    case .function(let function):
      return try call(function, values.map { Actual($0, at: place.range) }, session.globals, at: place)
    case .builtin(let overloads): return try call(overloads, with: values, at: place)
    default: throw Complaint("not-a-function", "this is \(callee.kind), not a function").at(place)
    }
  }

  func call(_ overloads: Overloads, with values: [Value], at place: Place) throws(Diagnostic) -> Value {
    try call(overloads, values.map { Actual($0, at: place.range) }, session.globals, at: place)
  }

  /// Calls a function of the language: `place` is the call, `scope` the caller's.
  private func call(
    _ function: Function, _ actuals: [Actual], _ scope: Scope, at place: Place
  ) throws(Diagnostic) -> Value {
    try checkInterrupt(place.range)
    if depth >= Self.deepestCall { throw tooDeep(at: place) }
    let locals = Scope(parent: function.scope)
    let given = try match(function, actuals, at: place)
    for (parameter, actual) in zip(function.literal.parameters, given) {
      guard let actual else { continue }
      locals.set(parameter.name.text, to: try value(of: actual, scope))
    }
    let caller = source
    source = function.source
    depth += 1
    defer {
      source = caller
      depth -= 1
    }
    do throws(Diagnostic) {
      for (parameter, actual) in zip(function.literal.parameters, given) where actual == nil {
        // Defaults see the parameters before them; `match` has seen to it that there is one.
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

  /// Sorts arguments to parameters: one per parameter, nil where the default is to be taken.
  private func match(_ function: Function, _ actuals: [Actual], at place: Place) throws(Diagnostic) -> [Actual?] {
    let parameters = function.literal.parameters
    let name = function.name ?? "this function"
    let notes = [function.signature]
    var given = [Actual?](repeating: nil, count: parameters.count)
    var next = 0
    for actual in actuals {
      let index: Int
      if let argument = actual.name {
        guard let found = parameters.firstIndex(where: { $0.name.text == argument.text }) else {
          throw Complaint.unknown(
            "argument", argument.text, of: name, code: "unknown-argument", among: parameters.map(\.name.text),
            notes: notes
          ).at(self.place(argument.range))
        }
        index = found
      } else {
        while next < given.count, given[next] != nil { next += 1 }
        guard next < given.count else {
          throw Complaint(
            "too-many-arguments", "\(name) takes \(counted(parameters.count, "argument")), but there are more",
            notes: notes
          ).at(Place(place.source, actual.range))
        }
        index = next
      }
      guard given[index] == nil else {
        throw Complaint(
          "duplicate-argument", "'\(parameters[index].name.text)' of \(name) is given twice", notes: notes
        ).at(Place(place.source, actual.range))
      }
      given[index] = actual
    }
    for (parameter, actual) in zip(parameters, given) where actual == nil && parameter.standard == nil {
      throw Complaint(
        "missing-argument", "missing argument '\(parameter.name.text)' for \(name)", notes: notes
      ).at(place)
    }
    return given
  }

  func tooDeep(at place: Place) -> Diagnostic {
    Complaint(
      "recursion-limit", "the calls are too deep: more than \(Self.deepestCall) inside one another",
      notes: ["a function that calls itself needs a case in which it does not"]
    ).at(place)
  }
}

extension Diagnostic {
  /// The most lines `called from` that are kept.
  private static let mostCallSites = 8

  /// The same with one more caller; the repeated calls of a recursion are one.
  fileprivate func called(from place: Place, function: String) -> Diagnostic {
    if let last = calledFrom.last, last.source === place.source, last.range == place.range { return self }
    guard calledFrom.count < Self.mostCallSites else { return self }
    var result = self
    result.calledFrom.append(CallSite(function: function, source: place.source, range: place.range))
    return result
  }
}
