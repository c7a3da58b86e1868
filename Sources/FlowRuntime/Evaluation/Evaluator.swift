// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables
import FlowText
import OrderedCollections

/// Computes expressions and runs statements on one thread.
package final class Evaluator {
  /// The session of the program, or of a call that runs in parallel with others.
  package let session: Session
  package let registry: Registry
  /// The source of random streams. Each use draws its own stream, so results do not depend on the number of threads.
  package var random: RandomState
  /// The source that is being evaluated. It changes during the call of a function.
  var source = Place.nowhere.source
  /// The place of the expression whose value the current statement of the program names, and the name.
  var naming: (place: Place, name: String)?
  /// The number of active calls of functions defined in the language.
  var depth = 0
  let stack: StackBounds
  /// Checked after every operation, because an operation that was stopped returns early with a meaningless value.
  let stop = StopToken.current

  /// The maximum depth of nested calls. A deeper recursion is assumed to be infinite.
  static let deepestCall = 10_000

  /// Creates an evaluator for the current thread.
  init(session: Session, registry: Registry, random: RandomState, stack: StackBounds) {
    self.session = session
    self.registry = registry
    self.random = random
    self.stack = stack
  }

  /// Returns an evaluator for a call that runs in parallel with others, on a thread with the given stack. Its random
  /// numbers are those of a program that starts with the seed.
  func enclosed(seed: UInt64, stack: StackBounds) -> Evaluator {
    let session = Session(Enclosure(in: session.enclosure), in: session)
    let evaluator = Evaluator(session: session, registry: registry, random: RandomState(seed: seed), stack: stack)
    evaluator.depth = depth
    return evaluator
  }

  /// Returns the enclosure's version of an object. Without an enclosure, and for other values, returns the value itself.
  func own(_ value: Value) -> Value {
    guard let enclosure = session.enclosure, case .object(let object) = value else { return value }
    return .object(object.enclosed(in: enclosure))
  }

  func place(_ range: SourceRange) -> Place { Place(source, range) }

  func evaluate(_ expression: Expression, _ scope: Scope) throws(Diagnostic) -> Value {
    if stack.isNearlyFull { throw tooDeep("the stack is full", at: place(expression.range)) }
    switch expression.kind {
    case .number(let number): return .number(number)
    case .boolean(let truth): return .boolean(truth)
    case .none: return .none
    case .name(let name): return try value(of: name, expression.range, scope)
    case .string(let parts):
      let text = try text(of: parts, scope)
      try attempt(expression.range) { () throws(Complaint) in try ValueLimits.check(text) }
      return text
    case .list(let items):
      var elements: [Value] = []
      elements.reserveCapacity(items.count)
      for item in items { elements.append(try evaluate(item, scope)) }
      let list = Value.list(of: elements)
      try attempt(expression.range) { () throws(Complaint) in try ValueLimits.checkDepth(list) }
      return list
    case .range(let lower, let upper, let step): return try range(lower, upper, step, expression.range, scope)
    case .unary(let symbol, let operand):
      let value = try evaluate(operand, scope)
      return try attempt(expression.range) { () throws(Complaint) in try apply(symbol, to: value) }
    case .binary(let symbol, let left, let right): return try binary(symbol, left, right, expression.range, scope)
    case .call(let callee, let arguments): return try call(callee, arguments, expression.range, scope)
    case .index(let base, let index): return try element(index, of: base, expression.range, scope)
    case .field(let base, let name): return try field(name, of: base, expression.range, scope)
    case .function(let literal):
      return .function(Function(name: nil, literal: literal, source: source, scope: scope))
    }
  }

  /// Runs `body` and adds the location to an error that it throws. Throws if a stop was requested.
  func attempt<Result>(
    _ range: SourceRange, _ body: () throws(Complaint) -> Result
  ) throws(Diagnostic) -> Result {
    let result: Result
    do throws(Complaint) {
      result = try body()
    } catch {
      throw stop.isRequested ? stopped(range) : error.at(place(range))
    }
    if stop.isRequested { throw stopped(range) }
    return result
  }

  private func value(of name: String, _ range: SourceRange, _ scope: Scope) throws(Diagnostic) -> Value {
    if let value = scope.value(of: name) { return value }
    guard let overloads = registry[name] else { throw unknownName(name, range, scope) }
    guard overloads.entries.count == 1, let entry = overloads.entries.first, entry.family != nil else {
      return .builtin(overloads)
    }
    guard entry.needsNothing else {
      throw Complaint(
        "missing-argument", "'\(name)' needs arguments", notes: [entry.signature, "for example \(entry.example)"]
      ).at(place(range))
    }
    return try call(overloads, with: [], at: place(range))
  }

  /// Returns the choice of a family that has the same name as a function, such as `sin`.
  func standardChoice(_ overloads: Overloads, of family: Family) -> Value? {
    guard let entry = overloads.entries.first(where: { $0.family == family }), entry.needsNothing else { return nil }
    return try? call(Overloads(name: overloads.name, entries: [entry]), with: [], at: .nowhere)
  }

  func unknownName(_ name: String, isCalled: Bool = false, _ range: SourceRange, _ scope: Scope) -> Diagnostic {
    var fault = registry.unknownName(name, isCalled: isCalled, among: scope.names).at(place(range))
    let columns = isCalled ? [] : scope.columnNames
    if !columns.isEmpty {
      fault.notes = ["columns: \(columns.listed)", "text is written in quotes: \"\(name)\""]
      // A part of a longer name is a better guess than a function with a similar one.
      let words = columns.filter {
        $0.split { !$0.isLetter && !$0.isNumber }.contains { $0.lowercased() == name.lowercased() }
      }
      if words.count == 1, let code = nameCode(words[0]), let label = fault.labels.first {
        fault.labels[0] = Diagnostic.Label(label.source, label.range, "did you mean \(code)?", replacement: code)
      }
    }
    fault.notes += place(range).markupNotes
    return fault
  }

  /// Returns the text of a string, or a list with the text of each row if a part of it is a column of a table.
  private func text(of parts: [StringPart], _ scope: Scope) throws(Diagnostic) -> Value {
    let values = try parts.map { part throws(Diagnostic) in
      switch part {
      case .text(let piece): Value.string(piece)
      case .interpolation(let expression): try evaluate(expression, scope)
      }
    }
    guard let rows = scope.rowCount, values.contains(where: { $0.elementCount == rows }) else {
      return .string(values.map(\.text).joined())
    }
    let columns = values.map { $0.elementCount == rows ? $0.elements : nil }
    return .list(
      of: (0..<rows).untilStopped.map { row in
        .string(zip(columns, values).map { column, value in (column?[row] ?? value).text }.joined())
      })
  }

  private func range(
    _ lower: Expression, _ upper: Expression, _ step: Expression?, _ range: SourceRange, _ scope: Scope
  ) throws(Diagnostic) -> Value {
    func number(_ expression: Expression) throws(Diagnostic) -> Double {
      let value = try evaluate(expression, scope)
      if case .number(let number) = value { return number }
      throw Complaint("wrong-type", "a range needs numbers, but this is \(value.kind)").at(place(expression.range))
    }
    let lower = try number(lower)
    let upper = try number(upper)
    let step = try step.map { expression throws(Diagnostic) in try number(expression) } ?? 1
    return .range(
      try attempt(range) { () throws(Complaint) in try NumberRange(lower, upper, step: step) })
  }

  private func binary(
    _ symbol: Operator, _ left: Expression, _ right: Expression, _ range: SourceRange, _ scope: Scope
  ) throws(Diagnostic) -> Value {
    let first = try evaluate(left, scope)
    if symbol == .and || symbol == .or {
      if case .boolean(let truth) = first, truth == (symbol == .or) { return first }
      let second = try evaluate(right, scope)
      let isLeftWrong = !first.isLogical
      return try attempt(isLeftWrong ? left.range : right.range) { () throws(Complaint) in
        try apply(symbol, first, second)
      }
    }
    if symbol == .equal || symbol == .notEqual, case .number(let number) = right.kind, number.isNaN,
      left.literal == nil
    {
      let test = "\(symbol == .equal ? "" : "not ")isnan(\(place(left.range).text))"
      throw Complaint("nan-comparison", "nothing equals nan, not even nan", replacement: test).at(place(range))
    }
    let second = try evaluate(right, scope)
    return try attempt(range) { () throws(Complaint) in
      do throws(Complaint) {
        let value = try apply(symbol, first, second)
        try ValueLimits.check(value)
        return value
      } catch {
        throw error.correcting(symbol, first, second, (place(left.range).text, place(right.range).text))
      }
    }
  }
}
