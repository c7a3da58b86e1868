// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import OrderedCollections

/// The builtins by name, and the help pages.
package struct Registry: Sendable {
  /// The builtins in the order of declaration.
  package let builtins: OrderedDictionary<String, Overloads>
  /// The names of each family's choices, in the order of declaration.
  package let choices: OrderedDictionary<Family, [String]>
  /// The help pages on topics other than functions, in the order in which help lists them.
  package private(set) var concepts: [Concept]
  /// The fields of each kind of object, and the columns of the tables that no builtin returns.
  package let fields: [GlossList]
  /// The guided tour that the prompt offers.
  package let tour: Tour

  /// Creates a registry from lists of builtins. Entries with the same name are overloads.
  package init(_ lists: [[Builtin]], concepts: [Concept] = [], fields: [GlossList] = [], tour: Tour = Tour()) {
    self.concepts = concepts
    self.fields = fields
    self.tour = tour
    var entries: OrderedDictionary<String, [Builtin]> = [:]
    var choices: OrderedDictionary<Family, [String]> = [:]
    for builtin in lists.joined() {
      entries[builtin.name, default: []].append(builtin)
      if let family = builtin.family { choices[family, default: []].append(builtin.name) }
    }
    builtins = entries.mapValues { Overloads(name: $0[0].name, entries: $0) }
    self.choices = choices
  }

  package subscript(name: String) -> Overloads? { builtins[name] }

  /// Returns a copy of the registry with more help pages, listed after the existing ones.
  package func adding(_ pages: [Concept]) -> Registry {
    var registry = self
    registry.concepts += pages
    return registry
  }

  package var names: [String] { Array(builtins.keys) }

  /// Returns the builtin that makes the choice with this name in a family.
  package func choice(_ name: String, of family: Family) -> Builtin? {
    builtins[name]?.entries.first { $0.family == family }
  }

  /// Returns the error about an unknown bare name passed to a parameter that accepts words or choices, or nil if it
  /// accepts neither. The suggestion may also be a variable.
  func unknownWord(_ name: String, for type: ParameterType, among variables: Set<String>) -> Complaint? {
    let words = type.words + type.families.flatMap { choices[$0] ?? [] }
    if words.isEmpty { return nil }
    return .unknown(
      type.families.first?.name ?? "word", name, code: "unknown-choice", among: words + variables.sorted(),
      notes: ["it is one of \(words.joined(separator: ", "))"])
  }

  /// Returns a note that lists the choices a parameter accepts. Empty if it accepts none.
  func choices(for type: ParameterType) -> [String] {
    let names = type.families.flatMap { choices[$0] ?? [] }
    return names.isEmpty ? [] : ["it is one of \(names.joined(separator: ", "))"]
  }

  /// Returns whether any parameter accepts the word without quotes. A single letter is more likely to be a variable.
  private func isWord(_ name: String) -> Bool {
    name.count > 1
      && builtins.values.contains { $0.entries.contains { $0.parameters.contains { $0.type.words.contains(name) } } }
  }

  /// Returns the error about a name that is neither a builtin nor a variable.
  func unknownName(_ name: String, isCalled: Bool = false, among variables: Set<String>) -> Complaint {
    if !isCalled, let advice = ForeignWord.advice(forName: name) {
      return Complaint("unknown-name", "unknown name '\(name)'", label: advice)
    }
    if !isName(name), suggestion(for: name, among: variables) == nil {
      return Complaint(
        "unknown-name", "unknown name '\(name)'",
        notes: [
          "in backquotes, a name may contain any characters; a string is written \(quoted(name))",
          "at the prompt, !\(name) runs a command",
        ])
    }
    let literals = Synonym.of(name, among: ["none", "inf"]).map { [$0] } ?? []
    let complaint = Complaint.unknown(
      isCalled ? "function" : "name", name, code: "unknown-name", among: literals + variables.sorted() + names)
    guard complaint.label.isEmpty else { return complaint }
    let fix =
      isCalled
      ? "define it first: fn \(name)(x) = ..., or find one: ?builtins lists all, ??word searches"
      : "give it a value first: \(name) = ..."
    let asText =
      isWord(name) ? ["or write \(quoted(name)): a word needs quotes unless an argument takes that word"] : []
    return Complaint(complaint.code, complaint.message, notes: [fix] + asText)
  }
}
