// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime

/// The words and operators of the language for syntax highlighting, from the tables that the program uses.
struct EditorVocabulary {
  /// The keywords, grouped by kind.
  let keywords: [(kind: KeywordKind, words: [String])]
  /// The names of choices, such as activations, initializers and losses, and of layers.
  let choices: [String]
  /// The names of all other builtins.
  let functions: [String]
  /// The names of settings, which follow `:set`.
  let settings: [String]
  /// The operators, longest first.
  let operators: [String]

  enum KeywordKind: String, CaseIterable { case conditional, loop, function, logic, constant, check }

  init(_ registry: Registry) {
    keywords = KeywordKind.allCases.map { kind in
      (kind, Keyword.allCases.filter { $0.kind == kind }.map(\.rawValue) + (kind == .constant ? ["inf", "nan"] : []))
    }
    let isChoice = { (overloads: Overloads) in
      overloads.entries.contains { $0.family != nil || $0.group == .layers }
    }
    choices = registry.builtins.values.filter(isChoice).map(\.name).sorted()
    functions = registry.builtins.values.filter { !isChoice($0) }.map(\.name).sorted()
    settings = Setting.all.map(\.name)
    let brackets: Set<Symbol> = [
      .leftParenthesis, .rightParenthesis, .leftBracket, .rightBracket, .leftBrace, .rightBrace, .comma, .colon,
      .semicolon, .dot,
    ]
    operators = Symbol.allCases.filter { !brackets.contains($0) }.map(\.rawValue)
      .sorted { ($1.count, $0) < ($0.count, $1) }
  }
}

extension Keyword {
  fileprivate var kind: EditorVocabulary.KeywordKind {
    switch self {
    case .if, .else: .conditional
    case .for, .in, .while, .break, .continue: .loop
    case .fn, .return: .function
    case .and, .or, .not: .logic
    case .true, .false, .none: .constant
    case .assert: .check
    }
  }
}

package struct EditorFile: Sendable {
  /// The path relative to examples/editors.
  package let path: String
  package let text: String

  /// Returns the files for all editors.
  package static func all(_ registry: Registry) -> [EditorFile] {
    let vocabulary = EditorVocabulary(registry)
    return VimFiles.all(vocabulary) + VSCodeFiles.all(vocabulary)
  }
}
