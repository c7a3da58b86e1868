// SPDX-License-Identifier: GPL-3.0-or-later

extension Parser {
  /// The word that begins a statement such as `include "lib.gf"`. It is an ordinary name everywhere else.
  static let includeWord = "include"

  /// Parses `include "path"`. Returns nil if the word is an ordinary name.
  mutating func inclusion() throws(Diagnostic) -> Name? {
    let start = current.range.start
    if ahead(1).kind == .symbol(.leftParenthesis), ahead(2).kind == .stringStart {
      var reader = self
      reader.advance()
      reader.advance()
      guard let path = try? reader.expression(), reader.take(.rightParenthesis), reader.current.endsStatement else {
        return nil
      }
      throw fault(
        Habit.code, "'include' is a statement, not a function", SourceRange(start, reader.previousEnd),
        replacement: "include \(source.text(in: path.range))")
    }
    if let fault = unquotedPath() { throw fault }
    guard ahead(1).kind == .stringStart else {
      if let fault = computedPath() { throw fault }
      return nil
    }
    guard nesting == 0 else {
      throw fault(
        "include-in-block", "'include' is not allowed inside a block", current.range,
        label: "move it out, to the top of the file")
    }
    advance()
    let path = try primary()
    guard case .string(let parts) = path.kind, parts.allSatisfy(\.isText) else {
      throw fault(
        "include-path", "the path of 'include' must be a string without expressions", path.range,
        notes: ["the program is checked before any of it runs"])
    }
    return Name(parts.map { if case .text(let text) = $0 { text } else { "" } }.joined(), path.range)
  }

  /// Returns the error for `include lib/tools.gf`.
  private func unquotedPath() -> Diagnostic? {
    let line = source.line(holding: current.range.start).range
    let path = source.text(in: SourceRange(current.range.end, line.end)).prefix { $0 != ";" && $0 != "#" }
    let words = path.split(separator: " ")
    guard let name = words.first, words.count == 1, name.hasSuffix(".gf"), path.first == " ", !name.contains("\"")
    else { return nil }
    return fault(
      Habit.code, "the path of 'include' is written in quotes",
      SourceRange(current.range.start, current.range.end + path.utf8.count), replacement: "include \"\(name)\"")
  }
}

extension Parser {
  /// Returns the error for `include name`.
  private func computedPath() -> Diagnostic? {
    let value = ahead(1)
    guard value.beginsOperand, ![.symbol(.leftParenthesis), .symbol(.leftBracket)].contains(value.kind) else {
      return nil
    }
    var reader = self
    reader.advance()
    guard let path = try? reader.expression() else { return nil }
    return fault(
      "include-path", "the path of 'include' must be a string in quotes", path.range,
      label: "write the path itself, such as \"lib.gf\"", notes: ["the program is checked before any of it runs"])
  }
}

extension StringPart {
  fileprivate var isText: Bool { if case .text = self { true } else { false } }
}
