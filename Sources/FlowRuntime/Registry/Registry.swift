// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import OrderedCollections

/// Every builtin by name.
package struct Registry: Sendable {
  /// In the order of declaration.
  package let builtins: OrderedDictionary<String, Overloads>
  /// The names of each family's choices, in the order of declaration.
  package let choices: OrderedDictionary<Family, [String]>
  /// The help pages on everything that is not a function, in the order in which help lists them.
  package private(set) var concepts: [Concept]
  /// The fields of each kind of object, and the columns of those tables that no builtin returns.
  package let fields: [GlossList]
  /// The guided tour of the prompt.
  package let tour: Tour

  /// Creates a registry from lists of builtins. Entries of the same name are overloads.
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

  /// The builtins of a name.
  package subscript(name: String) -> Overloads? { builtins[name] }

  /// Returns the registry with more help pages, listed after its own.
  package func adding(_ pages: [Concept]) -> Registry {
    var registry = self
    registry.concepts += pages
    return registry
  }

  /// The names of all builtins.
  package var names: [String] { Array(builtins.keys) }

  /// The entry that makes the choice of a name in a family.
  package func choice(_ name: String, of family: Family) -> Builtin? {
    builtins[name]?.entries.first { $0.family == family }
  }

  /// The complaint about a bare name that is unknown, where a parameter takes words or choices; nil if it takes none.
  /// Variables may be meant too.
  func unknownWord(_ name: String, for type: ParameterType, among variables: Set<String>) -> Complaint? {
    let words = type.words + type.families.flatMap { choices[$0] ?? [] }
    if words.isEmpty { return nil }
    return .unknown(
      type.families.first?.name ?? "word", name, code: "unknown-choice", among: words + variables.sorted(),
      notes: ["it is one of \(words.joined(separator: ", "))"])
  }

  /// The word or the choice whose name stands in quotes, where the parameter takes the name itself.
  func unquoted(_ value: Value, for type: ParameterType) -> String? {
    let names = (value.elements ?? [value]).compactMap { if case .string(let name) = $0 { name } else { nil } }
    guard let name = names.first else { return nil }
    return type.families.contains { choices[$0]?.contains(name) == true } ? name : nil
  }

  /// What may stand for a parameter that takes choices; nothing where it takes none.
  func choices(for type: ParameterType) -> [String] {
    let names = type.families.flatMap { choices[$0] ?? [] }
    return names.isEmpty ? [] : ["it is one of \(names.joined(separator: ", "))"]
  }

  /// Whether some argument takes that word without quotes. Single letters are more likely to be names.
  private func isWord(_ name: String) -> Bool {
    name.count > 1
      && builtins.values.contains { $0.entries.contains { $0.parameters.contains { $0.type.words.contains(name) } } }
  }

  /// The complaint about a name that is neither a builtin nor among the variables.
  func unknownName(_ name: String, isCalled: Bool = false, among variables: Set<String>) -> Complaint {
    let complaint = Complaint.unknown(
      isCalled ? "function" : "name", name, code: "unknown-name", among: variables.sorted() + names)
    guard complaint.label.isEmpty else { return complaint }
    let mend =
      isCalled
      ? "define it first: fn \(name)(x) = ..., or find one: ?builtins lists all, ??word searches"
      : "give it a value first: \(name) = ..."
    let asText =
      isWord(name) ? ["or write \(quoted(name)): a word needs quotes unless an argument takes that word"] : []
    return Complaint(complaint.code, complaint.message, notes: [mend] + asText)
  }
}

extension Place {
  /// For calls that the program makes itself.
  static let nowhere = Place(Source(name: "", text: ""), SourceRange(0, 0))
}
