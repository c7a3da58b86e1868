// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

extension Evaluator {
  /// Calls the builtin of a name that fits the first argument: `place` is the call, `scope` the caller's.
  func call(
    _ overloads: Overloads, _ actuals: [Actual], _ scope: Scope, at place: Place
  ) throws(Diagnostic) -> Value {
    try checkInterrupt(place.range)
    var actuals = actuals
    let builtin = try choose(overloads, &actuals, scope, at: place)
    let matched = try match(builtin, actuals, at: place)
    var arguments: [BoundArgument] = []
    var table: Table?
    let defaults = Scope()
    for (index, parameter) in builtin.parameters.enumerated() {
      let argument: BoundArgument
      if let actual = matched.given[index] {
        argument = try bind(
          actual, to: parameter.type, parameter.masking, table, scope, at: place,
          "'\(parameter.name)' of \(builtin.name)"
        )
      } else if parameter.isRest {
        argument = BoundArgument(value: .none, place: place, expression: nil, scope: nil, isGiven: false)
      } else {
        argument = try standard(parameter, of: builtin, defaults, at: place)
      }
      if index == 0, case .table(let first) = argument.value { table = first }
      defaults.set(parameter.name, to: argument.value)
      arguments.append(argument)
    }
    var rest: [BoundArgument] = []
    if let parameter = builtin.parameters.first(where: \.isRest) {
      for actual in matched.rest {
        rest.append(
          try bind(
            actual, to: parameter.type, parameter.masking, table, scope, at: place,
            "'\(parameter.name)' of \(builtin.name)"))
      }
    }
    var extras: [(name: Name, argument: BoundArgument)] = []
    if let extra = builtin.extra {
      for (name, actual) in matched.extras {
        let argument = try bind(
          actual, to: extra.type, extra.masking, table, scope, at: place, "'\(name.text)' of \(builtin.name)")
        extras.append((name, argument))
      }
    }
    return try builtin.body(
      Call(
        builtin: builtin, evaluator: self, place: place, arguments: arguments, restArguments: rest,
        extraArguments: extras))
  }

  /// The overload that takes the first positional argument, which is evaluated for it.
  private func choose(
    _ overloads: Overloads, _ actuals: inout [Actual], _ scope: Scope, at place: Place
  ) throws(Diagnostic) -> Builtin {
    let entries = overloads.entries
    if entries.count == 1 { return entries[0] }
    guard let first = actuals.firstIndex(where: { $0.name == nil }) else {
      let names = actuals.compactMap(\.name?.text)
      return entries.first { entry in
        names.allSatisfy { name in entry.parameters.contains { $0.name == name } }
          && (!actuals.isEmpty || entry.needsNothing)
      } ?? entries[0]
    }
    let value = try value(of: actuals[first], scope)
    actuals[first].value = value
    if let entry = entries.first(where: { $0.parameters.first?.type.accept(value, by: self) != nil }) { return entry }
    let types = entries.compactMap { $0.parameters.first?.type }
    throw Complaint(
      "wrong-type",
      "'\(overloads.name)' takes \(ParameterType.union(types).description) first, but this is \(value.kind)",
      notes: entries.map(\.signature)
    ).at(Place(place.source, actuals[first].range))
  }

  /// Arguments sorted to the parameters.
  private struct Matched {
    var given: [Actual?]
    var rest: [Actual] = []
    var extras: [(name: Name, actual: Actual)] = []
  }

  private func match(_ builtin: Builtin, _ actuals: [Actual], at place: Place) throws(Diagnostic) -> Matched {
    let parameters = builtin.parameters
    let notes = [builtin.signature]
    var matched = Matched(given: Array(repeating: nil, count: parameters.count))
    var next = 0
    func refuseTwice(_ name: String, _ actual: Actual) -> Diagnostic {
      Complaint("duplicate-argument", "'\(name)' of \(builtin.name) is given twice", notes: notes)
        .at(Place(place.source, actual.range))
    }
    for actual in actuals {
      if let name = actual.name {
        if let index = parameters.firstIndex(where: { $0.name == name.text && !$0.isRest }) {
          if matched.given[index] != nil { throw refuseTwice(name.text, actual) }
          matched.given[index] = actual
        } else if builtin.extra != nil {
          matched.extras.append((name, actual))
        } else {
          throw Complaint.unknown(
            "argument", name.text, of: builtin.name, code: "unknown-argument",
            among: parameters.filter { !$0.isRest }.map(\.name), notes: notes
          ).at(self.place(name.range))
        }
        continue
      }
      while next < parameters.count, !parameters[next].isRest, matched.given[next] != nil { next += 1 }
      guard next < parameters.count else {
        let most = parameters.isEmpty ? "no arguments" : "at most \(counted(parameters.count, "argument"))"
        throw Complaint("too-many-arguments", "\(builtin.name) takes \(most), but there are more", notes: notes)
          .at(Place(place.source, actual.range))
      }
      if parameters[next].isRest { matched.rest.append(actual) } else { matched.given[next] = actual }
    }
    for (parameter, actual) in zip(parameters, matched.given)
    where actual == nil && parameter.standard == nil && !parameter.isRest {
      throw Complaint("missing-argument", "missing argument '\(parameter.name)' for \(builtin.name)", notes: notes)
        .at(place)
    }
    return matched
  }

