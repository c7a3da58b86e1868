// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// Choices that are written as strings or numbers, as in other libraries.
extension Registry {
  /// Returns the error about a string that names a choice, or nil if it does not or if one of the types accepts strings.
  func quotedChoice(_ expression: Expression, for types: [ParameterType]) -> Complaint? {
    guard case .string(let parts) = expression.kind, case .text(let text)? = parts.first, parts.count == 1,
      let type = types.first, types.allSatisfy({ !$0.takesText(text) })
    else { return nil }
    if let code = ForeignWord.argument(for: text) {
      return Complaint("wrong-type", "this is an argument of its own", replacement: code)
    }
    guard types.allSatisfy({ !$0.families.isEmpty }),
      let name = name(choice: text, for: type)
    else { return nil }
    return Complaint(
      "wrong-type", "a choice is written without quotes", label: "write \(name) without quotes", replacement: name)
  }

  /// Returns the choice that a string names, in any case and perhaps as another library calls it, or nil.
  private func name(choice text: String, for type: ParameterType) -> String? {
    let known = type.families.flatMap { choices[$0] ?? [] } + type.words
    return known.first { $0 == text.lowercased() } ?? Synonym.of(text, among: known)
  }

  /// Whether a name is that of a choice.
  func hasChoice(_ name: String) -> Bool { choices.values.contains { $0.contains(name) } }

  /// Returns the first name in a list that is a choice which the type accepts, or nil.
  func firstName(choices value: Value, for type: ParameterType) -> String? {
    (value.elements.map { Array($0.values) } ?? []).lazy.compactMap { names(choices: $0, for: type)?.first }.first
  }

  /// Returns the names in a string or a list of strings if all are choices that the type accepts, or nil.
  func names(choices value: Value, for type: ParameterType) -> [String]? {
    let values = value.elements.map { Array($0.values) } ?? [value]
    let names = values.compactMap { value in
      if case .string(let text) = value { name(choice: text, for: type) } else { nil }
    }
    return names.count == values.count && !names.isEmpty ? names : nil
  }

  /// Returns the choice to write instead of a number, such as `clip_norm(1)` for 1, or nil.
  func choice(from value: Value, _ text: String, for type: ParameterType) -> String? {
    guard case .number = value else { return nil }
    return type.families.lazy.compactMap { Self.numbered[$0.name] }.first.map { "\($0)(\(text))" }
  }

  /// The choice that a number of another library stands for, by family.
  private static let numbered = [
    "initializer": "constant", "clip": "clip_norm", "optimizer": "sgd", "penalty": "l2", "layer": "dense",
  ]
}

extension ParameterType {
  /// Whether the type accepts a string as it is.
  fileprivate func takesText(_ text: String) -> Bool {
    words.contains(text)
      || members.contains { member in
        switch member {
        case .any, .string, .anyWord, .columnName, .columnNames: true
        default: false
        }
      }
  }
}
