// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

extension Interpreter {
  /// Returns whether a call may have the value of an expression as its first argument. Nothing is computed, so the
  /// answer is true if nothing is known about the value.
  func mayPass(_ source: String, to builtin: Builtin) -> Bool {
    guard let parameter = builtin.parameters.first else { return false }
    // The elements of a list or a record are arguments of their own.
    let type = parameter.isRest ? ParameterType.union([parameter.type, .list, .record]) : parameter.type
    return mayPass(source, as: type)
  }

  private func mayPass(_ source: String, as type: ParameterType) -> Bool {
    guard let expression = expression(in: source) else { return true }
    if let value = quietValue(of: expression) ?? expression.literal { return type.suits(value) }
    switch expression.kind {
    case .string: return type.mayBe("a string")
    case .list: return type.mayBe("a list") || type.mayBe("a list of numbers")
    case .name(let name): return registry[name].map { type.suits(.builtin($0)) } ?? true
    case .call(let callee, _):
      if !columns(of: source).isEmpty { return type.mayBe("a table") }
      guard quietValue(of: callee) == nil, case .name(let name) = callee.kind, let overloads = registry[name] else {
        return true
      }
      return overloads.entries.contains { type.mayBe($0.result) }
    default: return true
    }
  }

  /// Returns the overloads that accept the first argument of a call, or all of them if none does.
  func entries(_ overloads: Overloads, for call: Cursor.CallContext) -> [Builtin] {
    guard overloads.entries.count > 1, let first = call.first else { return overloads.entries }
    let fitting = overloads.entries.filter { mayPass(first, to: $0) }
    return fitting.isEmpty ? overloads.entries : fitting
  }
}

extension Builtin {
  /// Returns the parameters of the arguments of a call. Further named arguments have none.
  func parameters(of arguments: [Cursor.CallContext.Argument]) -> [Parameter?] {
    var free = parameters[...].filter { parameter in !arguments.contains { $0.name == parameter.name } }[...]
    return arguments.map { argument in
      if let name = argument.name { return parameters.first { $0.name == name } }
      return free.first?.isRest == true ? free.first : free.popFirst()
    }
  }
}

extension ParameterType {
  /// Whether a variable with this value may be the argument.
  func suits(_ value: Value) -> Bool {
    members.contains { member in
      switch (member, value) {
      case (.any, _), (.number, .number), (.whole, .number), (.string, .string), (.boolean, .boolean), (.list, .list),
        (.list, .range), (.numbers, .range), (.record, .record), (.table, .table), (.function, .function),
        (.function, .builtin), (.exactlyNone, .none), (.word, .string), (.columnName, .string),
        (.columnNames, .string), (.columnNames, .list), (.choices, .list), (.anyWord, .string):
        true
      case (.numbers, .list(let elements)): elements.isNumeric
      case (.object(let name), .object(let object)): object.typeName == name
      case (.choice(let family), .object(let object)), (.choices(let family), .object(let object)):
        object.typeName == family.name
      case (.choice(let family), .builtin(let overloads)), (.choices(let family), .builtin(let overloads)):
        overloads.entries.contains { $0.family == family }
      default: false
      }
    }
  }

  /// Whether the result of a builtin may be the argument, given the phrase that describes the result.
  func mayBe(_ result: String) -> Bool {
    // These phrases do not name a type.
    if ["the ", "an element", "a value"].contains(where: result.hasPrefix) { return true }
    func names(_ types: String...) -> Bool {
      types.contains { type in result.ranges(of: type).contains { !result[$0.upperBound...].startsWithLetter } }
    }
    return members.contains { member in
      switch member {
      case .any: true
      case .number, .whole: names("a number", "a whole number")
      case .list, .columnNames: names("a list", "lists", "a range", "a matrix")
      case .numbers: names("a list of numbers", "a list of whole numbers", "a list of the same shape", "a range")
      case .string, .columnName: names("a string")
      case .choice(let family), .choices(let family): names(withArticle(family.name))
      case .function, .boolean, .record, .table, .object: names(member.description)
      case .word, .anyWord, .exactlyNone, .union: false
      }
    }
  }
}

extension Substring {
  fileprivate var startsWithLetter: Bool { first?.isLetter == true }
}
