// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import FlowTables

/// An extension for VS Code: a TextMate grammar, and the configuration of brackets and comments.
enum VSCodeFiles {
  static func all(_ vocabulary: EditorVocabulary) -> [EditorFile] {
    [
      EditorFile(path: "vscode/package.json", text: package.text),
      EditorFile(path: "vscode/language-configuration.json", text: configuration.text),
      EditorFile(path: "vscode/syntaxes/gradflow.tmLanguage.json", text: grammar(vocabulary).text),
    ]
  }

  private static let package: EditorJSON = [
    "name": "gradflow", "displayName": "gradflow", "description": "The language of gradflow", "version": "0.1.0",
    "publisher": "gradflow", "license": "GPL-3.0-or-later", "engines": ["vscode": "^1.60.0"],
    "categories": ["Programming Languages"],
    "contributes": [
      "languages": [
        [
          "id": "gradflow", "aliases": ["gradflow"], "extensions": [".gf"], "firstLine": "^#!.*\\bgradflow\\b",
          "configuration": "./language-configuration.json",
        ] as EditorJSON
      ],
      "grammars": [
        ["language": "gradflow", "scopeName": "source.gradflow", "path": "./syntaxes/gradflow.tmLanguage.json"]
          as EditorJSON
      ],
    ],
  ]

  private static let configuration: EditorJSON = [
    "comments": ["lineComment": "#"],
    "brackets": [["{", "}"], ["[", "]"], ["(", ")"]],
    "autoClosingPairs": [
      ["open": "{", "close": "}"] as EditorJSON, ["open": "[", "close": "]"], ["open": "(", "close": ")"],
      ["open": "\"", "close": "\"", "notIn": ["string", "comment"]],
    ],
    "surroundingPairs": [["{", "}"], ["[", "]"], ["(", ")"], ["\"", "\""]],
    "indentationRules": [
      "increaseIndentPattern": "^[^#\"]*[\\[({]\\s*(#.*)?$", "decreaseIndentPattern": "^\\s*[\\])}]",
    ],
  ]

  private static let scopes: [EditorVocabulary.KeywordKind: String] = [
    .conditional: "keyword.control.conditional", .loop: "keyword.control.loop", .function: "keyword.other.function",
    .logic: "keyword.operator.logical", .constant: "constant.language", .check: "keyword.control.assert",
  ]

  /// Returns the TextMate grammar. The first pattern that matches wins, so arguments and fields come before functions,
  /// which may have the same names.
  private static func grammar(_ vocabulary: EditorVocabulary) -> EditorJSON {
    func rule(_ scope: String, _ match: String) -> EditorJSON {
      ["name": .string("\(scope).gradflow"), "match": .string(match)]
    }
    func words(_ words: [String]) -> String { "\\b(?:\(words.joined(separator: "|")))\\b" }
    let inside: EditorJSON = [["include": "#braces"] as EditorJSON, ["include": "$self"]]
    let patterns: [EditorJSON] =
      [
        rule("comment.line.shebang", "\\A#!.*$"),
        rule("meta.preprocessor", "^\\s*:[a-z]+(?:\\s+(?:\(vocabulary.settings.joined(separator: "|"))))?"),
        rule("comment.line.number-sign", "#.*$"),
        ["include": "#string"],
        rule("variable.parameter", "\\b[\\p{L}_][\\p{L}\\p{N}_]*(?=\\s*:)"),
        rule("variable.other.property", "(?<=[^.]\\.)[\\p{L}_][\\p{L}\\p{N}_]*"),
      ] + vocabulary.keywords.map { rule(scopes[$0.kind]!, words($0.words)) } + [
        rule("entity.name.function", "(?<=\\bfn\\s)\\s*[\\p{L}_][\\p{L}\\p{N}_]*"),
        rule("support.constant", words(vocabulary.choices)),
        rule("support.function", words(vocabulary.functions)),
        rule(
          "constant.numeric",
          "(?<![\\p{L}\\p{N}_])(?:\(digits)(?:\\.\(digits))?|(?<!\\.)\\.\(digits))(?:[eE][-+]?\(digits))?"),
        rule("keyword.operator", vocabulary.operators.map(escaped).joined(separator: "|")),
      ]
    return [
      "name": "gradflow", "scopeName": "source.gradflow", "patterns": .array(patterns),
      "repository": [
        "string": [
          "name": "string.quoted.double.gradflow", "begin": "\"", "end": "\"",
          "patterns": [
            rule("constant.character.escape", "\\\\(?:[nt\"\\\\{]|u\\{[0-9a-fA-F]+\\})"),
            rule("invalid.illegal.escape", "\\\\."),
            [
              "name": "meta.interpolation.gradflow", "begin": "\\{", "end": "\\}", "patterns": inside,
              "captures": ["0": ["name": "punctuation.section.interpolation.gradflow"]],
            ],
          ],
        ],
        "braces": ["begin": "\\{", "end": "\\}", "patterns": inside],
      ],
    ]
  }

  private static let digits = "\\d+(?:_\\d+)*"

  /// Returns a regular expression that matches an operator.
  private static func escaped(_ sign: String) -> String {
    sign.map { "|.*+^/?".contains($0) ? "\\\($0)" : String($0) }.joined()
  }
}

/// A JSON value whose objects keep the order of their keys.
enum EditorJSON: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, Sendable {
  case string(String)
  indirect case array([EditorJSON])
  indirect case object([(key: String, value: EditorJSON)])

  init(stringLiteral value: String) { self = .string(value) }
  init(arrayLiteral elements: EditorJSON...) { self = .array(elements) }
  init(dictionaryLiteral elements: (String, EditorJSON)...) { self = .object(elements.map { ($0, $1) }) }

  /// The value as an indented document that ends with a newline.
  var text: String { written(indent: "") + "\n" }

  private func written(indent: String) -> String {
    func block(_ open: String, _ close: String, _ lines: [String]) -> String {
      if lines.isEmpty { return open + close }
      return open + "\n" + lines.map { "\(indent)  \($0)" }.joined(separator: ",\n") + "\n\(indent)\(close)"
    }
    switch self {
    case .string(let text): return JSONText.quoted(text)
    case .array(let elements): return block("[", "]", elements.map { $0.written(indent: indent + "  ") })
    case .object(let members):
      return block(
        "{", "}", members.map { "\(JSONText.quoted($0.key)): \($0.value.written(indent: indent + "  "))" })
    }
  }
}
