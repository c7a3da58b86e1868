// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

extension String {
  /// A line of code as it can be typed at a prompt that is too narrow for it: lines of at most so many columns, which
  /// end with `|>` or a comma, after which code goes on. What has neither stays long.
  func codeLines(_ width: Int) -> [String] {
    var lines: [String] = []
    var rest = self
    while rest.displayWidth > width, let end = rest.lastBreak(width) {
      lines.append(String(decoding: rest.utf8.prefix(end), as: UTF8.self))
      rest = "  " + String(decoding: rest.utf8.dropFirst(end), as: UTF8.self).trimmed
    }
    return lines + [rest]
  }

  /// Where the last pipe, or the last head of a function, ends that is within so many columns, or else the last comma of
  /// the fewest brackets; in bytes.
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
  /// A line of code behind its prompt, fitted to a width.
  package func typed(_ width: Int, continuing: Bool = false) -> String {
    codeLines(width - LinePrompt.primary.rawValue.count).enumerated().map { index, line in
      (index > 0 || continuing ? LinePrompt.continuation : .primary).rawValue + line
    }.joined(separator: "\n")
  }
}
