// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// Returns a tree as nested lists for comparison, such as `(+ 1 (* 2 x))`.
func shape(_ expression: Expression) -> String {
  switch expression.kind {
  case .number(let value): value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
  case .string(let parts):
    "\""
      + parts.map { part in
        switch part {
        case .text(let text): text
        case .interpolation(let value): "{\(shape(value))}"
        }
      }.joined() + "\""
  case .boolean(let value): String(value)
  case .none: "none"
  case .name(let name): name
  case .list(let elements): "[" + elements.map(shape).joined(separator: " ") + "]"
  case .range(let lower, let upper, let step):
    "(.. \(shape(lower)) \(shape(upper))" + (step.map { " step \(shape($0))" } ?? "") + ")"
  case .unary(let operation, let value): "(\(operation.rawValue) \(shape(value)))"
  case .binary(let operation, let left, let right): "(\(operation.rawValue) \(shape(left)) \(shape(right)))"
  case .call(let callee, let arguments):
    "(call " + ([shape(callee)] + arguments.map(shape)).joined(separator: " ") + ")"
  case .index(let base, let index): "(index \(shape(base)) \(shape(index)))"
  case .field(let base, let name): "(. \(shape(base)) \(name.text))"
  case .function(let literal): shape(literal)
  }
}

private func shape(_ argument: Argument) -> String {
  (argument.isPiped ? "|" : "") + (argument.name.map { "\($0.text): " } ?? "") + shape(argument.value)
}

private func shape(_ literal: FunctionLiteral) -> String {
  let parameters = literal.parameters.map { $0.name.text + ($0.standard.map { ": \(shape($0))" } ?? "") }
  return "(fn (\(parameters.joined(separator: " "))) \(shape(literal.body)))"
}

func shape(_ statements: [Statement]) -> String {
  "{" + statements.map(shape).joined(separator: "; ") + "}"
}

func shape(_ statement: Statement) -> String {
  switch statement.kind {
  case .expression(let value, let silent): shape(value) + (silent ? ";" : "")
  case .assignment(let target, let value, let silent): "(= \(shape(target)) \(shape(value)))" + (silent ? ";" : "")
  case .function(let name, let literal): "(define \(name.text) \(shape(literal)))"
  case .return(let value): "(return\(value.map { " " + shape($0) } ?? ""))"
  case .if(let branches, let otherwise):
    "(if " + branches.map { "\(shape($0.condition)) \(shape($0.body))" }.joined(separator: " ")
      + (otherwise.map { " else \(shape($0))" } ?? "") + ")"
  case .for(let variable, let sequence, let body): "(for \(variable.text) \(shape(sequence)) \(shape(body)))"
  case .while(let condition, let body): "(while \(shape(condition)) \(shape(body)))"
  case .break: "break"
  case .continue: "continue"
  case .include(let path, _): "(include \(path))"
  case .assert(let condition, let message):
    "(assert \(shape(condition))" + (message.map { " \(shape($0))" } ?? "") + ")"
  }
}

/// Returns the shape of a text, with statements separated by `; `, or `error CODE` for its first error.
func shape(of text: String) -> String {
  do {
    return shape(try parse(Source(name: "test", text: text)).statements)
  } catch {
    return "error \(error.code)"
  }
}
