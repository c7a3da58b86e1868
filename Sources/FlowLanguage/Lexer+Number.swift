// SPDX-License-Identifier: GPL-3.0-or-later

extension Lexer {
  /// Reads a number: `1`, `1_000`, `1.5`, `.5`, `1e-3`. In `1..8` the number ends before the dots.
  mutating func number() {
    let start = position
    digits()
    if byte(0) == UInt8(ascii: "."), byte(1).isDigit {
      position += 1
      digits()
    } else if byte(0) == UInt8(ascii: "."), byte(1) != UInt8(ascii: ".") {
      let text = String(decoding: bytes[start..<position], as: UTF8.self)
      position += 1
      return fail("malformed-number", "no digit after the decimal point", since(start), replacement: "\(text).0")
    }
    if byte(0) | 0x20 == UInt8(ascii: "e") {
      let signed = byte(1) == UInt8(ascii: "-") || byte(1) == UInt8(ascii: "+")
      if byte(signed ? 2 : 1).isDigit {
        position += signed ? 2 : 1
        digits()
      }
    }
    if position < bytes.count, bytes[position].isWordByte, scalar(at: position).properties.isXIDContinue {
      return letters(after: start)
    }
    let text = String(decoding: bytes[start..<position].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
    guard let value = Double(text), value.isFinite else {
      return fail("malformed-number", "the number is too large", since(start), label: "the largest is about 1.8e308")
    }
    append(.number(value), from: start)
  }

  /// Reads digits with single underscores between them.
  private mutating func digits() {
    while byte(0).isDigit || (byte(0) == UInt8(ascii: "_") && byte(1).isDigit) { position += 1 }
  }

  /// Reports letters or an underscore after a number, as in `2x`, `0x1F`, `1_` or `1e`. Consumes them, so that the
  /// parser does not report a second error.
  private mutating func letters(after start: Int) {
    let number = String(decoding: bytes[start..<position], as: UTF8.self)
    let split = position
    while position < bytes.count, bytes[position].isWordByte || bytes[position].isDigit {
      let scalar = scalar(at: position)
      guard scalar.properties.isXIDContinue else { break }
      position += scalar.utf8Length
    }
    let tail = String(decoding: bytes[split..<position], as: UTF8.self)
    switch tail.first {
    case "_": fail("malformed-number", "an underscore is only allowed between two digits", since(start))
    case "e", "E": fail("malformed-number", "the exponent has no digits", since(start), label: "such as \(number)e-3")
    case "x" where number == "0", "b" where number == "0":
      let radix = tail.first == "x" ? 16 : 2
      let value = Int(tail.dropFirst(), radix: radix).map(String.init)
      fail("malformed-number", "only decimal numbers are supported", since(start), replacement: value)
    case "i" where tail == "i", "j" where tail == "j":
      fail("malformed-number", "there are no complex numbers", since(start))
    case _ where Habit.numberSuffixes.contains(tail):
      fail("malformed-number", "a number has no suffix", since(start), replacement: number)
    default:
      fail(
        "malformed-number", "letters follow the number", since(start), replacement: "\(number) * \(tail)")
    }
  }

  private func since(_ start: Int) -> SourceRange { SourceRange(start, position) }
}
