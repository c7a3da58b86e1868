// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

extension StaticCheck {
  /// Checks a call. The function determines which arguments are valid.
  mutating func read(_ callee: Expression, _ arguments: [Argument], _ range: SourceRange, _ scope: StaticScope) {
    guard case .name(let name) = callee.kind else {
      if let fault = dottedCall(callee, arguments, range, scope) { report(fault) } else { read(callee, scope) }
      return readOpen(arguments, scope)
    }
    switch scope.meaning(of: name) {
    case .function(let literal):
      let formals = Formals(literal, name: name)
      do throws(Formals.Misfit) {
        _ = try formals.match(arguments.map { $0.name?.text })
      } catch {
        report(
          error, arguments, range, signature: literal.signature(name: name, in: origins[name] ?? source))
      }
      for argument in arguments { read(argument.value, scope) }
    case .value: readOpen(arguments, scope)
    case .nothing:
      guard let overloads = registry[name] else {
        // A column is not a function, so the name is unknown even where columns are visible.
        var call = WrittenCall(name, arguments, in: source)
        call.seesColumns = scope.seesColumns
        if let complaint = registry.foreignCall(call) {
          report(complaint.at(place(range)))
        } else {
          reportUnknown(name, isCalled: true, callee.range, scope)
        }
        return readOpen(arguments, scope)
      }
      let call = WrittenCall(name, arguments, in: source)
      if let complaint = registry.foreignForm(call) ?? registry.foreignCurve(call) {
        return report(complaint.at(place(range)))
      }
      read(overloads, arguments, range, scope)
    }
  }

  /// Returns the error about a call with a dot if it cannot be right: after a name that has no value, or, if methods are
  /// assumed to be foreign, after any other value.
  private func dottedCall(
    _ callee: Expression, _ arguments: [Argument], _ range: SourceRange, _ scope: StaticScope
  ) -> Diagnostic? {
    guard case .field(let base, let name) = callee.kind else { return nil }
    if let path = base.modulePath, case .nothing = scope.meaning(of: path[0]), !scope.seesColumns {
      return registry.outsideCall(path, name.text, arguments, in: source)?.at(place(range))
    }
    guard assumesMethods else { return nil }
    let call = WrittenCall(name.text, arguments, in: source, on: source.text(in: base.range))
    return registry.methodCall(call)?.at(place(range))
  }

  /// Checks the arguments of a function that is known only at run time. The columns of a table may be visible in them,
  /// except in a piped argument, which would be that table.
  private mutating func readOpen(_ arguments: [Argument], _ scope: StaticScope) {
    let open = StaticScope(isOpen: true, in: scope)
    for argument in arguments { read(argument.value, argument.isPiped ? scope : open) }
  }

  private mutating func report(
    _ misfit: Formals.Misfit, _ arguments: [Argument], _ range: SourceRange, signature: String
  ) {
    report(
      misfit.at(
        place(range), arguments.map { ($0.name, $0.value.range) }, signature: signature, isChoice: registry.hasChoice))
  }

  /// Checks the names of further arguments that are passed on to a function, if that function is known.
  private func checkNames(
    _ matching: Formals.Matching, of builtin: Builtin, _ arguments: [Argument], _ scope: StaticScope
  ) throws(Formals.Misfit) {
    guard let index = builtin.parameters.firstIndex(where: { $0.name == builtin.extra?.function }),
      let number = matching.given[index]
    else { return }
    try builtin.formals.match(
      matching.extras, of: arguments.map { $0.name?.text }, to: callables(arguments[number].value, scope))
  }

  /// Returns the function that an expression evaluates to, with its overloads. Empty if it is known only at run time.
  private func callables(_ expression: Expression, _ scope: StaticScope) -> [Callable] {
    func callable(_ literal: FunctionLiteral, _ name: String?) -> Callable {
      Callable(
        formals: Formals(literal, name: name),
        signature: literal.signature(name: name, in: name.flatMap { origins[$0] } ?? source))
    }
    switch expression.kind {
    case .function(let literal): return [callable(literal, nil)]
    case .name(let name):
      switch scope.meaning(of: name) {
      case .function(let literal): return [callable(literal, name)]
      case .value: return []
      case .nothing: return registry[name]?.callables ?? []
      }
    default: return []
    }
  }

  /// The type and masking of the parameter that an argument matches in one overload.
  private struct Role {
    let type: ParameterType
    let masking: Masking
    var namesColumns: Bool

    init(type: ParameterType, masking: Masking) {
      (self.type, self.masking, namesColumns) = (type, masking, type.namesColumns)
    }

    init(_ parameter: Parameter) {
      self.init(type: parameter.type, masking: parameter.masking)
      namesColumns = namesColumns || parameter.namesFileColumns
    }
  }

  private mutating func read(
    _ overloads: Overloads, _ arguments: [Argument], _ range: SourceRange, _ scope: StaticScope
  ) {
    var roles = [[Role]](repeating: [], count: arguments.count)
    var misfit: (Formals.Misfit, Builtin)?
    var fits = false
    for builtin in overloads.entries {
      do throws(Formals.Misfit) {
        let matching = try builtin.formals.match(arguments.map { $0.name?.text })
        try checkNames(matching, of: builtin, arguments, scope)
        fits = true
        for (parameter, number) in zip(builtin.parameters, matching.given) {
          if let number { roles[number].append(Role(parameter)) }
        }
        if let parameter = builtin.parameters.first(where: \.isRest) {
          for number in matching.rest { roles[number].append(Role(parameter)) }
        }
        if let extra = builtin.extra {
          for number in matching.extras { roles[number].append(Role(type: extra.type, masking: extra.masking)) }
        }
      } catch {
        // An error that can be corrected says more.
        if misfit == nil || misfit?.0.isCorrectable == false && error.isCorrectable { misfit = (error, builtin) }
      }
    }
    guard fits else {
      if let (misfit, builtin) = misfit {
        let fault = misfit.at(
          place(range), arguments.map { ($0.name, $0.value.range) }, signature: builtin.signature,
          isChoice: registry.hasChoice)
        let call = WrittenCall(overloads.name, arguments, in: source)
        report(registry.foreignUse(of: overloads, call, at: place(range), instead: fault))
      }
      return readOpen(arguments, scope)
    }
    for (argument, roles) in zip(arguments, roles) { read(argument.value, roles, scope) }
  }

  private mutating func read(_ value: Expression, _ roles: [Role], _ scope: StaticScope) {
    if value.isText, let complaint = registry.quotedChoice(value, for: roles.map(\.type)) {
      return report(complaint.at(place(value.range)))
    }
    // A selection in the style of R is an error that names the columns when it runs.
    if value.isNames || value.selection != nil, roles.contains(where: \.namesColumns) { return }
    if case .name(let name) = value.kind {
      if roles.contains(where: { $0.type.words.contains(name) || $0.type.isAnyWord }) { return }
      if case .nothing = scope.meaning(of: name), registry[name] == nil, !scope.seesColumns,
        roles.count == 1, roles[0].masking == .none,
        let complaint = registry.unknownWord(name, for: roles[0].type, among: scope.names)
      {
        return report(complaint.at(place(value.range)))
      }
    }
    let isMasked = roles.contains { $0.masking != .none }
    read(value, isMasked ? StaticScope(isOpen: true, in: scope) : scope)
  }
}

extension Expression {
  /// Whether the expression is a bare name or a list of bare names, the syntax for naming columns.
  fileprivate var isNames: Bool {
    switch kind {
    case .name: true
    case .list(let items): items.allSatisfy { if case .name = $0.kind { true } else { false } }
    default: false
    }
  }
}
