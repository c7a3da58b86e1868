// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

extension Evaluator {
  /// Calls the overload that matches the first argument.
  ///
  /// - Parameters:
  ///   - scope: The scope of the caller.
  ///   - place: The location of the call.
  func call(
    _ overloads: Overloads, _ actuals: [Actual], _ scope: Scope, at place: Place
  ) throws(Diagnostic) -> Value {
    try checkInterrupt(place.range)
    var actuals = actuals
    let builtin = try choose(overloads, &actuals, scope, at: place)
    let matching = try match(builtin.formals, actuals, at: place, signature: builtin.signature)
    var arguments: [BoundArgument] = []
    var table: Table?
    let defaults = Scope()
    for (index, parameter) in builtin.parameters.enumerated() {
      let argument: BoundArgument
      if let number = matching.given[index] {
        argument = try bind(
          actuals[number], to: parameter.type, parameter.masking, table, scope, at: place,
          among: builtin.neighbours(in: matching, of: actuals, at: place.range), advice: parameter.advice,
          namesFileColumns: parameter.namesFileColumns, "'\(parameter.name)' of \(builtin.name)")
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
      if parameter.type.namesColumns, let table { try checkSelection(matching.rest.map { actuals[$0] }, of: table) }
      for number in matching.rest {
        var actual = actuals[number]
        if let parts = try parts(of: &actual, parameter, scope, at: place) {
          rest += parts
          continue
        }
        rest.append(
          try bind(
            actual, to: parameter.type, parameter.masking, table, scope, at: place,
            among: builtin.neighbours(in: matching, of: actuals, at: place.range), advice: parameter.advice,
            "'\(parameter.name)' of \(builtin.name)"))
      }
    }
    var extras: [(name: Name, argument: BoundArgument)] = []
    if let extra = builtin.extra {
      if let index = builtin.parameters.firstIndex(where: { $0.name == extra.function }) {
        let function = arguments[index].value
        try fitting(actuals, at: place, signature: builtin.signature) { names throws(Formals.Misfit) in
          try builtin.formals.match(matching.extras, of: names, to: function.callables)
        }
      }
      for number in matching.extras {
        guard let name = actuals[number].name else { continue }
        let argument = try bind(
          actuals[number], to: extra.type, extra.masking, table, scope, at: place, isNewColumn: true,
          "'\(name.text)' of \(builtin.name)")
        extras.append((name, argument))
      }
    }
    let call = Call(
      builtin: builtin, evaluator: self, place: place, arguments: arguments, restArguments: rest,
      extraArguments: extras, rowCount: scope.rowCount)
    try call.attempt { () throws(Complaint) in try ValueLimits.requireMemory(for: arguments, rest) }
    let value = try result(of: builtin, call)
    try call.attempt { () throws(Complaint) in try ValueLimits.check(value) }
    return value
  }

  /// Returns the result of a call, or throws the reason to stop if a stop was requested during the call. After a stop,
  /// results and errors of the engine are meaningless.
  private func result(of builtin: Builtin, _ call: Call) throws(Diagnostic) -> Value {
    let value: Value
    do throws(Diagnostic) {
      value = try builtin.body(call)
    } catch {
      throw stop.isRequested ? stopped(call.place.range) : error
    }
    guard stop.isRequested else { return value }
    guard builtin.keepsPartialResult else { throw stopped(call.place.range) }
    // Reset the token so that the partial result can be shown; the next call still ends the program. The cells of a sweep
    // share the token, so there the request must remain for the others.
    if session.enclosure == nil { stop.reset() }
    return value
  }

  /// Returns the overload that accepts the first positional argument, which is evaluated for this.
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
    if let entry = entries.first(where: { $0.parameters.first?.type.accept(value, by: self) != nil })
      ?? entries.first(where: { $0.parameters.first?.parts(of: value, by: self) != nil })
    {
      return entry
    }
    throw misplaced(value, actuals[first], of: overloads, actuals, at: place)
  }

  /// Returns the error about a first argument that no overload accepts.
  private func misplaced(
    _ value: Value, _ actual: Actual, of overloads: Overloads, _ actuals: [Actual], at call: Place
  ) -> Diagnostic {
    let entries = overloads.entries
    let types = entries.compactMap { $0.parameters.first?.type }
    let subject = "the first argument of \(overloads.name)"
    let message = "\(subject) must be \(ParameterType.union(types).description), but this is \(value.kind)"
    let notes = entries.compactMap { $0.parameters.first?.advice } + entries.map(\.signature)
    if case .builtin(let function) = value, function.isUsefulAlone {
      return Complaint("wrong-type", message, replacement: "\(function.name)()", notes: notes)
        .at(Place(call.source, actual.range))
    }
    let use = ForeignFunction.otherUse(of: overloads.name, actuals, value, in: call.source)
    guard let complaint = use?.complaint("wrong-type", message, WrittenCall(overloads.name, actuals, in: call.source))
    else { return Complaint("wrong-type", message, notes: notes).at(Place(call.source, actual.range)) }
    return complaint.at(Place(call.source, call.range.union(actual.range)))
  }

  /// Returns the default of a parameter, evaluated from its source.
  func standard(
    _ parameter: Parameter, of builtin: Builtin, _ scope: Scope, at place: Place
  ) throws(Diagnostic) -> BoundArgument {
    let program = session.program(ofDefault: parameter.standard ?? "none")
    guard case .expression(let expression, _)? = program.statements.first?.kind else {
      preconditionFailure("the default of '\(parameter.name)' of \(builtin.name) is not an expression")
    }
    let caller = source
    source = program.source
    defer { source = caller }
    let bound: BoundArgument
    do throws(Diagnostic) {
      bound = try bind(
        Actual(Argument(value: expression)), to: parameter.type, .none, nil, scope, at: self.place(expression.range),
        "the default of '\(parameter.name)' of \(builtin.name)")
    } catch {
      // Report the error at the call, because the user did not write the default.
      throw Complaint(error.code, error.message, notes: error.notes).at(place)
    }
    return BoundArgument(value: bound.value, place: place, expression: nil, scope: nil, isGiven: false)
  }

