// SPDX-License-Identifier: GPL-3.0-or-later

/// Parses a source and returns its syntax tree. Throws the first error.
public func parse(_ source: Source) throws(Diagnostic) -> Program {
  let (program, faults) = parseAll(source)
  if let first = faults.first { throw first }
  return program
}

/// Parses a source and returns the statements that could be parsed, and all errors in source order. After an error,
/// parsing resumes at the next statement outside the same block.
public func parseAll(_ source: Source) -> (program: Program, faults: [Diagnostic]) {
  var parser = Parser(source)
  let result = parser.parseText()
  return (Program(source: source, statements: result.statements), result.faults.map(\.diagnostic))
}

/// Whether the text entered at a prompt can be run.
public enum Completeness: Sendable {
  case complete
  /// The text ends inside brackets, braces or a string, after an operator, or where a block is expected.
  case incomplete
  /// No further input can make the text valid.
  case invalid(Diagnostic)
}

/// Returns whether a text is complete, or can be completed by further lines.
public func completeness(of text: String) -> Completeness {
  var parser = Parser(Source(name: "", text: text))
  let (_, faults) = parser.parseText()
  guard let first = faults.first else { return .complete }
  return first.isUnfinished ? .incomplete : .invalid(first.diagnostic)
}

extension Parser {
  /// An error, and whether it occurs only because the text ends where it does.
  struct Fault {
    let diagnostic: Diagnostic
    let isUnfinished: Bool
  }

  /// Parsing stops after this many errors. A text with more is probably not a program.
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
        recover(from: start, past: error.labels.first { $0.replacement != nil }?.range.end ?? 0)
      }
    }
    return (statements, faults)
  }

  private func stopsAtEnd(_ error: Diagnostic) -> Bool {
    error.code == Lexer.unclosedString || (current.kind == .end && error.code == Parser.unexpectedCode)
  }

  /// Skips to the end of the top-level statement that began at `start`, and resets the nesting counters. Lines indented
  /// more deeply than the statement are skipped as well, because they may be a block without braces, and so is all code up
  /// to `end` that the correction of the error replaces.
  private mutating func recover(from start: Int, past end: Int) {
    var braces = 0
    for token in tokens[start..<index] {
      braces += token.kind == .symbol(.leftBrace) ? 1 : token.kind == .symbol(.rightBrace) ? -1 : 0
    }
    while current.kind != .end {
      if current.kind == .newline, braces <= 0, current.range.start >= end, !continues(statementAt: start) { break }
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

  /// Returns the number of bytes between the first token of a line and the preceding line break.
  private func indentation(_ index: Int) -> Int {
    let lineStart = index > 0 ? tokens[index - 1].range.end : 0
    return tokens[index].range.start - lineStart
  }
}
