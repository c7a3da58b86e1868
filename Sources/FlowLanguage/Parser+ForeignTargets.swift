// SPDX-License-Identifier: GPL-3.0-or-later

/// Corrections of assignments with several targets.
extension Parser {
  private func text(_ expression: Expression) -> String { source.text(in: expression.range) }

  /// Returns the error for `x, y = 1, 2`, whose first name has been read.
  func severalTargets(from start: Int) -> Diagnostic? {
    var reader = self
    reader.index = start
    let targets = reader.values()
    guard targets.allSatisfy(isName), reader.take(.equals) else { return nil }
    let values = reader.values()
    guard reader.current.endsStatement else { return nil }
    return assignment(of: values, to: targets, SourceRange(tokens[start].range.start, reader.previousEnd))
  }

  /// Returns the error for an assignment of one or more values to several targets.
  func assignment(of values: [String], to targets: [String], _ range: SourceRange) -> Diagnostic? {
    let message = "an assignment has one target"
    if values.count == 1 { return parts(of: values[0], to: targets, range) }
    guard values.count == targets.count else { return nil }
    // One after the other, the assignments would change what later values refer to.
    let names = zip(values.dropFirst(), 1...).map { value, count in (value, targets.prefix(count)) }
    var lines = zip(targets, values).map { "\($0) = \($1)" }
    if values.count == 2, values == targets.reversed() {
      let old = unusedName("old")
      lines = ["\(old) = \(targets[0])", lines[0], "\(targets[1]) = \(old)"]
    } else if names.contains(where: { value, targets in targets.contains { value.mentions($0) } }) {
      let new = unusedName("new")
      let parts = zip(1..., targets).map { "\($1) = \(new)[\($0)]" }
      lines = ["\(new) = [\(values.joined(separator: ", "))]"] + parts
    }
    return fault("several-targets", message, range, replacement: lines.joined(separator: "; "))
  }

  /// The fields of the records that functions return, in the order in which other libraries return the values.
  private static let fields = ["evaluate": ["loss", "accuracy"]]

  /// Returns the error for `a, b = f(x)`.
  private func parts(of value: String, to targets: [String], _ range: SourceRange) -> Diagnostic {
    let message = "an assignment has one target"
    let function = String(value.prefix { $0 != "(" })
    if function == "train" {
      return fault("several-targets", message, range, label: "train returns one value: write run = \(value)")
    }
    if ["max", "min"].contains(function), targets.count == 2, value.hasSuffix(")") {
      let list = value.dropFirst(4).dropLast()
      return fault(
        "several-targets", message, range,
        replacement: "\(targets[0]) = \(value); \(targets[1]) = (1..len(\(list)))[\(list) == \(targets[0])][1]")
    }
    let fields = Self.fields[function].flatMap { $0.count >= targets.count ? $0 : nil }
    let whole = unusedName(fields == nil ? "parts" : "result")
    let parts = zip(0..., targets).map { number, target in
      "\(target) = \(whole)" + (fields.map { ".\($0[number])" } ?? "[\(number + 1)]")
    }
    let code = "\(whole) = \(value); \(parts.joined(separator: "; "))"
    // Most functions return a single value.
    let isCall = value.hasSuffix(")") && value.contains("(")
    if isCall, fields == nil, !["split", "size", "shape"].contains(function), !defines(function) {
      return fault("several-targets", message, range, label: "if the value is a list, write \(code)")
    }
    return fault("several-targets", message, range, replacement: code)
  }

  /// Whether the text contains the definition of a function.
  private func defines(_ function: String) -> Bool {
    zip(tokens, tokens.dropFirst()).contains { $0.kind == .keyword(.fn) && $1.kind == .name(function) }
  }

  /// Returns the name, or a similar one if the text assigns to it.
  private func unusedName(_ name: String) -> String { isAssigned(name) ? unusedName("\(name)_") : name }

  /// Returns the error for `[a, b] = f(x)`, of which the targets have been read.
  func listTarget(_ targets: [Expression], _ range: SourceRange) -> Diagnostic? {
    var reader = self
    guard reader.take(.equals), let value = try? reader.expression(), reader.current.endsStatement else { return nil }
    let names = targets.map(text)
    guard !names.isEmpty, names.allSatisfy(isName) else { return nil }
    return parts(of: text(value), to: names, range.union(value.range))
  }

  /// Reads values that are separated by commas, perhaps in parentheses. Empty if this is something else.
  mutating func values() -> [String] {
    let isTuple = at(.leftParenthesis)
    var reader = self
    if isTuple { reader.advance() }
    var items: [String] = []
    repeat {
      guard let item = try? reader.expression() else { return [] }
      items.append(text(item))
    } while reader.take(.comma)
    if !isTuple || reader.take(.rightParenthesis) && reader.current.endsStatement {
      self = reader
      return items
    }
    // The parentheses belong to the first value.
    guard let value = try? expression() else { return [] }
    return [text(value)]
  }
}

extension String {
  /// Whether the code contains a name.
  fileprivate func mentions(_ name: String) -> Bool {
    split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains { $0 == name }
  }
}
