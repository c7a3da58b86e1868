// SPDX-License-Identifier: GPL-3.0-or-later

extension Parser {
  /// Returns the error for a block of another language that begins here.
  func foreignBlock() -> Diagnostic? {
    if at(.colon) { return colonForBlock() }
    if let fault = blockInOneLine() { return fault }
    guard case .name(let word) = current.kind, let habit = Habit.beforeBlock[word] else { return nil }
    return fault(habit, current.range)
  }

  /// Returns the error for the block of a line such as `for i in 1..3; do print(i); done` or `if x > 1, disp(x), end`, if
  /// it begins at the current token.
  private func blockInOneLine() -> Diagnostic? {
    guard at(.comma) || at(.semicolon) || current.kind == .name("do") || current.kind == .name("then") else {
      return nil
    }
    let line = source.line(holding: current.range.start).range
    let rest = source.text(in: SourceRange(current.range.start, line.end))
    let block = /[,;]?\s*(?:(?:do|then)\s+)?(.*?)\s*[,;]?\s*\b(?:end|done|fi)\s*;?/
    guard let match = rest.wholeMatch(of: block), !match.1.isEmpty,
      !match.1.contains(/\b(?:end|done|fi|for|while|if)\b/)
    else { return nil }
    let branches = match.1.split(separator: /[,;]?\s*\belse\b\s*/)
    return fault(
      Habit.code, "a block is in braces", SourceRange(current.range.start, line.end),
      replacement: "\(previousEnd == current.range.start ? " " : ""){ \(branches.joined(separator: " } else { ")) }")
  }

  /// Returns the error for a colon where a block begins, as in Python, with the block in braces as its correction.
  func colonForBlock() -> Diagnostic {
    let advice = "put blocks in braces: { ... }"
    let colon = current.range
    let (number, line) = source.line(holding: colon.start)
    let rest = source.text(in: SourceRange(colon.end, line.end)).code
    if !rest.isEmpty {
      return fault(
        Habit.code, "a block does not begin with ':'", SourceRange(colon.start, line.end), label: advice,
        replacement: " { \(rest) }")
    }
    let block = IndentedBlock(after: number, in: source)
    return fault(
      Habit.code, "a block does not begin with ':'", SourceRange(colon.start, max(block.end, colon.end)), label: advice,
      replacement: block.text,
      notes: block.isEmpty ? [] : [(source.text(in: SourceRange(line.start, colon.start)) + block.text).indented])
  }
}

/// The lines of a block in Python's syntax, and the same block in braces.
private struct IndentedBlock {
  /// The block in braces, from the brace that opens it. Without lines, only that brace.
  private(set) var text = " {"
  /// The end of the last line, as an offset in the source.
  private(set) var end = 0
  private(set) var isEmpty = true
  /// The indentation of the heads of the blocks that are open.
  private var heads: [Int]

  /// Reads the lines that are indented more deeply than the given one, and those that continue it, such as `else:`.
  init(after number: Int, in source: Source) {
    heads = [source.lineText(number).indentation]
    var next = number + 1
    while next <= source.lineCount {
      let line = source.lineText(next)
      let code = line.code
      if code.isEmpty { next += 1; continue }
      guard line.indentation > heads[0] || line.indentation == heads[0] && code.continuesBranch else { break }
      append(code, indentation: line.indentation)
      end = source.line(number: next).end
      isEmpty = false
      next += 1
    }
    if isEmpty { return }
    while let head = heads.popLast() { text += "\n" + blanks(head) + "}" }
  }

  private mutating func append(_ line: String, indentation: Int) {
    var code = line
    var isBranch = false
    while heads.count > 1 || line.continuesBranch, let head = heads.last, indentation <= head {
      heads.removeLast()
      isBranch = indentation == head && line.continuesBranch
      text += "\n" + blanks(head) + "}"
      if isBranch { break }
    }
    if code.hasPrefix("elif") { code = "else if" + code.dropFirst(4) }
    if code.hasSuffix(":") {
      heads.append(indentation)
      code = code.dropLast() + " {"
    }
    text += isBranch ? " \(code)" : "\n\(blanks(indentation))\(code)"
  }

  private func blanks(_ count: Int) -> String { String(repeating: " ", count: count) }
}

extension String {
  /// The number of blanks before the first other character.
  fileprivate var indentation: Int { prefix { $0 == " " || $0 == "\t" }.count }

  /// The line without indentation, and without a comment unless it contains a quote.
  fileprivate var code: String {
    let text = contains("\"") ? self : String(prefix { $0 != "#" })
    return String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }

  /// Whether the line continues the `if` before it.
  fileprivate var continuesBranch: Bool { hasPrefix("else") || hasPrefix("elif") }

  /// The text with every line indented by two blanks more, so that it is not wrapped.
  fileprivate var indented: String { split(separator: "\n").map { "  " + $0 }.joined(separator: "\n") }
}
