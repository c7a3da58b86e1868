// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

extension Call {
  /// Returns the choice of a family that a string argument names.
  package func choice(namedBy name: String, of family: Family) throws(Diagnostic) -> Value {
    try evaluator.requiredChoice(string(name), of: family, at: place(of: name))
  }
}

extension Evaluator {
  /// Returns the choice that a string names, if the type accepts choices but not the string. Returns other values
  /// unchanged. The text comes from outside, such as an argument of the script, and may be a call: `"leaky_relu(0.2)"`.
  func choice(from value: Value, for type: ParameterType, at place: Place) throws(Diagnostic) -> Value {
    guard !type.families.isEmpty, type.accept(value, by: self) == nil else { return value }
    if case .list(let elements) = value {
      var chosen: [Value] = []
      for element in elements.values { chosen.append(try choice(from: element, for: type, at: place)) }
      return .list(of: chosen)
    }
    guard case .string(let text) = value else { return value }
    for family in type.families {
      if let choice = try choice(text, of: family, at: place) { return choice }
    }
    throw unknownChoice(text, type.families, type.words).at(place)
  }

  /// Returns the choice of a family that a text names, or nil. The arguments of a call must be literals.
  func choice(_ text: String, of family: Family, at place: Place) throws(Diagnostic) -> Value? {
    let program = try? parse(Source(name: "text", text: text))
    guard let program, program.statements.count == 1, case .expression(let expression, _) = program.statements[0].kind
    else { return nil }
    var actuals: [Actual] = []
    var callee = expression
    if case .call(let function, let arguments) = expression.kind {
      callee = function
      for argument in arguments {
        guard let literal = argument.value.literal else { return nil }
        actuals.append(Actual(literal, named: argument.name?.text, at: place.range))
      }
    }
    guard case .name(let name) = callee.kind, let entry = registry.choice(name, of: family) else { return nil }
    return try call(Overloads(name: name, entries: [entry]), actuals, Scope(), at: place)
  }

  /// Returns the choice of a family that a text names. Throws if there is no such choice.
  func requiredChoice(_ text: String, of family: Family, at place: Place) throws(Diagnostic) -> Value {
    if let choice = try choice(text, of: family, at: place) { return choice }
    throw unknownChoice(text, [family]).at(place)
  }

  private func unknownChoice(_ text: String, _ families: [Family], _ words: [String] = []) -> Complaint {
    let names = words + families.flatMap { registry.choices[$0] ?? [] }
    let complaint = Complaint.unknown(
      families[0].name, text, code: "unknown-choice", among: names,
      notes: ["it is one of \(names.joined(separator: ", "))"])
    let origin = session.host.arguments.firstIndex(of: text).map { "the text is argument \($0 + 1) of the script" }
    // The text is not in the source, so nothing there can be replaced.
    return Complaint(
      complaint.code, complaint.message, label: complaint.label, notes: (origin.map { [$0] } ?? []) + complaint.notes)
  }
}

extension Expression {
  /// Whether the expression is a string without interpolation, or a list that contains such a string.
  var isText: Bool {
    switch kind {
    case .string(let parts): parts.allSatisfy { if case .text = $0 { true } else { false } }
    case .list(let items): items.contains(where: \.isText)
    default: false
    }
  }

  /// The value of a literal: a number, with or without a sign, a boolean, `none`, or a list or a range of numbers. Nil for
  /// other expressions.
  var literal: Value? {
    switch kind {
    case .number(let number): return .number(number)
    case .boolean(let truth): return .boolean(truth)
    case .none: return Value.none
    case .unary(.subtract, let operand):
      guard case .number(let number)? = operand.literal else { return nil }
      return .number(-number)
    case .list(let items):
      let values = items.compactMap(\.literal)
      return values.count == items.count ? .list(of: values) : nil
    case .range(let lower, let upper, let step):
      guard case .number(let lower)? = lower.literal, case .number(let upper)? = upper.literal,
        case .number(let step)? = step.map(\.literal) ?? .some(.number(1))
      else { return nil }
      return (try? NumberRange(lower, upper, step: step)).map(Value.range)
    default: return nil
    }
  }
}
