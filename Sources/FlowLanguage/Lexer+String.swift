// SPDX-License-Identifier: GPL-3.0-or-later

extension Lexer {
  /// Reads `"text {expression}"`. A string may contain line breaks, but an expression in it may not.
  mutating func string() {
    let start = position
    position += 1
    append(.stringStart, from: start)
    stringBody(of: start)
  }

  /// Reads a string from the opening quote or the end of an expression up to the closing quote or the next expression.
  mutating func stringBody(of string: Int) {
    var text = ""
    var textStart = position
    func flush(_ lexer: inout Lexer) {
      if !text.isEmpty { lexer.append(.text(text), from: textStart) }
      text = ""
    }
    while position < bytes.count {
      let start = position
      switch bytes[position] {
      case UInt8(ascii: "\""):
        flush(&self)
        position += 1
        return append(.stringEnd, from: start)
      case UInt8(ascii: "{"):
        flush(&self)
        position += 1
        append(.interpolationStart, from: start)
        return brackets.append(Opening(symbol: .leftBrace, offset: start, string: string))
      case UInt8(ascii: "\\"):
        if let scalar = escape() {
          text.unicodeScalars.append(scalar)
        } else {
          text = ""
          textStart = position
        }
      case let byte where byte.isLineBreak:
        if let opening = brackets.last(where: { $0.string != nil }) {
          // The preceding quote was meant to close the outer string, so the unclosed part is its expression.
          reportUnclosed(opening, endedAt: SourceRange(start, start))
          while brackets.popLast()?.string == nil {}
          return
        }
        position += byte == UInt8(ascii: "\r") && self.byte(1) == UInt8(ascii: "\n") ? 2 : 1
        text.append("\n")
      default:
        let scalar = scalar(at: position)
        position += scalar.utf8Length
        if scalar.value == 0xFFFD {
          // The text read so far has to come first, so that tokens stay in source order.
          flush(&self)
          unreadable(SourceRange(start, position))
          textStart = position
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    unclosed(string)
  }

  /// Reads an escape sequence and returns its scalar, or nil after an error.
  private mutating func escape() -> Unicode.Scalar? {
    let start = position
    let letter = byte(1)
    position += 2
    switch letter {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "{"): return Unicode.Scalar(letter)
    case UInt8(ascii: "u") where byte(0) == UInt8(ascii: "{"):
      let digits = bytes[(position + 1)...].prefix { $0.isHexadecimal }
      let end = position + 1 + digits.count
      if end < bytes.count, bytes[end] == UInt8(ascii: "}"), let code = UInt32(digits.text, radix: 16),
        let scalar = Unicode.Scalar(code)
      {
        position = end + 1
        return scalar
      }
      position = min(end + 1, bytes.count)
      fail(
        "unknown-escape", "there is no character with this number", SourceRange(start, position),
        label: "such as \\u{1F600}")
      return nil
    default:
      position = min(start + 1 + (start + 1 < bytes.count ? scalar(at: start + 1).utf8Length : 0), bytes.count)
      // A backslash at the very end may be an unfinished escape. Only the missing quote is reported.
      guard position > start + 1 else { return "\\" }
      fail(
        "unknown-escape", "unknown escape in a string", SourceRange(start, position),
        label: letter == UInt8(ascii: "}") ? "'}' needs no escape" : "a backslash itself is written \\\\",
        notes: ["the escapes are \\n \\t \\\" \\\\ \\{ \\u{1F600}"])
      return nil
    }
  }

  private mutating func unclosed(_ string: Int) {
    if let opening = brackets.last(where: { $0.string != nil }) {
      return reportUnclosed(opening, endedAt: SourceRange(bytes.count, bytes.count))
    }
    fail(
      Lexer.unclosedString, "a string without a closing '\"'", SourceRange(string, string + 1),
      label: "the string begins here")
  }

  /// The code of the only lexical error that more input can fix.
  static let unclosedString = "unclosed-string"

  /// Reports `'text'` as a single error, so that its content is not read as code. Directly after an operand, the quote
  /// transposes in other languages, unless the operand is one of their prefixes of strings.
  mutating func singleQuoted() {
    let start = position
    if let last = tokens.last, last.range.end == start, last.endsOperand, !isStringPrefix(last) {
      position += 1
      return fail(Habit.transpose, from: start)
    }
    let line = bytes[(start + 1)...].prefix { !$0.isLineBreak }
    position = line.firstIndex(of: UInt8(ascii: "'")).map { $0 + 1 } ?? start + 1
    let text = position > start + 1 ? bytes[(start + 1)..<(position - 1)].text : nil
    fail(
      Habit.code, "strings are written in double quotes", SourceRange(start, position),
      replacement: text.map { "\"" + $0.replacing("\"", with: "\\\"") + "\"" } ?? "\"")
  }

  private func isStringPrefix(_ token: Token) -> Bool {
    guard case .name(let word) = token.kind else { return false }
    return Habit.stringPrefixes.contains(word.lowercased())
  }
}

extension UInt8 {
  fileprivate var isHexadecimal: Bool {
    isDigit || (self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "f"))
  }
}

extension ArraySlice<UInt8> {
  fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}
