// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath

/// Applies an operator to the elements of two values, at least one of which is a list. A single value is combined with
/// every element of the other. The lists must have the same length.
func elementwise(_ symbol: Operator, _ left: Value, _ right: Value) throws(Complaint) -> Value {
  let count = left.elementCount ?? right.elementCount ?? 0
  try ValueLimits.requireMemory(elements: count)
  return try Operand.read(left) { (left) throws(Complaint) in
    try Operand.read(right) { (right) throws(Complaint) in
      var results: [Value] = []
      results.reserveCapacity(count)
      for index in (0..<count).untilStopped {
        if let left = left.number(index), let right = right.number(index), let result = onNumbers(symbol, left, right) {
          results.append(result)
        } else {
          results.append(try onElements(symbol, left[index], right[index]))
        }
      }
      return .list(List(results))
    }
  }
}

private func onElements(_ symbol: Operator, _ left: Value, _ right: Value) throws(Complaint) -> Value {
  if let result = onMissing(symbol, left, right) { return result }
  if left.elementCount == nil, right.elementCount == nil { return try onSingles(symbol, left, right) }
  return try apply(symbol, left, right)
}

/// An operand whose numbers are read without copying their values, which takes most of the time of an operator between
/// lists of numbers with a few missing ones.
private struct Operand {
  private enum Kind { case single, numbers, values }

  private let kind: Kind
  private let single: Value
  private let singleNumber: Double?
  private let numbers: UnsafeBufferPointer<Double>
  private let values: UnsafeBufferPointer<Value>

  private init(
    _ kind: Kind, single: Value = .none, numbers: UnsafeBufferPointer<Double> = .init(start: nil, count: 0),
    values: UnsafeBufferPointer<Value> = .init(start: nil, count: 0)
  ) {
    self.kind = kind
    self.single = single
    singleNumber = single.number
    self.numbers = numbers
    self.values = values
  }

  /// Calls `body` with the value as an operand, which is valid only during the call.
  static func read<Result>(_ value: Value, _ body: (Operand) throws(Complaint) -> Result) throws(Complaint) -> Result {
    guard let elements = value.elements else { return try body(Operand(.single, single: value)) }
    if let numbers = elements.numbers {
      return try numbers.withUnsafeBufferPointer { (numbers) throws(Complaint) in
        try body(Operand(.numbers, numbers: numbers))
      }
    }
    return try elements.values.withUnsafeBufferPointer { (values) throws(Complaint) in
      try body(Operand(.values, values: values))
    }
  }

  /// Returns the element at an offset if it is a number.
  @inline(__always)
  func number(_ offset: Int) -> Double? {
    switch kind {
    case .single: singleNumber
    case .numbers: numbers[offset]
    case .values: values[offset].number
    }
  }

  subscript(offset: Int) -> Value {
    switch kind {
    case .single: single
    case .numbers: .number(numbers[offset])
    case .values: values[offset]
    }
  }
}
