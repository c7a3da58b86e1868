// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// The syntactic position of the cursor, for completion.
package struct Cursor {
  /// The kind of text that may be inserted at the cursor.
  enum Position {
    /// A meta command such as `:se`, or an argument of one.
    case meta(words: [Substring])
    /// The path of a meta command such as `:load`, which may be in quotes.
    case path(quote: Character?, isFolder: Bool)
    /// A comment, where nothing is completed.
    case comment
    /// A help topic such as `?ch`.
    case topic
    /// A command for the shell, such as `!cat da`.
    case command
    /// A string, with the text from its opening quote to the cursor, and the innermost call around it.
    case string(String, CallContext?, Lead)
    /// A field after a dot, with the expression before it.
    case field(of: String)
    /// An expression, with the innermost call around the cursor, if there is one.
    case expression(CallContext?, Lead)
  }

  /// What precedes the word or the string at the cursor.
  enum Lead: Equatable {
    /// The beginning of a statement.
    case statement
    /// The word `include`.
    case include
    /// A pipe, with the expression before it.
    case pipe(String)
    /// The opening bracket of an index, with the expression before it.
    case index(of: String)
    /// A place where a whole value begins, such as an argument or an element of a list.
    case value
    /// An operator.
    case infix
    /// An operand and a blank.
    case operand
    /// An operand that ends at the cursor.
    case nothing
  }

  /// An incomplete call.
  struct CallContext {
    let callee: String
    /// The arguments up to the one at the cursor. A piped one is the first.
    let arguments: [Argument]
    /// Whether the cursor is at the beginning of an argument.
    let isAtStart: Bool

    struct Argument {
      let name: String?
      /// The source of the value up to the cursor.
      let source: String
      /// The names and the texts in the value.
      let words: [String]
    }

    /// The name of the current argument, if the cursor is after its colon.
    var argument: String? { arguments.last?.name }
    /// The arguments before the current one.
    var earlier: ArraySlice<Argument> { arguments.dropLast() }
    /// The source of the first argument, unless the cursor is in it.
    var first: String? { earlier.first { $0.name == nil }?.source ?? earlier.first?.source }
    /// The names of the preceding named arguments.
    var given: [String] { earlier.compactMap(\.name) }
  }

  let position: Position
  /// The part of the current word before the cursor.
  package let prefix: String

  /// Creates the position at the end of the text.
  ///
  /// - Parameter text: The entry up to the cursor, including earlier lines.
  package init(_ text: String) {
    let line = text.drop(while: { $0 == " " })
    if line.hasPrefix(":") {
      self = Self.inCommand(line.dropFirst())
      return
    }
    if line.hasPrefix("!") {
      prefix = String(line.dropFirst().split(separator: " ", omittingEmptySubsequences: false).last ?? "")
      position = .command
      return
    }
    if line.hasPrefix("?") {
      prefix = String(line.drop(while: { $0 == "?" || $0 == " " }))
      position = .topic
      return
    }
    var tokens = tokenize(Source(name: "", text: text)).filter { $0.kind != .end }
    switch Self.openLiteral(text) {
    case .string(let path):
      let before = String(text.dropLast(path.count + 1))
      let code = tokenize(Source(name: "", text: before)).filter { $0.kind != .end }
      let call = Self.innermostCall(code, before)
      self = Self.interpolated(path, call) ?? Cursor(.string(path, call, Self.lead(code, before)), path)
      return
    case .comment:
      prefix = ""
      position = .comment
      return
    case nil: break
    }
    var word = ""
    if let last = tokens.last, last.range.end == text.utf8.count {
      switch last.kind {
      case .name(let name): word = name
      case .keyword(let keyword): word = keyword.rawValue
      default: break
      }
      if !word.isEmpty { tokens.removeLast() }
    }
    prefix = word
    if tokens.last?.kind == .symbol(.dot) {
      tokens.removeLast()
      position = .field(of: Self.operand(before: tokens.count, tokens, text))
    } else {
      position = .expression(Self.innermostCall(tokens, text), Self.lead(tokens, text))
    }
  }

  private init(_ position: Position, _ prefix: some StringProtocol) {
    self.position = position
    self.prefix = String(prefix)
  }

  /// Returns the position at the end of a line that begins with a colon, which is left out.
  private static func inCommand(_ line: Substring) -> Cursor {
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    let argument = line.drop { $0 != " " }.drop { $0 == " " }
    guard words.count > 1 else { return Cursor(.meta(words: []), line) }
    switch words[0] {
    case "load", "save", "cd":
      let quote = argument.first.flatMap { "\"'".contains($0) ? $0 : nil }
      return Cursor(.path(quote: quote, isFolder: words[0] == "cd"), argument.dropFirst(quote == nil ? 0 : 1))
    case "help": return Cursor(.topic, argument)
    case "time": return Cursor(String(argument))
    default: return Cursor(.meta(words: words.dropLast()), words[words.count - 1])
    }
  }

  /// Returns the position in the value that an open brace puts into a string, or nil if there is none.
  private static func interpolated(_ content: String, _ call: CallContext?) -> Cursor? {
    guard let open = content.prefixMatch(of: /(?:[^\\{]|\\.|\{[^}]*\})*\{/)?.range.upperBound,
      !content[open...].contains("}")
    else { return nil }
    let inner = Cursor(String(content[open...]))
    // The value may use the columns that are visible in the argument around it.
    guard case .expression(nil, _) = inner.position else { return inner }
    return Cursor(.expression(call, .infix), inner.prefix)
  }

  private enum OpenLiteral { case string(String), comment }

  /// Returns the string or comment that is still open at the end of the text.
  private static func openLiteral(_ text: String) -> OpenLiteral? {
    var quote: String.Index?
    var isEscaped = false
    var isComment = false
    for index in text.indices {
      switch text[index] {
      case "\n" where isComment: isComment = false
      case _ where isComment: continue
      case _ where isEscaped: isEscaped = false
      case "\\" where quote != nil: isEscaped = true
      case "\"": quote = quote == nil ? text.index(after: index) : nil
      case "#" where quote == nil: isComment = true
      default: continue
      }
    }
    return isComment ? .comment : quote.map { .string(String(text[$0...])) }
  }

  /// Returns what precedes the end of the text.
  private static func lead(_ tokens: [Token], _ text: String) -> Lead {
    guard let last = tokens.last else { return .statement }
    let before = tokens.dropLast()
    switch last.kind {
    case .newline, .symbol(.semicolon), .symbol(.leftBrace), .symbol(.rightBrace), .keyword(.else): return .statement
    case .symbol(.pipe): return .pipe(piped(before: before.count, tokens, text))
    case .symbol(.leftBracket) where before.last.map { $0.endsOperand && $0.range.end == last.range.start } == true:
      return .index(of: operand(before: before.count, tokens, text))
    case .symbol(.leftParenthesis), .symbol(.leftBracket), .symbol(.comma), .symbol(.colon), .symbol(.equals),
      .keyword(.return):
      return .value
    case .name("include") where last.range.end < text.utf8.count && lead(Array(before), text) == .statement:
      return .include
    case _ where last.endsOperand: return last.range.end < text.utf8.count ? .operand : .nothing
    default: return .infix
    }
  }

  /// Returns the source of the operand that ends before a token: a name with fields, indices and calls.
  private static func operand(before end: Int, _ tokens: [Token], _ text: String) -> String {
    var start = end
    while start > 0 {
      switch tokens[start - 1].kind {
      case .symbol(.rightParenthesis), .symbol(.rightBracket):
        start = opening(of: start - 1, tokens)
        if start > 0, case .name = tokens[start - 1].kind { start -= 1 }
      case .name: start -= 1
      default: return slice(start..<end, tokens, text)
      }
      guard start > 0, tokens[start - 1].kind == .symbol(.dot) else { break }
      start -= 1
    }
    return slice(start..<end, tokens, text)
  }

  /// Returns the index of the token that opens the brackets closed at `close`.
  private static func opening(of close: Int, _ tokens: [Token]) -> Int {
    var depth = 0
    for place in stride(from: close, through: 0, by: -1) {
      switch tokens[place].kind {
      case .symbol(.rightParenthesis), .symbol(.rightBracket): depth += 1
      case .symbol(.leftParenthesis), .symbol(.leftBracket):
        depth -= 1
        if depth == 0 { return place }
      default: continue
      }
    }
    return 0
  }

  private static func slice(_ range: Range<Int>, _ tokens: [Token], _ text: String) -> String {
    guard let first = tokens[range].first, let last = tokens[range].last else { return "" }
    return Source(name: "", text: text).text(in: SourceRange(first.range.start, last.range.end))
  }

  /// Returns the call whose parentheses are still open at the end.
  private static func innermostCall(_ tokens: [Token], _ text: String) -> CallContext? {
    var depth = 0
    var commas: [Int] = []
    for place in tokens.indices.reversed() {
      switch tokens[place].kind {
      case .symbol(.rightParenthesis), .symbol(.rightBracket), .symbol(.rightBrace): depth += 1
      case .symbol(.comma) where depth == 0: commas.append(place)
      case .symbol(.leftParenthesis) where depth == 0:
        guard place > 0, case .name(let callee) = tokens[place - 1].kind else { return nil }
        return context(callee, open: place, commas.reversed(), tokens, text)
      case .symbol(.leftBracket) where depth == 0:
        // Inside a list, complete for the call around it: `by: [depth, act]`.
        commas = []
      case .symbol(.leftBrace) where depth == 0, .symbol(.semicolon) where depth == 0, .newline where depth == 0:
        return nil
      case .symbol(.leftParenthesis), .symbol(.leftBracket), .symbol(.leftBrace): depth -= 1
      default: continue
      }
    }
    return nil
  }

  private static func context(
    _ callee: String, open: Int, _ commas: [Int], _ tokens: [Token], _ text: String
  ) -> CallContext {
    let bounds = [open] + commas + [tokens.count]
    var arguments = zip(bounds, bounds.dropFirst()).map { argument(tokens[($0 + 1)..<$1], tokens, text) }
    let isAtStart = bounds[bounds.count - 2] + 1 == tokens.count
    if open >= 2, tokens[open - 2].kind == .symbol(.pipe) {
      let source = piped(before: open - 2, tokens, text)
      arguments.insert(CallContext.Argument(name: nil, source: source, words: []), at: 0)
    }
    return CallContext(callee: callee, arguments: arguments, isAtStart: isAtStart)
  }

  private static func argument(
    _ range: ArraySlice<Token>, _ tokens: [Token], _ text: String
  ) -> CallContext.Argument {
    var value = range
    var label: String?
    if range.count >= 2, case .name(let name) = range[range.startIndex].kind,
      range[range.startIndex + 1].kind == .symbol(.colon)
    {
      label = name
      value = range.dropFirst(2)
    }
    let words = value.compactMap { token in
      switch token.kind {
      case .name(let word), .text(let word): word
      default: nil
      }
    }
    return CallContext.Argument(name: label, source: slice(value.indices, tokens, text), words: words)
  }

  /// Returns the source before a pipe, from the beginning of the statement or from the enclosing bracket.
  private static func piped(before pipe: Int, _ tokens: [Token], _ text: String) -> String {
    var depth = 0
    var start = pipe
    scan: while start > 0 {
      switch tokens[start - 1].kind {
      case .symbol(.rightParenthesis), .symbol(.rightBracket), .symbol(.rightBrace): depth += 1
      case .symbol(.leftParenthesis), .symbol(.leftBracket), .symbol(.leftBrace):
        if depth == 0 { break scan }
        depth -= 1
      case .symbol(.equals), .symbol(.comma), .symbol(.semicolon), .symbol(.colon), .newline, .keyword(.return),
        .keyword(.if), .keyword(.while), .keyword(.in), .keyword(.assert):
        if depth == 0 { break scan }
      default: break
      }
      start -= 1
    }
    return slice(start..<pipe, tokens, text)
  }
}
