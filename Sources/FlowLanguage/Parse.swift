// SPDX-License-Identifier: GPL-3.0-or-later

/// The tree of a text; throws its first error.
public func parse(_ source: Source) throws(Diagnostic) -> Program {
  let (program, faults) = parseAll(source)
  if let first = faults.first { throw first }
  return program
}

/// The statements that could be read, and the errors of the others in the order of the text.
/// After an error reading goes on with the next statement that does not lie in the same block.
public func parseAll(_ source: Source) -> (program: Program, faults: [Diagnostic]) {
  var parser = Parser(source)
  let result = parser.parseText()
  return (Program(source: source, statements: result.statements), result.faults.map(\.diagnostic))
}

/// What a prompt does with an entry.
public enum Completeness: Sendable {
  case complete
  /// It ends inside brackets, braces or a string, after an operator or where a block must follow.
  case incomplete
  /// No further text can make it right.
  case invalid(Diagnostic)
}

/// Whether a text is a whole entry, or may become one with further lines.
public func completeness(of text: String) -> Completeness {
  var parser = Parser(Source(name: "", text: text))
  let (_, faults) = parser.parseText()
  guard let first = faults.first else { return .complete }
  return first.isUnfinished ? .incomplete : .invalid(first.diagnostic)
}

extension Parser {
  /// An error, and whether it is one only because the text ends where it does.
  struct Fault {
    let diagnostic: Diagnostic
    let isUnfinished: Bool
  }

  /// A text with more errors than this is no program.
  private static let faultLimit = 50

  mutating func parseText() -> (statements: [Statement], faults: [Fault]) {
    var statements: [Statement] = []
    var faults: [Fault] = []
    while faults.count < Parser.faultLimit {
      skipSeparators()
      if current.kind == .end { break }
      let start = index
      do throws(Diagnostic) {
        statements.append(try separatedStatement())
      } catch {
        let isLexical = if case .invalid = current.kind { true } else { false }
        if let bracket = bracketFault, !isLexical, current.range.start >= bracket.reach {
          faults.append(
            Fault(diagnostic: bracket.diagnostic, isUnfinished: bracket.isUnfinished && stopsAtEnd(error)))
          break
        }
        faults.append(Fault(diagnostic: error, isUnfinished: stopsAtEnd(error)))
        recover(from: start)
      }
    }
    return (statements, faults)
  }

  private func stopsAtEnd(_ error: Diagnostic) -> Bool {
    error.code == Lexer.unclosedString || (current.kind == .end && error.code == Parser.unexpectedCode)
  }

  /// Goes to the end of the top-level statement that began at a token, and forgets what it was inside of.
  /// Lines that stand further to the right belong to it: they may be a block without braces.
  private mutating func recover(from start: Int) {
    var braces = 0
    for token in tokens[start..<index] {
      braces += token.kind == .symbol(.leftBrace) ? 1 : token.kind == .symbol(.rightBrace) ? -1 : 0
    }
    while current.kind != .end {
      if current.kind == .newline, braces <= 0, !continues(statementAt: start) { break }
      if at(.leftBrace) { braces += 1 }
      if at(.rightBrace) { braces -= 1 }
      advance()
    }
    (loops, functions, nesting, height) = (0, 0, 0, 0)
  }

  private func continues(statementAt start: Int) -> Bool {
    guard let next = tokens[index...].firstIndex(where: { $0.kind != .newline }), tokens[next].kind != .end else {
      return false
    }
    return [.symbol(.pipe), .keyword(.else)].contains(tokens[next].kind) || indentation(next) > indentation(start)
  }

  /// How many bytes stand between a token and the line break before it, if it is the first one of its line.
  private func indentation(_ index: Int) -> Int {
    let lineStart = index > 0 ? tokens[index - 1].range.end : 0
    return tokens[index].range.start - lineStart
  }
}
