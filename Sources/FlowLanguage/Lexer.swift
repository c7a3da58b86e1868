// SPDX-License-Identifier: GPL-3.0-or-later

/// Returns the tokens of a source. The last one is `end`; text that cannot be read becomes `invalid` tokens.
public func tokenize(_ source: Source) -> [Token] {
  var lexer = Lexer(source)
  lexer.run()
  return lexer.tokens
}

/// Splits a source into tokens and matches its brackets. Line breaks inside `( )` and `[ ]` are skipped.
struct Lexer {
  /// A bracket that has not been closed yet.
  struct Opening {
    let symbol: Symbol
    let offset: Int
    /// The start of the string literal that contains this `{`, or nil if the bracket is not part of a string.
    let string: Int?
  }

  /// The first bracket without a partner.
  struct BracketFault {
    /// Parser errors at or after this offset are only consequences of the missing bracket.
    let reach: Int
    let diagnostic: Diagnostic
    /// Whether more input can fix the error.
    let isUnfinished: Bool
  }

  let source: Source
  let bytes: [UInt8]
  var position = 0
  private(set) var tokens: [Token] = []
  private(set) var faults: [Diagnostic] = []
  var brackets: [Opening] = []
  var bracketFault: BracketFault?

  init(_ source: Source) {
    self.source = source
    bytes = Array(source.text.utf8)
  }

  mutating func run() {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    while position < bytes.count { next() }
    if let opening = brackets.last { reportUnclosed(opening, endedAt: tokens.endOfCode) }
    tokens.append(Token(.end, SourceRange(bytes.count, bytes.count)))
  }

  mutating func next() {
    switch bytes[position] {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0B, 0x0C: position += 1
    case UInt8(ascii: "\n"), UInt8(ascii: "\r"): lineBreak()
    case UInt8(ascii: "#"): skipLine()
    case UInt8(ascii: "\""): string()
    case UInt8(ascii: "0")...UInt8(ascii: "9"): number()
    case UInt8(ascii: ".") where byte(1).isDigit: number()
    case UInt8(ascii: "'"): singleQuoted()
    case UInt8(ascii: "`"): quotedName()
    case let byte where byte.isWordByte: word()
    default: symbol()
    }
  }

  /// Returns the byte at a distance from the current position, or zero past the end.
  func byte(_ distance: Int) -> UInt8 {
    position + distance < bytes.count ? bytes[position + distance] : 0
  }

  mutating func append(_ kind: Token.Kind, from start: Int) {
    tokens.append(Token(kind, SourceRange(start, position)))
  }

  /// Records an error and appends an `invalid` token, at which the parser reports it.
  mutating func fail(
    _ code: String, _ message: String, _ range: SourceRange, label: String = "", replacement: String? = nil,
    notes: [String] = []
  ) {
    faults.append(
      Diagnostic(
        .syntax, code: code, message,
        labels: [Diagnostic.Label(source, range, label, replacement: replacement)], notes: notes))
    tokens.append(Token(.invalid(faults.count - 1), range))
  }

  mutating func fail(_ habit: Habit, from start: Int) {
    fail(
      Habit.code, habit.message, SourceRange(start, position), label: habit.advice, replacement: habit.word)
  }

  private mutating func lineBreak() {
    let start = position
    position += bytes[position] == UInt8(ascii: "\r") && byte(1) == UInt8(ascii: "\n") ? 2 : 1
    if let interpolation = brackets.last(where: { $0.string != nil }) {
      reportUnclosed(interpolation, endedAt: SourceRange(start, start))
      while brackets.popLast()?.string == nil {}
    }
    if brackets.isEmpty || brackets.last?.symbol == .leftBrace { append(.newline, from: start) }
  }

  mutating func skipLine() {
    while position < bytes.count, !bytes[position].isLineBreak { position += 1 }
  }

  private mutating func word() {
    let start = position
    let first = scalar(at: position)
    guard first.value == 0x5F || first.properties.isXIDStart else { return symbol() }
    repeat {
      position += scalar(at: position).utf8Length
    } while position < bytes.count && scalar(at: position).properties.isXIDContinue
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    let kind: Token.Kind =
      switch text {
      case "inf": .number(.infinity)
      case "nan": .number(.nan)
      default: Keyword(rawValue: text).map { .keyword($0) } ?? .name(text)
      }
    append(kind, from: start)
  }

