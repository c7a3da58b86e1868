// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

extension ParameterType {
  /// Returns the value as the body of a builtin receives it, or nil if it is not of this type.
  func accept(_ value: Value, by evaluator: Evaluator) -> Value? {
    switch (self, value) {
    case (.any, _), (.string, .string), (.boolean, .boolean), (.list, .list), (.record, .record),
      (.table, .table), (.function, .function), (.function, .builtin), (.exactlyNone, .none):
      return value
    case (.list, .range(let range)), (.numbers, .range(let range)): return range.fitsList ? value : nil
    case (.number(let bounds), .number(let number)):
      return bounds.contains(number) ? value : nil
    case (.whole(let range), .number(let number)):
      return Int(exactly: number).map(range.contains) == true ? value : nil
    case (.numbers, .list(let elements)): return elements.isNumeric ? value : nil
    case (.object(let name), .object(let object)): return object.typeName == name ? value : nil
    case (.choice(let family), .object(let object)): return (object as? Choice)?.family == family ? value : nil
    // A name that is both a function and a choice, such as `sin`, is the choice here.
    case (.choice(let family), .builtin(let overloads)): return evaluator.standardChoice(overloads, of: family)
    case (.choices(let family), .list(let elements)):
      let accepted = elements.compactMap { ParameterType.choice(family).accept($0, by: evaluator) }
      return accepted.count == elements.count ? .list(of: accepted) : nil
    case (.choices(let family), _): return ParameterType.choice(family).accept(value, by: evaluator).map { .list([$0]) }
    case (.word(let words), .string(let text)): return words.contains(text) ? value : nil
    // A word that is also a choice, such as `f32`, may come from a variable or a list.
    case (.word(let words), .object(let object)):
      return (object as? Choice).flatMap { $0.isStandard && words.contains($0.name) ? .string($0.name) : nil }
    case (.columnName, .string), (.anyWord, .string): return value
    case (.columnNames, .string): return .list([value])
    case (.columnNames, .list(let elements)):
      return elements.allSatisfy { if case .string = $0 { true } else { false } } ? value : nil
    case (.union(let types), _):
      for type in types {
        if let accepted = type.accept(value, by: evaluator) { return accepted }
      }
      return nil
    default: return nil
    }
  }

  /// Returns a description, for messages, of a value that is not of this type: the number or string itself if the type
  /// accepts numbers or words, or else the kind of the value.
  func but(_ value: Value) -> String {
    switch value {
    case .number(let number) where members.contains(where: \.isNumber): literal(number)
    case .string(let text) where !words.isEmpty: quoted(text)
    case .list(let elements) where elements.isEmpty: "an empty list"
    case .record(let record) where record.isEmpty: "an empty record"
    case .list(let elements): odd(elements).map { "a list that contains \($0.kind)" } ?? value.kind
    default: value.kind
    }
  }

  /// Returns the first element that the type does not allow in a list, if it accepts only lists of choices, of numbers
  /// or of names.
  private func odd(_ elements: List) -> Value? {
    for member in members {
      switch member {
      case .choices(let family):
        return elements.first { element in
          if case .object(let object) = element { object.typeName != family.name } else { true }
        }
      case .numbers: return elements.first { if case .number = $0 { false } else { true } }
      case .columnNames: return elements.first { if case .string = $0 { false } else { true } }
      default: break
      }
    }
    return nil
  }

  private var isNumber: Bool {
    switch self {
    case .number, .whole: true
    default: false
    }
  }
}
