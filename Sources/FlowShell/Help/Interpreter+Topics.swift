// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

extension Interpreter {
  /// What help says of a topic: a variable, a function, a concept, a chapter, a column. Without a topic it is the
  /// overview.
  public func manual(_ topic: String) throws(Complaint) -> String {
    let topic = topic.trimmed
    if topic.isEmpty || topic == "contents" { return overview() }
    let parts = sections(topic)
    if !parts.isEmpty { return parts.joined(separator: "\n") }
    let hint = self.topic(near: topic).map { "did you mean '\($0)'?" } ?? ""
    throw Complaint("unknown-topic", "there is no help on '\(topic)'", label: hint, notes: ["??\(topic) searches"])
  }

  /// The topic nearest to one that has no page, for a message.
  public func topic(near name: String) -> String? { suggestion(for: name, among: topics) }

  /// All that help knows by name, besides the aliases of concepts.
  public var topics: [String] {
    var seen: Set<String> = []
    let names =
      session.registry.names + Concept.all.map(\.name) + chapters.map { $0.rawValue.lowercased() }
      + ColumnPlace.all(session.registry).flatMap { $0.items.map(\.name) } + globals.map(\.name)
    return names.filter { seen.insert($0).inserted }
  }

  private func sections(_ topic: String) -> [String] {
    var parts: [String] = []
    let value = session.globals.value(of: topic)
    if let value { parts.append("\(topic) is \(value.kind): \(value.summary)\n") }
    if let page = helpPage(topic) ?? helpPage(topic.lowercased()) {
      parts.append(page)
    } else if let concept = Concept.named(topic) {
      parts.append(helpPage(concept))
    }
    if let chapter = chapters.first(where: { isNamed($0, topic) }) { parts.append(list(chapter)) }
    if let page = columnPage(topic) { parts.append(page) }
    // Of a variable that is nothing else, what can be done with its kind.
    if parts.count == 1, let value, let concept = Concept.of(type: value.typeName) { parts.append(helpPage(concept)) }
    return parts
  }

  /// The chapters that have functions.
  var chapters: [Builtin.Group] {
    let used = Set(session.registry.builtins.values.flatMap { $0.entries.map(\.group) })
    return Builtin.Group.allCases.filter(used.contains)
  }

  private func isNamed(_ chapter: Builtin.Group, _ topic: String) -> Bool {
    let wanted = topic.lowercased()
    return chapter.rawValue.lowercased() == wanted
      || session.registry.builtins.values.contains { overloads in
        overloads.entries.contains { $0.group == chapter && $0.family?.name == wanted }
      }
  }

  /// The functions of a chapter.
  private func list(_ chapter: Builtin.Group) -> String {
    var page = HelpText(width: helpWidth)
    page.line(chapter.rawValue)
    let entries = session.registry.builtins.values.flatMap(\.entries).filter { $0.group == chapter }
    page.glosses(entries.map { Gloss($0.name, $0.summary) })
    return page.text
  }

  /// What a name means as a column or a field, and where it is one.
  private func columnPage(_ name: String) -> String? {
    var places: [(meaning: String, tables: [String])] = []
    for place in ColumnPlace.all(session.registry) {
      guard let item = place.items.first(where: { $0.name == name }) else { continue }
      if let known = places.firstIndex(where: { $0.meaning == item.summary }) {
        places[known].tables.append(place.title)
      } else {
        places.append((item.summary, [place.title]))
      }
    }
    if places.isEmpty { return nil }
    var page = HelpText(width: helpWidth)
    page.line("\(name) in a table, or after a dot")
    page.glosses(places.map { Gloss($0.tables.joined(separator: ", "), $0.meaning) })
    let concepts = Concept.all.filter { $0.lists.contains { $0.items.contains { $0.name == name } } }
    page.seeAlso(concepts.map(\.name))
    return page.text
  }

  /// The first screen: where to begin, then all names.
  public func overview() -> String {
    var page = HelpText(width: helpWidth)
    page.line("?flow table  how to read what flow prints     :demo   a guided tour")
    page.line("?network     what a network is and can do      ??word  searches all pages")
    for chapter in Concept.Chapter.allCases {
      page.line()
      page.line(chapter.rawValue)
      page.words(
        Concept.all.filter { $0.chapter == chapter }.map(\.name).joined(separator: ", "), indent: 2)
    }
    page.line()
    page.line("Functions by chapter; ?activations tells more of one")
    page.glosses(
      chapters.map { chapter in
        let names = session.registry.builtins.values.filter { $0.entries.contains { $0.group == chapter } }.map(\.name)
        return Gloss(chapter.rawValue, names.joined(separator: " "))
      })
    return page.text
  }
}

extension Concept {
  /// The page on values of a type.
  static func of(type: String) -> Concept? {
    if Registry.standard.choices.keys.contains(where: { $0.name == type }) { return named("choices") }
    return named(type)
  }
}

/// A table or an object and the names of what it has.
struct ColumnPlace {
  let title: String
  let items: [Gloss]

  /// Every table whose columns are always the same, then the kinds of objects.
  static func all(_ registry: Registry) -> [ColumnPlace] {
    let tables = registry.builtins.values.flatMap { overloads in
      overloads.entries.filter { !$0.columns.isEmpty }.map { entry in
        let first = overloads.entries.count > 1 ? "(\(entry.parameters.first?.name ?? ""))" : ""
        return ColumnPlace(title: entry.name + first, items: entry.columns)
      }
    }
    return tables + RunTable.all.map { ColumnPlace(title: "run.\($0.name)", items: $0.columns) } + [
      ColumnPlace(title: "run", items: RunObject.glosses), ColumnPlace(title: "network", items: NetworkObject.glosses),
      ColumnPlace(title: "layer", items: LayerObject.glosses), ColumnPlace(title: "data", items: DataObject.glosses),
    ]
  }
}
