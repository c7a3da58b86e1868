// SPDX-License-Identifier: GPL-3.0-or-later

extension Lexer {
  /// Appends a symbol and matches brackets. A `}` may end an expression inside a string.
  mutating func appendMatched(_ symbol: Symbol, from start: Int) {
    switch symbol {
    case .leftParenthesis, .leftBracket, .leftBrace:
      brackets.append(Opening(symbol: symbol, offset: start, string: nil))
      append(.symbol(symbol), from: start)
    case .rightParenthesis, .rightBracket, .rightBrace:
      close(symbol, from: start)
    default:
      append(.symbol(symbol), from: start)
    }
  }

  private mutating func close(_ symbol: Symbol, from start: Int) {
    guard let opening = brackets.last else {
      reportStray(symbol, at: SourceRange(start, position))
      return append(.symbol(symbol), from: start)
    }
    if opening.symbol.partner == symbol {
      brackets.removeLast()
      guard let string = opening.string else { return append(.symbol(symbol), from: start) }
      append(.interpolationEnd, from: start)
      return stringBody(of: string)
    }
    reportUnclosed(opening, endedAt: SourceRange(start, position), by: symbol)
    append(.symbol(symbol), from: start)
  }

  /// Records an unopened bracket. Only the first bracket fault is kept: later ones are often its consequences.
  private mutating func reportStray(_ symbol: Symbol, at range: SourceRange) {
    guard bracketFault == nil else { return }
    bracketFault = BracketFault(
      reach: range.start,
      diagnostic: Diagnostic(
        .syntax, code: "unopened-bracket", "'\(symbol.rawValue)' without a matching '\(symbol.partner.rawValue)'",
        labels: [Diagnostic.Label(source, range, "no '\(symbol.partner.rawValue)' is open here")]),
      isUnfinished: false)
  }

  /// Returns the offset from which parser errors are treated as consequences of an unclosed bracket. The lines of a
  /// block are parsed as usual, so for a block this is `end`. Inside other brackets the next line is not parsed as a
  /// statement, so errors count from the end of the opening line. For an expression in a string, they count from the
  /// `{` itself.
  private func reach(of opening: Opening, endedAt end: Int) -> Int {
    if opening.string != nil { return opening.offset }
    if opening.symbol == .leftBrace { return end }
    return min(end, bytes[opening.offset...].firstIndex { $0.isLineBreak } ?? end)
  }

  /// Records a bracket that the wrong symbol closes, or that is never closed. An expression in a string must end on the
  /// line where it begins.
  mutating func reportUnclosed(_ opening: Opening, endedAt range: SourceRange, by closer: Symbol? = nil) {
    guard bracketFault == nil else { return }
    let mark = opening.symbol.rawValue
    let wanted = opening.symbol.partner.rawValue
    let place =
      closer.map { "'\(wanted)' is expected before this '\($0.rawValue)'" }
      ?? (opening.string == nil ? "the text ends here" : "'\(wanted)' is expected on the same line")
    let labels = [
      Diagnostic.Label(source, SourceRange(opening.offset, opening.offset + 1), "this '\(mark)' is not closed"),
      Diagnostic.Label(source, range, place),
    ]
    bracketFault = BracketFault(
      reach: reach(of: opening, endedAt: range.start),
      diagnostic: Diagnostic(
        .syntax, code: "unclosed-bracket", "'\(mark)' without a matching '\(wanted)'", labels: labels,
        notes: opening.string == nil ? [] : ["a literal '{' in a string is written \\{"]),
      isUnfinished: closer == nil && opening.string == nil)
  }
}

extension Symbol {
  /// The matching bracket. A symbol that is not a bracket is its own partner.
  package var partner: Symbol {
    switch self {
    case .leftParenthesis: .rightParenthesis
    case .rightParenthesis: .leftParenthesis
    case .leftBracket: .rightBracket
    case .rightBracket: .leftBracket
    case .leftBrace: .rightBrace
    case .rightBrace: .leftBrace
    default: self
    }
  }
}
