// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// Finds code that is legal, but in which another language has a different meaning. A correct program must not get a hint,
/// so each rule looks for code that serves no purpose here.
struct Hints {
  private let source: Source
  private let registry: Registry
  private let isScript: Bool
  /// The names that may have a value.
  private var names: Set<String>
  private var found: [Diagnostic] = []

  /// Returns the hints in source order.
  ///
  /// - Parameters:
  ///   - known: The variables that exist before the program runs.
  ///   - isScript: Whether bare names of functions are no way to see their signatures.
  static func of(_ program: Program, registry: Registry, known: Set<String>, isScript: Bool) -> [Diagnostic] {
    var hints = Hints(source: program.source, registry: registry, isScript: isScript, names: known)
    program.walk { node in
      hints.collect(node)
      return true
    }
    program.walk { node in
      switch node {
      case .statement(let statement): hints.read(statement)
      case .expression(let expression): hints.read(expression)
      }
      return true
    }
    return hints.found
  }

  private init(source: Source, registry: Registry, isScript: Bool, names: Set<String>) {
    self.source = source
    self.registry = registry
    self.isScript = isScript
    self.names = names
  }

  private mutating func add(
    _ code: String, _ message: String, _ range: SourceRange, label: String = "", replacement: String? = nil
  ) {
    found.append(
      Diagnostic(
        .hint, code: code, message, labels: [Diagnostic.Label(source, range, label, replacement: replacement)]))
  }

  /// Records the names that are assigned.
  private mutating func collect(_ node: SyntaxNode) {
    switch node {
    case .statement(let statement):
      switch statement.kind {
      case .assignment(let target, _, _): if case .name(let name) = target.kind { names.insert(name) }
      case .function(let name, let literal):
        names.insert(name.text)
        names.formUnion(literal.parameters.map(\.name.text))
      case .for(let variable, _, _): names.insert(variable.text)
      default: break
      }
    case .expression(let expression):
      if case .function(let literal) = expression.kind { names.formUnion(literal.parameters.map(\.name.text)) }
    }
  }

  private func text(_ range: SourceRange) -> String { source.text(in: range) }

  private mutating func read(_ statement: Statement) {
    if case .function(_, let literal) = statement.kind { read(literal) }
    guard case .expression(let value, false) = statement.kind else { return }
    switch value.kind {
    case .name(let name):
      guard isScript, !names.contains(name), let overloads = registry[name],
        overloads.entries.allSatisfy({ $0.needsNothing && $0.family == nil })
      else { return }
      add("bare-function", "'\(name)' alone does not call the function", value.range, replacement: "\(name)()")
    case .binary(.less, let target, let amount):
      guard case .unary(.subtract, _) = amount.kind, case .name(let name) = target.kind,
        text(SourceRange(target.range.end, amount.range.end)).hasPrefix("<-")
      else { return }
      let positive = text(amount.range).dropFirst()
      add(
        "arrow", "'<-' compares with a negative number", value.range,
        label: "write \(name) = \(positive) to assign, \(name) < -\(positive) to compare")
    case .unary(.subtract, let inner):
      guard case .unary(.subtract, let target) = inner.kind, case .name(let name) = target.kind,
        text(value.range) == "--\(name)"
      else { return }
      add("decrement", "'--' changes the sign twice", value.range, replacement: "\(name) = \(name) - 1")
    default: break
    }
  }

  private mutating func read(_ expression: Expression) {
    switch expression.kind {
    case .string(let parts):
      if parts.contains(where: { if case .text(let text) = $0 { text.contains("$") } else { false } }) {
        readDollars(expression)
      }
    case .function(let literal): read(literal)
    case .call(let callee, let arguments):
      guard case .name("mlp") = callee.kind, !names.contains("mlp"), let sizes = arguments.first?.value,
        case .binary(.add, _, _) = sizes.kind, let lists = joined(sizes)
      else { return }
      add(
        "added-lists", "'+' adds the elements of lists", sizes.range,
        replacement: "concat(\(lists.joined(separator: ", ")))")
    case .binary(.multiply, let list, let count):
      guard case .list(let items) = list.kind, items.count == 1, case .number(0) = items[0].kind,
        case .number = count.kind
      else { return }
      let code = "draw(zeros, \(text(count.range)))"
      add("repeated-list", "'*' multiplies each element, so this is [0]", expression.range, replacement: code)
    default: break
    }
  }

  /// Returns the lists that a sum would join in Python, as in `[2] + [8] * 3 + [1]`, or nil if not all are written here.
  private func joined(_ sum: Expression) -> [String]? {
    switch sum.kind {
    case .list: return [text(sum.range)]
    case .binary(.add, let left, let right):
      guard let first = joined(left), let second = joined(right) else { return nil }
      return first + second
    case .binary(.multiply, let list, let count):
      guard case .list(let items) = list.kind, items.count == 1 else { return nil }
      return ["draw(constant(\(text(items[0].range))), \(text(count.range)))"]
    default: return nil
    }
  }

  private static let types: Set<String> = [
    "int", "float", "double", "str", "string", "number", "bool", "boolean", "list", "any", "Int", "Float", "Float64",
    "String",
    "Number", "Bool", "Any", "numeric", "character",
  ]

  /// Looks for types of parameters. A default that does not exist would be an error when it is used.
  private mutating func read(_ literal: FunctionLiteral) {
    for parameter in literal.parameters {
      guard let standard = parameter.standard, case .name(let type) = standard.kind, Self.types.contains(type),
        !names.contains(type), registry[type] == nil
      else { continue }
      add(
        "parameter-type", "'\(type)' is the default of '\(parameter.name.text)', not its type",
        parameter.name.range.union(standard.range), replacement: parameter.name.text)
    }
  }

  /// Looks for `$x` in a string, with `x` a variable and no second `$`, as a formula of LaTeX would have.
  private mutating func readDollars(_ string: Expression) {
    let code = text(string.range)
    guard code.filter({ $0 == "$" }).count == 1, let mark = code.firstIndex(of: "$") else { return }
    let rest = code[code.index(after: mark)...]
    let start = string.range.start + code[..<mark].utf8.count
    let name: String
    let length: Int
    if rest.hasPrefix("("), let end = rest.firstIndex(of: ")") {
      name = String(rest[rest.index(after: rest.startIndex)..<end])
      length = name.utf8.count + 3
      var isKnown = false
      (try? parse(Source(name: "", text: name)))?.walk { node in
        if case .expression(let value) = node, case .name(let name) = value.kind {
          isKnown = isKnown || names.contains(name)
        }
        return true
      }
      guard isKnown else { return }
    } else {
      name = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
      length = name.utf8.count + 1
      guard names.contains(name) else { return }
    }
    let range = SourceRange(start, start + length)
    add("dollar-in-string", "'$' in a string does not insert a value", range, replacement: "{\(name)}")
  }
}
