// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables
import FlowText

extension Interpreter {
  /// Returns the completions at the cursor, such as `sigmoid` or the argument name `init: `.
  ///
  /// - Parameters:
  ///   - line: The entry so far.
  ///   - cursor: The UTF-8 offset of the cursor. The text after it is ignored.
  ///   - metaWords: Returns the words that may follow the given words of a line that begins with `:`.
  /// - Returns: Whole words that begin with the word before the cursor. Inside a string, the whole content of the string.
  package func complete(
    _ line: String, cursor: Int, metaWords: (_ words: [Substring]) -> [String] = { _ in [] }
  ) -> [String] {
    let text = String(decoding: line.utf8.prefix(max(0, cursor)), as: UTF8.self)
    let cursor = Cursor(text)
    let candidates: [String]
    switch cursor.position {
    case .meta(let words): candidates = metaWords(words)
    case .comment: candidates = []
    case .topic: candidates = manual.topics
    case .string(let path): candidates = literalPaths(beginningWith: path)
    case .field(let source): candidates = quietValue(of: source)?.fieldNames ?? []
    case .expression(let call): candidates = words(in: call)
    }
    // Names of columns and files may contain control characters.
    let harmless = candidates.lazy.filter { !$0.unicodeScalars.contains(where: \.isDisturbing) }
    return harmless.filter { $0.hasPrefix(cursor.prefix) }.sorted().reduce(into: []) { unique, candidate in
      if unique.last != candidate { unique.append(candidate) }
    }
  }

  /// Returns the paths that begin with the content of a string literal, with quotes and control characters escaped.
  private func literalPaths(beginningWith source: String) -> [String] {
    guard case .string(let parts)? = expression(in: "\"\(source)\"")?.kind else { return [] }
    var beginning = ""
    for part in parts {
      guard case .text(let text) = part else { return [] }
      beginning += text
    }
    return paths(beginningWith: beginning).map { String(quoted($0).dropFirst().dropLast()) }
  }

  /// Returns the paths in the directory part of `path`.
  package func paths(beginningWith path: String) -> [String] {
    if session.host.isSafe { return [] }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    return session.host.list(folder).map { folder + $0 }
  }

  /// Returns the words that may occur in an expression, including arguments and choices of the call around the cursor.
  private func words(in call: Cursor.CallContext?) -> [String] {
    guard let call else { return names() + Keyword.allCases.map(\.rawValue) }
    let value = quietValue(of: call.callee)
    if case .function(let function) = value {
      return names() + (call.argument == nil ? function.literal.parameters.map { "\($0.name.text): " } : [])
    }
    guard case .builtin(let overloads) = value ?? registry[call.callee].map(Value.builtin) else {
      return names()
    }
    let entries = self.entries(overloads, for: call)
    let columns = entries.contains(where: \.seesColumns) ? columns(of: call.first) : []
    if let argument = call.argument {
      let types = entries.flatMap(\.parameters).filter { $0.name == argument }.map(\.type)
      let choices = types.flatMap(choices)
      return choices.isEmpty ? columns + names() : choices + variables()
    }
    let positional = entries.compactMap { entry -> Parameter? in
      call.position < entry.parameters.count ? entry.parameters[call.position] : entry.parameters.last { $0.isRest }
    }
    let choices = positional.map(\.type).flatMap(choices)
    let arguments = entries.flatMap(\.parameters).filter { !$0.isRest }.map(\.name)
    let extras = entries.contains { $0.extra?.function != nil } ? parameters(of: call.first) : []
    return columns + (choices.isEmpty ? names() : choices + variables())
      + (call.isAtStart ? (arguments + extras).filter { !call.given.contains($0) }.map { "\($0): " } : [])
  }

  /// Returns the parameters of a function, given its literal or its name.
  private func parameters(of source: String?) -> [String] {
    guard let source, let expression = expression(in: source) else { return [] }
    if case .function(let literal) = expression.kind { return literal.parameters.map(\.name.text) }
    let value = quietValue(of: expression) ?? registry[source].map(Value.builtin)
    return value?.callables.flatMap { $0.formals.list.map(\.name) } ?? []
  }

  /// Returns the overloads that match the first argument, or all of them if its type is unknown.
  private func entries(_ overloads: Overloads, for call: Cursor.CallContext) -> [Builtin] {
    guard overloads.entries.count > 1, let first = call.first, let isTable = isTable(first) else {
      return overloads.entries
    }
    let fitting = overloads.entries.filter { $0.parameters.first?.type.admitsTable == isTable }
    return fitting.isEmpty ? overloads.entries : fitting
  }

  /// Returns the words and choices that a type accepts.
  private func choices(_ type: ParameterType) -> [String] {
    type.words + type.families.flatMap { registry.choices[$0] ?? [] }
  }

  private func variables() -> [String] { globals.map(\.name) }

  /// Returns the names and keywords that may occur in an argument, which excludes those of statements.
  private func names() -> [String] {
    let keywords: [Keyword] = [.fn, .not, .and, .or, .true, .false, .none]
    return registry.names + variables() + keywords.map(\.rawValue)
  }

  /// Returns the value of a chain of names, fields and indices. Nothing is called, so completion has no side effects.
  private func quietValue(of source: String) -> Value? {
    expression(in: source).flatMap(quietValue)
  }

  private func expression(in source: String) -> Expression? {
    guard let program = try? parse(Source(name: "completion", text: source)),
      case .expression(let expression, _)? = program.statements.first?.kind
    else { return nil }
    return expression
  }

  private func quietValue(of expression: Expression) -> Value? {
    switch expression.kind {
    case .name(let name): session.globals.value(of: name)
    case .field(let base, let name): quietValue(of: base).flatMap { try? $0.field(name.text) }
    case .index(let base, let index):
      quietValue(of: base).flatMap { base in
        if case .number(let number) = index.kind { try? base.element(at: .number(number)) } else { nil }
      }
    default: nil
    }
  }

  /// Returns the columns of a table, given the source of a name or of a chain of builtins.
  private func columns(of source: String?) -> [String] {
    source.flatMap(expression).map(columns) ?? []
  }

  private func columns(of expression: Expression) -> [String] {
    if case .table(let table)? = quietValue(of: expression) { return table.columnNames }
    guard case .call(let callee, let arguments) = expression.kind, case .name(let name) = callee.kind,
      let entry = registry[name]?.entries.last(where: { !$0.columns.isEmpty || $0.seesColumns })
    else { return [] }
    // A table verb returns the columns of its table and those that it adds by name.
    guard entry.columns.isEmpty, let first = arguments.first else { return entry.columns.map(\.name) }
    return columns(of: first.value)
      + arguments.compactMap { $0.name?.text }.filter { name in
        !entry.parameters.contains { $0.name == name }
      }
  }

  private func isTable(_ source: String) -> Bool? {
    if !columns(of: source).isEmpty { return true }
    guard let value = quietValue(of: source) else { return nil }
    if case .table = value { return true }
    return false
  }
}

extension Builtin {
  /// Whether the columns of the table are visible in an argument, or are named by one.
  fileprivate var seesColumns: Bool {
    (extra.map { $0.masking != .none } ?? false)
      || parameters.contains { $0.masking != .none || $0.type.namesColumns }
  }
}

extension ParameterType {
  fileprivate var admitsTable: Bool {
    members.contains { member in
      switch member {
      case .table, .any: true
      default: false
      }
    }
  }
}
