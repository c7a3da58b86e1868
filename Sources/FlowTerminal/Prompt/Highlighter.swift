// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime

/// Gives the line that is being typed its colours, and marks the bracket that belongs to the one at the cursor.
struct Highlighter {
  /// What a part of the line is; the text says it too, so that nobody needs the colours.
  enum Style: String {
    case plain = ""
    case keyword = "1;35"
    /// A name of the language: known, and spelt right.
    case builtin = "36"
    case argument = "33"
    case string = "32"
    case comment = "2"
    /// A bracket that closes nothing, and what cannot be read.
    case fault = "4;31"
    case partner = "1;4"
  }

  private let isBuiltin: (String) -> Bool

  init(isBuiltin: @escaping (String) -> Bool) { self.isBuiltin = isBuiltin }

  /// The line with what switches colours on and off put in. `before` is the entry's lines before this one, `cursor` an
  /// offset in UTF-8.
  func paint(_ line: String, after before: String, cursor: Int) -> String {
    let styles = styles(line, after: before, cursor: cursor)
    var painted: [UInt8] = []
    var current = Style.plain
    for (byte, style) in zip(line.utf8, styles) {
      if style != current {
        painted += "\u{1B}[0\(style == .plain ? "" : ";")\(style.rawValue)m".utf8
        current = style
      }
      painted.append(byte)
    }
    if current != .plain { painted += "\u{1B}[0m".utf8 }
    return String(decoding: painted, as: UTF8.self)
  }

  /// The style of each byte of the line.
  func styles(_ line: String, after before: String, cursor: Int) -> [Style] {
    var styles = [Style](repeating: .plain, count: line.utf8.count)
    // A line that speaks to the prompt is no source text.
    if before.isEmpty, let first = line.first(where: { $0 != " " }), ":?!".contains(first) { return styles }
    let text = Array((before + line).utf8)
    let offset = before.utf8.count
    func mark(_ start: Int, _ end: Int, _ style: Style) {
      for place in max(start - offset, 0)..<max(end - offset, max(start - offset, 0)) { styles[place] = style }
    }
    /// Marks two brackets where the cursor is at one of them: behind it, as after typing it, or on it.
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
      // Between two tokens stand blanks and comments, or the rest of a string that has no end yet.
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
      // A string that is still being typed is no fault yet.
      case .invalid where !isInString: mark(token.range.start, token.range.end, .fault)
      default: break
      }
    }
    return styles
  }
}
