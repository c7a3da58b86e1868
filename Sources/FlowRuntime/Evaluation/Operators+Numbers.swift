// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath

/// An operand of an operator between numbers: one for every element of the result, or the same for all.
private enum Numbers {
  case many([Double])
  case one(Double)

  init?(_ value: Value) {
    switch value {
    case .number(let number): self = .one(number)
    case .list(let list):
      guard let numbers = list.numbers ?? list.rows?.numbers else { return nil }
      self = .many(numbers)
    case .range:
      guard let numbers = value.elements?.numbers else { return nil }
      self = .many(numbers)
    default: return nil
    }
  }
}

/// Applies an operator element by element to lists stored as numbers, or to one of them and a number. Returns nil for
/// anything else. The lists must have the same length.
func applyToNumbers(_ symbol: Operator, _ left: Value, _ right: Value) throws(Complaint) -> Value? {
  let columns = left.columns ?? right.columns
  // A matrix and a list of numbers pair up rows with numbers.
  if let left = left.columns, let right = right.columns, left != right { return nil }
  guard let count = left.elementCount ?? right.elementCount, let first = Numbers(left), let second = Numbers(right)
  else {
    return nil
  }
  let numbers = count * max(columns ?? 0, 1)
  if symbol.isArithmetic {
    try ValueLimits.requireMemory(numbers: numbers)
    let results = compute(symbol, first, second, numbers)
    guard let columns, columns > 0 else { return .list(List(results)) }
    return .list(List(.rows(NumberRows(results, columns: columns))))
  }
  guard symbol.isComparison else { return nil }
  try ValueLimits.requireMemory(elements: numbers)
  guard let columns, columns > 0 else {
    return .list(List(.values(compare(symbol, first, second, numbers, Value.boolean))))
  }
  let truths = compare(symbol, first, second, numbers) { $0 }
  // They are fewer if a stop is requested.
  return .list(
    List(
      .values(
        (0..<truths.count / columns).untilStopped.map { row in
          .list(List(.values(truths[row * columns..<(row + 1) * columns].map(Value.boolean))))
        })))
}

/// Negates a list stored as numbers or as a matrix; returns nil for any other.
func negated(_ list: List) throws(Complaint) -> List? {
  try list.mappingNumbers { numbers throws(Complaint) in
    try ValueLimits.requireMemory(numbers: numbers.count)
    return numbers.mapInPieces { -$0 }
  }
}

private func compute(_ symbol: Operator, _ left: Numbers, _ right: Numbers, _ count: Int) -> [Double] {
  switch symbol {
  case .add: combine(left, right, count) { $0 + $1 }
  case .subtract: combine(left, right, count) { $0 - $1 }
  case .multiply: combine(left, right, count) { $0 * $1 }
  case .divide: combine(left, right, count) { $0 / $1 }
  case .remainder: combine(left, right, count) { remainder($0, $1) }
  default: combine(left, right, count) { Real.power($0, $1) }
  }
}

@inline(__always)
private func compare<Result>(
  _ symbol: Operator, _ left: Numbers, _ right: Numbers, _ count: Int, _ result: (Bool) -> Result
) -> [Result] {
  switch symbol {
  case .equal: combine(left, right, count) { result($0 == $1) }
  case .notEqual: combine(left, right, count) { result($0 != $1) }
  case .less: combine(left, right, count) { result($0 < $1) }
  case .lessOrEqual: combine(left, right, count) { result($0 <= $1) }
  case .greater: combine(left, right, count) { result($0 > $1) }
  default: combine(left, right, count) { result($0 >= $1) }
  }
}

/// A loop of its own for each pair of operands, so that it can be vectorized.
@inline(__always)
private func combine<Result>(
  _ left: Numbers, _ right: Numbers, _ count: Int, _ body: (Double, Double) -> Result
) -> [Result] {
  switch (left, right) {
  case (.many(let left), .many(let right)):
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        inPieces(count) { results, piece in
          for index in piece { (results + index).initialize(to: body(left[index], right[index])) }
        }
      }
    }
  case (.many(let left), .one(let right)):
    left.withUnsafeBufferPointer { left in
      inPieces(count) { results, piece in
        for index in piece { (results + index).initialize(to: body(left[index], right)) }
      }
    }
  case (.one(let left), .many(let right)):
    right.withUnsafeBufferPointer { right in
      inPieces(count) { results, piece in
        for index in piece { (results + index).initialize(to: body(left, right[index])) }
      }
    }
  case (.one(let left), .one(let right)): [body(left, right)]
  }
}

extension Value {
  /// The number of columns of a list stored as a matrix, 0 for other lists, and nil for a value that is no list.
  fileprivate var columns: Int? {
    if case .list(let list) = self { return list.rows?.columns ?? 0 }
    return elementCount.map { _ in 0 }
  }
}

extension Operator {
  fileprivate var isArithmetic: Bool {
    switch self {
    case .add, .subtract, .multiply, .divide, .remainder, .power: true
    default: false
    }
  }

  /// Whether the operator compares two values.
  var isComparison: Bool {
    switch self {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: true
    default: false
    }
  }
}
