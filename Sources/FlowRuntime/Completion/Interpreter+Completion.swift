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
    case .path(let quote, let isFolder):
      let found =
        quote == "\"" ? literalPaths(beginningWith: cursor.prefix) : paths(beginningWith: cursor.prefix).sorted()
      candidates = isFolder ? found.filter { $0.hasSuffix("/") } : found
    case .comment: candidates = []
    case .topic: candidates = manual.topics.sorted()
    case .command: candidates = paths(beginningWith: cursor.prefix).sorted()
    case .string(let content, let call, let lead):
      let compared = comparedTexts(in: text, call)
      candidates = compared.isEmpty ? texts(beginningWith: content, in: call, after: lead) : compared
    case .field(let source):
      candidates = (quietValue(of: source)?.fieldNames ?? []).compactMap(nameCode).sorted()
    case .expression(let call, let lead):
      let words = CompletionWords(interpreter: self, locals: Cursor.assignedNames(in: text))
      let compared = cursor.prefix.isEmpty ? comparedTexts(in: text, call).map { "\"\($0)\"" } : []
      candidates =
        compared.isEmpty ? words.candidates(in: call, after: lead, isEmpty: cursor.prefix.isEmpty) : compared
    }
    // Names of columns and files may contain control characters.
    let harmless = candidates.lazy.filter { !$0.unicodeScalars.contains(where: \.isDisturbing) }
    var seen: Set<String> = []
    return harmless.filter { $0.hasPrefix(cursor.prefix) && seen.insert($0).inserted }
  }

  /// Returns the sources of the strings that may be written at the cursor: columns where they are named, and paths where
  /// a file is, or where nothing is known about the string.
  private func texts(beginningWith content: String, in call: Cursor.CallContext?, after lead: Cursor.Lead) -> [String] {
    switch lead {
    case .include: return literalPaths(beginningWith: content).filter(\.isPathToScripts)
    case .index(let source): return textIndices(of: source).map(\.sourceInQuotes)
    case .value: break
    default: return []
    }
    guard let call else { return literalPaths(beginningWith: content) }
    if case .function? = quietValue(of: call.callee) { return literalPaths(beginningWith: content) }
    return CompletionWords(interpreter: self, locals: []).texts(in: call, beginningWith: content)
  }

  /// Returns the scripts and folders in the directory part of `path`.
  func scripts(beginningWith path: String) -> [String] {
    paths(beginningWith: path).filter(\.isPathToScripts).sorted()
  }

  /// Returns the paths that begin with the content of a string literal, sorted, with quotes and control characters
  /// escaped.
  func literalPaths(beginningWith source: String) -> [String] {
    guard let beginning = expression(in: "\"\(source)\"")?.plainText else { return [] }
    return paths(beginningWith: beginning).map(\.sourceInQuotes).sorted()
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

extension String {
  /// Whether the path is that of a script or of a folder.
  fileprivate var isPathToScripts: Bool { hasSuffix(".gf") || hasSuffix("/") }
}
