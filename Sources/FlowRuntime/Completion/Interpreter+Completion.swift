// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables
import FlowText

extension Interpreter {
  /// What may stand at the cursor, each with what belongs after it: `init: `, `normal(`, `sigmoid`.
  ///
  /// - Parameters:
  ///   - line: the entry so far.
  ///   - cursor: its UTF-8 offset; the text after it does not count.
  ///   - metaWords: returns the words that may follow those of a line that begins with `:`.
  /// - Returns: whole words that begin with what stands before the cursor; paths from the string's quote on.
  package func complete(
    _ line: String, cursor: Int, metaWords: (_ words: [Substring]) -> [String] = { _ in [] }
  ) -> [String] {
    let text = String(decoding: line.utf8.prefix(max(0, cursor)), as: UTF8.self)
    let cursor = Cursor(text)
    let candidates: [String]
    switch cursor.position {
    case .meta(let words): candidates = metaWords(words)
    case .comment: candidates = []
    case .topic: candidates = topics
    case .string(let path): candidates = literalPaths(beginningWith: path)
    case .field(let source): candidates = quietValue(of: source)?.fieldNames ?? []
    case .expression(let call): candidates = words(in: call)
    }
    // Columns and files have the names that others gave them.
    let harmless = candidates.lazy.filter { !$0.unicodeScalars.contains(where: \.isDisturbing) }
    return harmless.filter { $0.hasPrefix(cursor.prefix) }.sorted().reduce(into: []) { unique, candidate in
      if unique.last != candidate { unique.append(candidate) }
    }
  }

  /// The same as they are written in a string: what a name has of quotes and control characters is escaped.
  private func literalPaths(beginningWith source: String) -> [String] {
    guard case .string(let parts)? = expression(in: "\"\(source)\"")?.kind else { return [] }
    var beginning = ""
    for part in parts {
      guard case .text(let text) = part else { return [] }
      beginning += text
    }
    return paths(beginningWith: beginning).map { String(quoted($0).dropFirst().dropLast()) }
  }

  /// Paths in the folder that the beginning names.
  package func paths(beginningWith path: String) -> [String] {
    if session.host.isSafe { return [] }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    return session.host.list(folder).map { folder + $0 }
  }

  /// The words that may stand where an expression can: names everywhere, and what the call around the cursor knows.
  private func words(in call: Cursor.CallContext?) -> [String] {
    guard let call else { return names() + Keyword.allCases.map(\.rawValue) }
    let value = quietValue(of: call.callee)
    if case .function(let function) = value {
      return names() + (call.argument == nil ? function.literal.parameters.map { "\($0.name.text): " } : [])
    }
    guard case .builtin(let overloads) = value ?? session.registry[call.callee].map(Value.builtin) else {
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

  /// The parameters of a function that is written out or named.
  private func parameters(of source: String?) -> [String] {
    guard let source, let expression = expression(in: source) else { return [] }
    if case .function(let literal) = expression.kind { return literal.parameters.map(\.name.text) }
    let value = quietValue(of: expression) ?? session.registry[source].map(Value.builtin)
    return value?.callables.flatMap { $0.formals.list.map(\.name) } ?? []
  }

  /// The overloads that fit what is known of the first argument; all if nothing is.
  private func entries(_ overloads: Overloads, for call: Cursor.CallContext) -> [Builtin] {
    guard overloads.entries.count > 1, let first = call.first, let isTable = isTable(first) else {
      return overloads.entries
    }
    let fitting = overloads.entries.filter { $0.parameters.first?.type.admitsTable == isTable }
    return fitting.isEmpty ? overloads.entries : fitting
  }

  /// Words and choices that a parameter of the type takes.
  private func choices(_ type: ParameterType) -> [String] {
    type.words + type.families.flatMap { session.registry.choices[$0] ?? [] }
  }

  private func variables() -> [String] { globals.map(\.name) }

  /// What may begin or go on an argument: no statement stands there.
  private func names() -> [String] {
    let keywords: [Keyword] = [.fn, .not, .and, .or, .true, .false, .none]
    return session.registry.names + variables() + keywords.map(\.rawValue)
  }

  /// The value of a chain of names, fields and indexes. Nothing is called, so completion changes nothing.
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

  /// The columns of a table that is named, or that a chain of builtins will give.
  private func columns(of source: String?) -> [String] {
    source.flatMap(expression).map(columns) ?? []
  }

  private func columns(of expression: Expression) -> [String] {
    if case .table(let table)? = quietValue(of: expression) { return table.columnNames }
    guard case .call(let callee, let arguments) = expression.kind, case .name(let name) = callee.kind,
      let entry = session.registry[name]?.entries.last(where: { !$0.columns.isEmpty || $0.seesColumns })
    else { return [] }
    // A verb gives the columns of its table, and those that it adds by name.
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
  /// Whether an argument sees or names the columns of the table.
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
