// SPDX-License-Identifier: GPL-3.0-or-later

/// Questions in English.
extension Parser {
  private static let questions: Set<String> = [
    "why", "how", "what", "which", "when", "who", "can", "does", "is", "please",
  ]

  /// Returns the error for a sentence of more than three words that begins here, such as `why does my net not learn`.
  func sentence() -> Diagnostic? {
    guard case .name(let first) = current.kind, Self.questions.contains(first.lowercased()), ahead(1).isWord else {
      return nil
    }
    var reader = self
    var count = 0
    while reader.current.isWord {
      reader.advance()
      count += 1
    }
    if reader.foreignSign?.spelling == "?" { reader.advance() }
    guard count > 3, reader.current.endsStatement else { return nil }
    return Diagnostic.sentence(source, SourceRange(current.range.start, reader.previousEnd))
  }
}

extension Diagnostic {
  /// Creates the error about a sentence that is not code.
  package static func sentence(_ source: Source, _ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .syntax, code: Habit.code, "this is a sentence, not code",
      labels: [Label(source, range, "at the prompt, type ?? and words to search the help")])
  }
}

extension Token {
  /// Whether the token consists of letters, as a word of a sentence does.
  fileprivate var isWord: Bool {
    switch kind {
    case .name, .keyword: true
    default: false
    }
  }
}
