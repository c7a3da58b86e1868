// SPDX-License-Identifier: GPL-3.0-or-later

public enum Keyword: String, Hashable, Sendable, CaseIterable {
  case fn, `return`, `if`, `else`, `for`, `in`, `while`, `break`, `continue`
  case and, or, not, `true`, `false`, none, assert
}

/// The punctuation and the operators that are not words.
public enum Symbol: String, Hashable, Sendable, CaseIterable {
  case leftParenthesis = "(", rightParenthesis = ")"
  case leftBracket = "[", rightBracket = "]"
  case leftBrace = "{", rightBrace = "}"
  case comma = ",", colon = ":", semicolon = ";", equals = "=", dot = ".", range = "..", pipe = "|>"
  case isEqual = "==", isNotEqual = "!=", isLess = "<", isLessOrEqual = "<=", isGreater = ">", isGreaterOrEqual = ">="
  case plus = "+", minus = "-", star = "*", slash = "/", percent = "%", caret = "^"
}

public struct Token: Hashable, Sendable {
  public let kind: Kind
  public let range: SourceRange

  /// The kinds of token. A string literal is a `stringStart`, any number of `text` tokens and of expressions between
  /// `interpolationStart` and `interpolationEnd`, and a `stringEnd`.
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
    /// A line break that separates statements. Line breaks inside `( )` and `[ ]` produce no token.
    case newline
    case end
    /// Text that cannot be read. The number is an index into the lexer's errors.
    case invalid(Int)
  }

  public init(_ kind: Kind, _ range: SourceRange) {
    self.kind = kind
    self.range = range
  }

  /// The spelling of a keyword or a symbol, or nil for other tokens.
  package var spelling: String? {
    switch kind {
    case .keyword(let keyword): keyword.rawValue
    case .symbol(let symbol): symbol.rawValue
    default: nil
    }
  }

  /// Whether an operand can begin with the token.
  package var beginsOperand: Bool {
    switch kind {
    case .number, .name, .stringStart: true
    case .keyword(let keyword): [.true, .false, .none, .fn, .not].contains(keyword)
    case .symbol(let symbol): [.leftParenthesis, .leftBracket].contains(symbol)
    default: false
    }
  }

  /// Whether an operand can end with the token.
  package var endsOperand: Bool {
    switch kind {
    case .number, .name, .stringEnd: true
    case .keyword(let keyword): [.true, .false, .none].contains(keyword)
    case .symbol(let symbol): [.rightParenthesis, .rightBracket].contains(symbol)
    default: false
    }
  }

  /// How error messages refer to the token.
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
    case .invalid: "unreadable text"
    }
  }
}

extension BidirectionalCollection<Token> {
  /// An empty range after the last token that is not a line break. Errors about missing text point here.
  var endOfCode: SourceRange {
    let end = last { ![.newline, .end].contains($0.kind) }?.range.end ?? 0
    return SourceRange(end, end)
  }
}
