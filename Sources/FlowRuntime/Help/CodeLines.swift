// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

extension String {
  /// Breaks a line of code into lines of at most `width` columns that can be typed at a prompt. A line is broken after
  /// `|>`, a comma or the `=` of a function, where code may continue. Code without such a place stays on one long line.
  func codeLines(_ width: Int) -> [String] {
    var lines: [String] = []
    var rest = self
    while rest.displayWidth > width, let end = rest.lastBreak(width) {
      lines.append(String(decoding: rest.utf8.prefix(end), as: UTF8.self))
      rest = "  " + String(decoding: rest.utf8.dropFirst(end), as: UTF8.self).trimmed
    }
    return lines + [rest]
  }

  /// Returns the offset in bytes at which to break the line: after the last pipe or the last `=` of a function within
  /// `width` columns, or else after the last comma inside the fewest brackets. Returns nil if there is none.
  private func lastBreak(_ width: Int) -> Int? {
    var depth = 0
    var best: (rank: Int, end: Int)?
    var isBehindParameters = false
    for token in tokenize(Source(name: "", text: self)) {
      let end = token.range.end
      guard end < utf8.count, String(decoding: utf8.prefix(end), as: UTF8.self).displayWidth <= width else { break }
      switch token.kind {
      case .symbol(.leftParenthesis), .symbol(.leftBracket), .symbol(.leftBrace), .interpolationStart: depth += 1
      case .symbol(.rightParenthesis), .symbol(.rightBracket), .symbol(.rightBrace), .interpolationEnd: depth -= 1
      case .symbol(.pipe): best = (-1, end)
      case .symbol(.equals) where isBehindParameters && depth == 0: best = (-1, end)
      case .symbol(.comma) where depth <= best?.rank ?? .max: best = (depth, end)
      default: break
      }
      isBehindParameters = token.kind == .symbol(.rightParenthesis)
    }
    return best?.end
  }
}

extension String {
  /// Returns a line of code with its prompt, broken into lines of at most `width` columns.
  package func typed(_ width: Int, continuing: Bool = false) -> String {
    codeLines(width - LinePrompt.primary.rawValue.count).enumerated().map { index, line in
      (index > 0 || continuing ? LinePrompt.continuation : .primary).rawValue + line
    }.joined(separator: "\n")
  }
}