  /// Evaluates an argument and checks its type. The neighbours are used in messages.
  private func bind(
    _ actual: Actual, to type: ParameterType, _ masking: Masking, _ table: Table?, _ scope: Scope, at call: Place,
    among neighbours: @autoclosure () -> Neighbours? = nil, advice: String? = nil, namesFileColumns: Bool = false,
    isNewColumn: Bool = false, _ subject: @autoclosure () -> String
  ) throws(Diagnostic) -> BoundArgument {
    let place = Place(call.source, actual.range)
    let scope = masking == .none || table == nil ? scope : Scope(.inner, parent: scope, columnsOf: table)
    if masking != .none, let table, !type.namesColumns {
      try checkColumnTexts(in: actual.expression, of: table)
      try checkComparisons(in: actual.expression, of: table)
      if isNewColumn { noteColumnText(actual.expression, of: table) }
      if isNewColumn, masking == .groups, let name = actual.name {
        noteFunctionText(actual.expression, for: name.text, of: table)
      }
    }
    if masking == .groups, table != nil, actual.value == nil {
      return BoundArgument(value: .none, place: place, expression: actual.expression, scope: scope, isGiven: true)
    }
    let word = try bareWord(actual, type, scope) ?? (namesFileColumns ? fileColumns(actual, scope) : nil)
    let given = if let word { word } else { try value(of: actual, scope) }
    // A quoted literal is more likely to be a habit than a choice that comes from outside.
    let isQuoted = actual.expression?.isText == true
    let named = isQuoted ? given : try choice(from: given, for: type, at: place)
    guard let value = type.accept(named, by: self) else {
      throw mistyped(
        given, actual, type, place, neighbours(), isQuoted: isQuoted, advice: advice, subject: subject(),
        scope: scope)
    }
    if type.namesColumns, let table {
      // What a name with an asterisk stands for is up to the builtin.
      for case .string(let name) in value.elements ?? [value] where table[column: name] == nil && !name.contains("*") {
        throw unknownColumn(name, among: table.columnNames).at(place)
      }
    }
    return BoundArgument(
      value: type.takesObjects ? own(value) : value, place: place, expression: actual.expression, scope: scope,
      isGiven: true)
  }

  /// Returns the names of columns of a file that are written without quotes, or nil if one of them is a variable or
  /// another expression.
  private func fileColumns(_ actual: Actual, _ scope: Scope) -> Value? {
    func name(_ expression: Expression?) -> Value? {
      switch expression?.kind {
      case .name(let name) where scope.value(of: name) == nil: .string(name)
      case .string(let parts) where parts.count == 1:
        if case .text(let text) = parts[0] { .string(text) } else { nil }
      default: nil
      }
    }
    guard actual.value == nil else { return nil }
    guard case .list(let items)? = actual.expression?.kind else { return name(actual.expression) }
    let names = items.compactMap(name)
    return names.isEmpty || names.count < items.count ? nil : .list(of: names)
  }

  /// Returns the word or column name, as a string, that a bare name stands for, or nil if it is an ordinary expression.
  func bareWord(
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
        return .list(of: names)
      default: return nil
      }
    }
    guard case .name(let name) = expression.kind else { return nil }
    if case .anyWord = type { return .string(name) }
    let words = type.words
    if words.contains(name) { return .string(name) }
    guard scope.value(of: name) == nil, registry[name] == nil,
      let complaint = registry.unknownWord(name, for: type, among: scope.names)
    else { return nil }
    throw complaint.at(place(expression.range))
  }

  /// Evaluates a deferred argument with the columns of `table` visible.
  func evaluate(_ argument: BoundArgument, over table: Table) throws(Diagnostic) -> Value {
    guard let expression = argument.expression, let scope = argument.scope else { return argument.value }
    let caller = source
    source = argument.place.source
    defer { source = caller }
    return try evaluate(expression, Scope(.inner, parent: scope.parent, columnsOf: table, byRow: false))
  }
}

/// The other parameters of a builtin, for messages about an argument.
struct Neighbours {
  /// The name of the builtin.
  let owner: String
  let signature: String
  /// The parameters without an argument.
  let free: [Parameter]
  let parameters: [Parameter]
  /// The location of the whole call.
  let call: SourceRange
  let actuals: [Actual]

  /// The positional arguments.
  var positional: [Actual] { actuals.filter { $0.name == nil } }

  /// Returns the first free parameter that accepts an object, such as a data set or an initializer, or a number.
  func taker(of value: Value, by evaluator: Evaluator) -> String? {
    switch value {
    case .object, .number: break
    default: return nil
    }
    return free.first { parameter in
      if case .any = parameter.type { return false }
      return parameter.type.accept(value, by: evaluator) != nil
    }?.name
  }
}

extension Builtin {
  fileprivate func neighbours(
    in matching: Formals.Matching, of actuals: [Actual], at call: SourceRange
  ) -> Neighbours {
    Neighbours(
      owner: name, signature: signature,
      free: zip(parameters, matching.given).filter { $1 == nil && !$0.isRest }.map { $0.0 },
      parameters: parameters, call: call, actuals: actuals)
  }
}
