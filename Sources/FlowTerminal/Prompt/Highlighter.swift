// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime

/// Adds colours to the line that is being typed, and marks the bracket at the cursor and its partner.
struct Highlighter {
  /// The style of a part of the line, with the parameters of its escape sequence. Colours never add information that
  /// the text does not contain.
  enum Style: String, CaseIterable {
    case plain = ""
    case keyword = "1;35"
    /// The name of a builtin.
    case builtin = "36"
    case argument = "33"
    case string = "32"
    case comment = "2"
    /// An unmatched closing bracket, or an invalid token.
    case fault = "4;31"
    case partner = "1;4"
  }

  private let isBuiltin: (String) -> Bool

  init(isBuiltin: @escaping (String) -> Bool) { self.isBuiltin = isBuiltin }

  /// Returns the style of each byte of the line. `before` contains the earlier lines of the entry, and `cursor` is an
  /// offset in UTF-8.
  func styles(_ line: String, after before: String, cursor: Int) -> [Style] {
    var styles = [Style](repeating: .plain, count: line.utf8.count)
    // A command to the prompt is not source code.
    if before.isEmpty, let first = line.first(where: { $0 != " " }), ":?!".contains(first) { return styles }
    let text = Array((before + line).utf8)
    let offset = before.utf8.count
    func mark(_ start: Int, _ end: Int, _ style: Style) {
      for place in max(start - offset, 0)..<max(end - offset, max(start - offset, 0)) { styles[place] = style }
    }
    /// Marks a pair of brackets if the cursor is on or directly after one of them.
    func pair(_ opening: Token?, _ closing: Token) {
      guard let opening else { return }
      let cursor = cursor + offset
      guard [opening, closing].contains(where: { $0.range.end == cursor || $0.range.start == cursor }) else { return }
      mark(opening.range.start, opening.range.end, .partner)
      mark(closing.range.start, closing.range.end, .partner)
    }
    let tokens = tokenize(Source(name: "", text: before + line))
    var end = 0
    var open: [Token] = []
    var isInString = false
    for (index, token) in tokens.enumerated() {
      // Between two tokens there are only spaces and comments, or the rest of an unterminated string.
      if isInString {
        mark(end, token.range.start, .string)
      } else if let hash = text[end..<token.range.start].firstIndex(of: UInt8(ascii: "#")) {
        mark(hash, token.range.start, .comment)
      }
      end = max(end, token.range.end)
      switch token.kind {
      case .keyword: mark(token.range.start, token.range.end, .keyword)
      case .name(let name):
        let next = tokens[index + 1].kind
        if next == .symbol(.colon) {
          mark(token.range.start, token.range.end, .argument)
        } else if isBuiltin(name) {
          mark(token.range.start, token.range.end, .builtin)
        }
      case .stringStart, .text, .interpolationEnd:
        if token.kind == .interpolationEnd {
          pair(open.popLast(), token)
        } else {
          mark(token.range.start, token.range.end, .string)
        }
        isInString = true
      case .stringEnd:
        mark(token.range.start, token.range.end, .string)
        isInString = false
      case .interpolationStart:
        open.append(token)
        isInString = false
      case .symbol(.leftParenthesis), .symbol(.leftBracket), .symbol(.leftBrace): open.append(token)
      case .symbol(let symbol) where [.rightParenthesis, .rightBracket, .rightBrace].contains(symbol):
        if let opening = open.last, opening.kind == .symbol(symbol.partner) {
          pair(open.removeLast(), token)
        } else {
          mark(token.range.start, token.range.end, .fault)
        }
      // A string that is still being typed is not an error.
      case .invalid where !isInString: mark(token.range.start, token.range.end, .fault)
      default: break
      }
    }
    return styles
  }
}
