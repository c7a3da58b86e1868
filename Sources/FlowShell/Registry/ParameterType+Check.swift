// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

extension ParameterType {
  /// The value as the body of a builtin gets it, or nil if it is not of this type.
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
    case (.numbers, .list(let elements)):
      let isNumeric = elements.allSatisfy { element in
        switch element {
        case .number, .none: true
        default: false
        }
      }
      return isNumeric ? value : nil
    case (.object(let name), .object(let object)): return object.typeName == name ? value : nil
    case (.choice(let family), .object(let object)): return (object as? Choice)?.family == family ? value : nil
    // A name that is a function and a choice too, such as `sin`, is the choice where one is wanted.
    case (.choice(let family), .builtin(let overloads)): return evaluator.standardChoice(overloads, of: family)
    case (.word(let words), .string(let text)): return words.contains(text) ? value : nil
    case (.columnName, .string): return value
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

  /// What to say of a value that is not of this type: its kind, or the number itself where the kind was right.
  func but(_ value: Value) -> String {
    switch value {
    case .number(let number) where members.contains(where: \.isNumber): literal(number)
    case .string(let text) where !words.isEmpty: quoted(text)
    default: value.kind
    }
  }

  private var isNumber: Bool {
    switch self {
    case .number, .whole: true
    default: false
    }
  }
}
