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
  /// - Returns: Whole words that begin with the word before the cursor, the most specific ones first. Inside a string, the whole content of the string.
  package func complete(
    _ line: String, cursor: Int, metaWords: (_ words: [Substring]) -> [String] = { _ in [] }
  ) -> [String] {
    let text = String(decoding: line.utf8.prefix(max(0, cursor)), as: UTF8.self)
    let cursor = Cursor(text)
    let candidates: [String]
    switch cursor.position {
    case .meta(let words): candidates = metaWords(words).sorted()
    case .comment: candidates = []
    case .topic: candidates = manual.topics.sorted()
    case .command: candidates = paths(beginningWith: cursor.prefix).sorted()
    case .string(let content, let call):
      let columns = fileColumns(for: call)
      candidates = columns.isEmpty ? literalPaths(beginningWith: content).sorted() : columns
    case .field(let source): candidates = (quietValue(of: source)?.fieldNames ?? []).sorted()
    case .expression(let call):
      let words = CompletionWords(interpreter: self, locals: Cursor.assignedNames(in: text))
      candidates = words.candidates(in: call, isEmpty: cursor.prefix.isEmpty)
    }
    // Names of columns and files may contain control characters.
    let harmless = candidates.lazy.filter { !$0.unicodeScalars.contains(where: \.isDisturbing) }
    var seen: Set<String> = []
    return harmless.filter { $0.hasPrefix(cursor.prefix) && seen.insert($0).inserted }
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

  /// Returns the value of a chain of names, fields and indices. Nothing is called, so completion has no side effects.
  func quietValue(of source: String) -> Value? {
    expression(in: source).flatMap(quietValue)
  }

  func expression(in source: String) -> Expression? {
    guard let program = try? parse(Source(name: "completion", text: source)),
      case .expression(let expression, _)? = program.statements.first?.kind
    else { return nil }
    return expression
  }

  func quietValue(of expression: Expression) -> Value? {
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
}
