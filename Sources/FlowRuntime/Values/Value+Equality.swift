// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowTables

/// Returns whether two values are equal as a whole, unlike `==` of the language, which compares element by element.
///
/// Numbers are compared according to IEEE 754, so `nan` is not equal to itself.
package func areEqual(_ left: Value, _ right: Value) -> Bool {
  switch (left, right) {
  case (.none, .none): return true
  case (.number(let left), .number(let right)): return left == right
  case (.string(let left), .string(let right)): return left == right
  case (.boolean(let left), .boolean(let right)): return left == right
  case (.record(let left), .record(let right)):
    return left.count == right.count
      && zip(left, right).untilStopped.allSatisfy { $0.key == $1.key && areEqual($0.value, $1.value) }
  case (.table(let left), .table(let right)):
    return left.columnNames == right.columnNames
      && zip(left.columns, right.columns).allSatisfy { areEqual($0.values, $1.values) }
  case (.function(let left), .function(let right)): return left === right
  case (.builtin(let left), .builtin(let right)): return left.name == right.name
  case (.object(let left), .object(let right)): return left.isEqual(to: right)
  case (.range(let left), .range(let right)) where left == right: return true
  case (.string(let text), let choice), (let choice, .string(let text)): return choice.choiceText == text
  case (.builtin, .object), (.object, .builtin): return left.choiceText.map { $0 == right.choiceText } ?? false
  default:
    guard let left = left.elements, let right = right.elements else { return false }
    return areEqual(left, right)
  }
}

extension Value {
  /// What a column of a table contains for a choice, such as an activation, so that both are equal. Nil for other values.
  var choiceText: String? {
    switch self {
    case .object(let choice as Choice): choice.summary
    // A choice with the name of a function, such as tanh.
    case .builtin(let overloads) where overloads.entries.contains { $0.family != nil }: overloads.name
    default: nil
    }
  }
}

private func areEqual(_ left: List, _ right: List) -> Bool {
  guard left.count == right.count else { return false }
  if let left = left.numbers, let right = right.numbers { return zip(left, right).untilStopped.allSatisfy(==) }
  return zip(left, right).untilStopped.allSatisfy { areEqual($0, $1) }
}
