// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables

/// Applies a binary operator to two single values, or element by element to two lists of the same length or to a list
/// and a single value.
func apply(_ symbol: Operator, _ left: Value, _ right: Value) throws(Complaint) -> Value {
  if case .number(let left) = left, case .number(let right) = right, let result = onNumbers(symbol, left, right) {
    return result
  }
  guard left.elementCount != nil || right.elementCount != nil else { return try onSingles(symbol, left, right) }
  if let leftCount = left.elementCount, let rightCount = right.elementCount, leftCount != rightCount {
    throw Complaint(
      "length-mismatch", "the lists have different lengths: \(leftCount) on the left, \(rightCount) on the right",
      notes: symbol == .add ? ["concat(a, b) joins two lists"] : [])
  }
  if let result = try applyToNumbers(symbol, left, right) { return result }
  return try elementwise(symbol, left, right)
}

/// Applies a unary operator, element by element to lists. A missing element stays missing.
func apply(_ symbol: Operator, to value: Value) throws(Complaint) -> Value {
  switch (symbol, value) {
  case (.subtract, .number(let number)): return .number(-number)
  case (.not, .boolean(let truth)): return .boolean(!truth)
  case (_, .list), (_, .range):
    let elements = value.elements ?? []
    if symbol == .subtract, let result = try negated(elements) { return .list(result) }
    try ValueLimits.requireMemory(elements: value.elementCount ?? 0)
    var results = ListBuilder(capacity: elements.count)
    for element in elements.values.untilStopped {
      switch element {
      case .none: results.append(.none)
      case .boolean(let truth) where symbol == .not: results.append(.boolean(!truth))
      case .string where symbol == .subtract:
        throw Complaint(
          "wrong-type", "'-' needs numbers, but this list contains \(element.kind)",
          notes: ["sort(table, column, desc: true) sorts a column of text backwards"])
      default: results.append(try apply(symbol, to: element))
      }
    }
    return .list(results.list)
  case (.not, _): throw Complaint("wrong-type", "'not' needs true or false, but this is \(value.kind)")
  default: throw Complaint("wrong-type", "'\(symbol.rawValue)' needs a number, but this is \(value.kind)")
  }
}

/// Returns the result of an operator if an operand in a list is missing: missing for arithmetic and false for ordering,
/// as suits empty cells of a table. Returns nil if no operand is missing or the operator tests equality.
func onMissing(_ symbol: Operator, _ left: Value, _ right: Value) -> Value? {
  switch (left, right) {
  case (.none, _), (_, .none): break
  default: return nil
  }
  switch symbol {
  case .less, .lessOrEqual, .greater, .greaterOrEqual, .and, .or: return .boolean(false)
  case .add, .subtract, .multiply, .divide, .remainder, .power: return Value.none
  case .equal, .notEqual, .not: return nil
  }
}

/// Returns the exact remainder, with the sign of the divisor: -1 % 3 is 2.
func remainder(_ left: Double, _ right: Double) -> Double {
  let rest = left.truncatingRemainder(dividingBy: right)
  return rest != 0 && (rest < 0) != (right < 0) ? rest + right : rest
}

@inline(__always)
func onNumbers(_ symbol: Operator, _ left: Double, _ right: Double) -> Value? {
  switch symbol {
  case .add: .number(left + right)
  case .subtract: .number(left - right)
  case .multiply: .number(left * right)
  case .divide: .number(left / right)
  case .remainder: .number(remainder(left, right))
  case .power: .number(Real.power(left, right))
  case .equal: .boolean(left == right)
  case .notEqual: .boolean(left != right)
  case .less: .boolean(left < right)
  case .lessOrEqual: .boolean(left <= right)
  case .greater: .boolean(left > right)
  case .greaterOrEqual: .boolean(left >= right)
  case .and, .or, .not: nil
  }
}

func onSingles(_ symbol: Operator, _ left: Value, _ right: Value) throws(Complaint) -> Value {
  switch (symbol, left, right) {
  case (.equal, _, _): return .boolean(areEqual(left, right))
  case (.notEqual, _, _): return .boolean(!areEqual(left, right))
  case (.and, .boolean(let left), .boolean(let right)): return .boolean(left && right)
  case (.or, .boolean(let left), .boolean(let right)): return .boolean(left || right)
  case (.and, _, _), (.or, _, _):
    let wrong = left.isLogical ? right : left
    throw Complaint("wrong-type", "'\(symbol.rawValue)' needs true or false, but this is \(wrong.kind)")
  case (.add, .string(let left), .string(let right)): return .string(left + right)
  case (.less, .string(let left), .string(let right)): return .boolean(left < right)
  case (.lessOrEqual, .string(let left), .string(let right)): return .boolean(left <= right)
  case (.greater, .string(let left), .string(let right)): return .boolean(left > right)
  case (.greaterOrEqual, .string(let left), .string(let right)): return .boolean(left >= right)
  default: throw wrongOperands(symbol, left, right)
  }
}

private func wrongOperands(_ symbol: Operator, _ left: Value, _ right: Value) -> Complaint {
  var notes: [String] = []
  switch (symbol, left, right) {
  case (.remainder, .string, _): notes = ["to put a value into a string, write \"... {value}\""]
  case (_, .object(let object), _) where object is Choice: notes = ["draw(init) draws a number, draw(init, n) a list"]
  case (_, .table, _), (_, _, .table): notes = ["use a column of the table: t.column"]
  default: break
  }
  return Complaint(
    "wrong-type", "'\(symbol.rawValue)' cannot be applied to \(left.kind) and \(right.kind)", notes: notes)
}

extension Complaint {
  /// Returns the error about the operands of an operator with the code that the user probably meant: text that is put
  /// together, or output that is redirected as in a shell.
  func correcting(_ symbol: Operator, _ left: Value, _ right: Value, _ code: (left: String, right: String)) -> Complaint
  {
    if symbol == .remainder, case .string = left,
      let text = WrittenCall(formatting: code.left, code.right).formattedText
    {
      return Complaint(self.code, message, replacement: text)
    }
    guard self.code == "wrong-type", left.elementCount == nil, right.elementCount == nil else { return self }
    let correction: String
    switch (symbol, left, right) {
    case (.greater, .table, .string), (.greater, .record, .string), (.greater, .object, .string):
      correction = "save(\(code.left), \(code.right))"
    case (.add, .string, _), (.add, _, .string):
      let parts = [code.left, code.right].map { isQuoted($0) ? String($0.dropFirst().dropLast()) : "{\($0)}" }
      correction = "\"\(parts.joined())\""
    case (.multiply, .string, .string): correction = "\(code.left) + \(code.right)"
    case (.multiply, .string, .number):
      correction = "join(map(1..\(code.right), fn(\(elementName("i", avoiding: code.left))) = \(code.left)))"
    case (_, .string(let name), .number) where symbol.isComparison && isQuoted(code.left) && isName(name):
      correction = "\(name) \(symbol.rawValue) \(code.right)"
    default: return self
    }
    return Complaint(self.code, message, replacement: correction)
  }

  private func isQuoted(_ code: String) -> Bool {
    code.count > 1 && code.hasPrefix("\"") && code.hasSuffix("\"")
  }
}

extension Value {
  /// Whether the value is a boolean or a list, which `and`, `or` and `not` accept.
  var isLogical: Bool {
    if case .boolean = self { true } else { elementCount != nil }
  }
}