  /// The default of a parameter, computed from its source text.
  private func standard(
    _ parameter: Parameter, of builtin: Builtin, _ scope: Scope, at place: Place
  ) throws(Diagnostic) -> BoundArgument {
    let program = session.program(ofDefault: parameter.standard ?? "none")
    guard case .expression(let expression, _)? = program.statements.first?.kind else {
      preconditionFailure("the default of '\(parameter.name)' of \(builtin.name) is no expression")
    }
    let caller = source
    source = program.source
    defer { source = caller }
    let bound = try bind(
      Actual(Argument(value: expression)), to: parameter.type, .none, nil, scope, at: self.place(expression.range),
      "the default of '\(parameter.name)' of \(builtin.name)")
    return BoundArgument(value: bound.value, place: place, expression: nil, scope: nil, isGiven: false)
  }

  /// Evaluates an argument as its parameter asks for and checks its type.
  private func bind(
    _ actual: Actual, to type: ParameterType, _ masking: Masking, _ table: Table?, _ scope: Scope, at call: Place,
    _ subject: @autoclosure () -> String
  ) throws(Diagnostic) -> BoundArgument {
    let place = Place(call.source, actual.range)
    let scope = masking == .none || table == nil ? scope : Scope(.inner, parent: scope, columnsOf: table)
    if masking == .groups, table != nil, actual.value == nil {
      return BoundArgument(value: .none, place: place, expression: actual.expression, scope: scope, isGiven: true)
    }
    let word = try bareWord(actual, type, scope)
    let given = if let word { word } else { try value(of: actual, scope) }
    guard let value = type.accept(given, by: self) else {
      var isOutOfRange = false
      if case .number = given { isOutOfRange = type.but(given) != given.kind }
      throw Complaint(
        isOutOfRange ? "out-of-range" : "wrong-type",
        "\(subject()) must be \(type.description), but this is \(type.but(given))"
      ).at(place)
    }
    if type.namesColumns, let table {
      for case .string(let name) in value.elements ?? [value] where table[column: name] == nil {
        throw unknownColumn(name, among: table.columnNames).at(place)
      }
    }
    return BoundArgument(value: value, place: place, expression: actual.expression, scope: scope, isGiven: true)
  }

  /// What a bare name means where the parameter takes words or names of columns; nil where it is an expression.
  private func bareWord(
    _ actual: Actual, _ type: ParameterType, _ scope: Scope
  ) throws(Diagnostic) -> Value? {
    guard actual.value == nil, let expression = actual.expression else { return nil }
    if type.namesColumns {
      switch expression.kind {
      case .name(let name): return .string(name)
      case .list(let items):
        var names: [Value] = []
        for item in items {
          if case .name(let name) = item.kind { names.append(.string(name)) } else { return nil }
        }
        return .list(names)
      default: return nil
      }
    }
    guard case .name(let name) = expression.kind else { return nil }
    let words = type.words
    if words.contains(name) { return .string(name) }
    let choices = type.families.flatMap { session.registry.choices[$0] ?? [] }
    guard !words.isEmpty || !choices.isEmpty, scope.value(of: name) == nil, session.registry[name] == nil else {
      return nil
    }
    let what = type.families.first?.name ?? "word"
    let all = words + choices
    throw Complaint.unknown(
      what, name, code: "unknown-choice", among: all + scope.names,
      notes: ["it is one of \(all.joined(separator: ", "))"]
    ).at(place(expression.range))
  }

  /// Evaluates a deferred argument with the columns of some rows as names.
  func evaluate(_ argument: BoundArgument, over table: Table) throws(Diagnostic) -> Value {
    guard let expression = argument.expression, let scope = argument.scope else { return argument.value }
    let caller = source
    source = argument.place.source
    defer { source = caller }
    return try evaluate(expression, Scope(.inner, parent: scope.parent, columnsOf: table))
  }
}
