// SPDX-License-Identifier: GPL-3.0-or-later

/// The reserved words.
public enum Keyword: String, Hashable, Sendable, CaseIterable {
  case fn, `return`, `if`, `else`, `for`, `in`, `while`, `break`, `continue`
  case and, or, not, `true`, `false`, none, assert
}

/// The marks that are written without letters.
public enum Symbol: String, Hashable, Sendable, CaseIterable {
  case leftParenthesis = "(", rightParenthesis = ")"
  case leftBracket = "[", rightBracket = "]"
  case leftBrace = "{", rightBrace = "}"
  case comma = ",", colon = ":", semicolon = ";", equals = "=", dot = ".", range = "..", pipe = "|>"
  case isEqual = "==", isNotEqual = "!=", isLess = "<", isLessOrEqual = "<=", isGreater = ">", isGreaterOrEqual = ">="
  case plus = "+", minus = "-", star = "*", slash = "/", percent = "%", caret = "^"
}

/// The smallest piece of a text that means something, with its place.
public struct Token: Hashable, Sendable {
  /// What it is.
  public let kind: Kind
  /// Its place.
  public let range: SourceRange

  /// What a token is. A string literal is `stringStart`, then any number of `text` and of
  /// `interpolationStart` tokens... `interpolationEnd`, then `stringEnd`.
  public enum Kind: Hashable, Sendable {
    case number(Double)
    case name(String)
    case keyword(Keyword)
    case symbol(Symbol)
    case stringStart
    case text(String)
    case interpolationStart
    case interpolationEnd
    case stringEnd
    /// A line break that separates statements; those inside `( )` and `[ ]` are left out.
    case newline
    case end
    /// What cannot be read; the number counts the lexer's faults.
    case invalid(Int)
  }

  /// A token in its place.
  public init(_ kind: Kind, _ range: SourceRange) {
    self.kind = kind
    self.range = range
  }

  /// The fixed spelling of a keyword or a symbol.
  package var spelling: String? {
    switch kind {
    case .keyword(let keyword): keyword.rawValue
    case .symbol(let symbol): symbol.rawValue
    default: nil
    }
  }

  /// Whether an operand can begin with it.
  package var beginsOperand: Bool {
    switch kind {
    case .number, .name, .stringStart: true
    case .keyword(let keyword): [.true, .false, .none, .fn, .not].contains(keyword)
    case .symbol(let symbol): [.leftParenthesis, .leftBracket].contains(symbol)
    default: false
    }
  }

  /// How a message calls it.
  package var description: String {
    switch kind {
    case .number: "a number"
    case .name(let name): "'\(name)'"
    case .keyword, .symbol: "'\(spelling ?? "")'"
    case .stringStart: "a string"
    case .text, .stringEnd: "the rest of a string"
    case .interpolationStart: "'{'"
    case .interpolationEnd: "'}'"
    case .newline: "the end of the line"
    case .end: "the end of the text"
    case .invalid: "what cannot be read"
    }
  }
}

extension BidirectionalCollection<Token> {
  /// The empty range behind the last token that is more than a line break: where a text that ends too early ends.
  var endOfCode: SourceRange {
    let end = last { ![.newline, .end].contains($0.kind) }?.range.end ?? 0
    return SourceRange(end, end)
  }
}
