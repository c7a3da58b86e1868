// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// Returns whether code from a file is a single expression without functions. Files are not trusted, and such code cannot
/// run for long, because only functions contain loops or call themselves. Throws if it is not valid code.
func isDescription(_ source: Source) throws(Diagnostic) -> Bool {
  let statements = try parse(source).statements
  guard statements.count == 1, case .expression(let expression, _) = statements[0].kind else { return false }
  return !expression.containsFunction
}

extension Expression {
  fileprivate var containsFunction: Bool {
    switch kind {
    case .number, .boolean, .none, .name: false
    case .string(let parts):
      parts.contains { if case .interpolation(let value) = $0 { value.containsFunction } else { false } }
    case .list(let elements): elements.contains(where: \.containsFunction)
    case .range(let lower, let upper, let step):
      [lower, upper, step].contains { $0?.containsFunction ?? false }
    case .unary(_, let operand): operand.containsFunction
    case .binary(_, let left, let right), .index(let left, let right):
      left.containsFunction || right.containsFunction
    case .call(let callee, let arguments):
      callee.containsFunction || arguments.contains { $0.value.containsFunction }
    case .field(let value, _): value.containsFunction
    case .function: true
    }
  }
}