  /// Reads a name in backquotes, which may contain any characters, such as those of a column. A word alone on its line is
  /// more likely to be a command of the shell, and a template of JavaScript is no name.
  private mutating func quotedName() {
    let start = position
    let rest = bytes[(start + 1)...]
    guard let end = rest.firstIndex(where: { $0 == UInt8(ascii: "`") || $0.isLineBreak }), !bytes[end].isLineBreak,
      end > start + 1
    else { return symbol() }
    let text = String(decoding: rest[..<end], as: UTF8.self)
    let before = bytes[..<start].last { $0 != UInt8(ascii: " ") }
    let after = bytes[(end + 1)...].first { $0 != UInt8(ascii: " ") }
    let isAlone = isName(text) && before?.isLineBreak != false && after?.isLineBreak != false
    if text.contains("${") || isAlone { return symbol() }
    position = end + 1
    append(.name(text), from: start)
  }

  /// Reads the longest symbol, or piece of foreign syntax, that begins here.
  private mutating func symbol() {
    let start = position
    for length in [4, 3, 2, 1] where start + length <= bytes.count {
      guard bytes[start + length - 1] < 0x80 || length >= 3 else { continue }
      let text = String(decoding: bytes[start..<start + length], as: UTF8.self)
      if let symbol = Symbol(rawValue: text) {
        position += length
        return appendMatched(symbol, from: start)
      }
      if let habit = Habit.sign[text] {
        position += length
        if text == "$", byte(0).isWordByte, tokens.last?.range.end == start, tokens.last?.endsOperand == true {
          return fail(
            Habit.code, "a field is selected with '.'", SourceRange(start, position), replacement: ".")
        }
        fail(habit, from: start)
        if habit.endsLine { skipLine() }
        return
      }
    }
    unknownCharacter()
  }

  private mutating func unknownCharacter() {
    let start = position
    let scalar = scalar(at: position)
    position += scalar.utf8Length
    // Skip spaces of other scripts and typographic spaces, which come with pasted text.
    if scalar.properties.isWhitespace || scalar.value == 0xFEFF { return }
    let text = String(scalar)
    if let habit = Habit.sign[text] {
      return fail(habit, from: start)
    }
    if scalar.value == 0xFFFD { return unreadable(SourceRange(start, position)) }
    let hexadecimal = String(scalar.value, radix: 16, uppercase: true)
    let number = "U+" + String(repeating: "0", count: max(0, 4 - hexadecimal.count)) + hexadecimal
    let isShown = scalar.value > 0x20 && scalar.properties.generalCategory != .control
    fail(
      "unknown-character", "unknown character \(isShown ? "'\(text)' (\(number))" : number)",
      SourceRange(start, position))
  }

  /// Reports U+FFFD, which replaces bytes that are not UTF-8. To use the character itself, write it as an escape.
  mutating func unreadable(_ range: SourceRange) {
    fail("unknown-character", "unknown character U+FFFD", range, label: "the text is not UTF-8 here")
  }

  /// Returns the scalar at an offset, which must be the start of a scalar.
  func scalar(at offset: Int) -> Unicode.Scalar {
    var iterator = bytes[offset..<min(offset + 4, bytes.count)].makeIterator()
    var decoder = UTF8()
    if case .scalarValue(let scalar) = decoder.decode(&iterator) { return scalar }
    return "\u{FFFD}"
  }
}

extension UInt8 {
  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
  var isLineBreak: Bool { self == UInt8(ascii: "\n") || self == UInt8(ascii: "\r") }
  /// Whether the byte can begin a word. Outside ASCII, the properties of the scalar decide.
  var isWordByte: Bool {
    self >= 0x80 || self == UInt8(ascii: "_") || (self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "z"))
  }
}

extension Unicode.Scalar {
  var utf8Length: Int { UTF8.width(self) }
}
