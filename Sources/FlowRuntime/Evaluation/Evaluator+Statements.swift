// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

/// How a statement ended.
enum Flow {
  /// Execution continues. The value is that of the statement if it is an expression or a block that ends in one.
  case next(Value)
  case breakLoop
  case continueLoop
  case returned(Value)
}

extension Evaluator {
  /// Runs statements in order until one of them leaves the block.
  ///
  /// - Parameter printing: Whether bare expressions print their values, as they do outside functions.
  func execute(_ statements: [Statement], _ scope: Scope, printing: Bool) throws(Diagnostic) -> Flow {
    var last = Value.none
    for statement in statements {
      switch try execute(statement, scope, printing: printing) {
      case .next(let value): last = value
      case let left: return left
      }
    }
    return .next(last)
  }

  func execute(_ statement: Statement, _ scope: Scope, printing: Bool) throws(Diagnostic) -> Flow {
    switch statement.kind {
    case .expression(let expression, let silent):
      let value = try evaluate(expression, scope)
      if printing, !silent {
        try attempt(expression.range) { () throws(Complaint) in try session.show(value) }
      }
      return .next(value)
    case .assignment(let target, let value, _):
      try assign(try evaluate(value, scope), to: target, scope)
    case .function(let name, let literal):
      let function = Function(name: name.text, literal: literal, source: source, scope: scope)
      scope.home(of: name.text).set(name.text, to: .function(function))
    case .return(let expression):
      return .returned(try expression.map { expression throws(Diagnostic) in try evaluate(expression, scope) } ?? .none)
    case .if(let branches, let otherwise):
      for branch in branches where try condition(branch.condition, scope) {
        return try execute(branch.body, scope, printing: printing)
      }
      return try execute(otherwise ?? [], scope, printing: printing)
    case .for(let variable, let sequence, let body):
      return try loop(variable, sequence, body, scope, printing: printing)
    case .while(let test, let body):
      while try condition(test, scope) {
        try checkInterrupt(statement.range)
        switch try execute(body, scope, printing: printing) {
        case .breakLoop: return .next(.none)
        case .returned(let value): return .returned(value)
        case .next, .continueLoop: continue
        }
      }
    case .break: return .breakLoop
    case .continue: return .continueLoop
    case .assert(let test, let message): try assert(test, message, scope)
    case .include: preconditionFailure("the interpreter runs included files, and the parser allows them nowhere else")
    }
    return .next(.none)
  }

  private func condition(_ expression: Expression, _ scope: Scope) throws(Diagnostic) -> Bool {
    let value = try evaluate(expression, scope)
    return try attempt(expression.range) { () throws(Complaint) in try value.condition() }
  }

  private func loop(
    _ variable: Name, _ sequence: Expression, _ body: [Statement], _ scope: Scope, printing: Bool
  ) throws(Diagnostic) -> Flow {
    let items = try evaluate(sequence, scope)
    guard let count = items.iterableCount else {
      let text = place(sequence.range).text
      let code =
        switch items {
        case .number: "1..\(text)"
        case .record(let record): RecordParts.taken(by: variable, in: body).code(record, text)
        default: String?.none
        }
      throw Complaint(
        "not-iterable", "'for' needs a list, a range or a table, but this is \(items.kind)", replacement: code
      )
      .at(place(sequence.range))
    }
    for position in 0..<count {
      try checkInterrupt(variable.range)
      let item = try attempt(sequence.range) { () throws(Complaint) in
        try items.element(at: .whole(position + 1))
      }
      // Each iteration has its own variable, so that functions created in the body keep its value.
      let round = Scope(.inner, parent: scope, values: [variable.text: item])
      switch try execute(body, round, printing: printing) {
      case .breakLoop: return .next(.none)
      case .returned(let value): return .returned(value)
      case .next, .continueLoop: continue
      }
    }
    return .next(.none)
  }

  /// Throws if the evaluation should stop.
  func checkInterrupt(_ range: SourceRange) throws(Diagnostic) {
    if stop.isRequested { throw stopped(range) }
    if let reason = session.host.stopReason() { throw reason.complaint.at(place(range)) }
  }

  /// Returns the error for a computation that was stopped.
  func stopped(_ range: SourceRange) -> Diagnostic {
    (session.host.stopReason() ?? .interrupt).complaint.at(place(range))
  }

  private func assert(_ test: Expression, _ message: Expression?, _ scope: Scope) throws(Diagnostic) {
    var notes: [String] = []
    let holds: Bool
    if case .binary(let symbol, let left, let right) = test.kind, symbol.isComparison {
      let first = try evaluate(left, scope)
      let second = try evaluate(right, scope)
      holds = try attempt(test.range) { () throws(Complaint) in try apply(symbol, first, second).condition() }
      notes = ["left: \(first.summary)", "right: \(second.summary)"]
    } else {
      holds = try condition(test, scope)
    }
    if holds { return }
    let text = try message.map { message throws(Diagnostic) in try evaluate(message, scope).text }
    throw Complaint("assertion-failed", text ?? "assertion failed", notes: notes).at(place(test.range))
  }
}

extension Value {
  /// The number of iterations of a `for` over the value, or nil if it is not iterable.
  fileprivate var iterableCount: Int? {
    if case .string = self { nil } else { indexableCount }
  }
}
