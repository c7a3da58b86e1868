// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

extension Manual {
  /// Returns the help on a topic, which may be a variable, a function, a concept, a chapter or a column. Without a topic,
  /// returns the overview. Throws if there is no help on the topic.
  package func page(_ topic: String) throws(Complaint) -> String {
    let topic = topic.trimmed
    if topic.isEmpty || topic == "overview" { return overview() }
    if topic == Self.index { return functionNames() }
    let parts = sections(topic)
    if !parts.isEmpty { return parts.joined(separator: "\n") }
    let hint = self.topic(near: topic).map { "did you mean '\($0)'?" } ?? ""
    throw Complaint(
      "unknown-topic", "no help found for '\(topic)'", label: hint, notes: ["search with ??\(topic.drop { $0 == "?" })"]
    )
  }

  /// The topic that lists all functions.
  private static let index = "builtins"

  /// Returns the known topic whose name is closest to `name`, if any is close enough to suggest.
  package func topic(near name: String) -> String? { suggestion(for: name, among: topics) }

  /// The names of all topics, without the aliases of concepts.
  package var topics: [String] {
    var seen: Set<String> = []
    let names =
      registry.names + ["overview", Self.index] + registry.concepts.map(\.name)
      + chapters.map { $0.rawValue.lowercased() }
      + registry.columnLists.flatMap { $0.items.map(\.name) } + session.globals.values.keys.sorted()
    return names.filter { seen.insert($0).inserted }
  }

  private func sections(_ topic: String) -> [String] {
    var parts: [String] = []
    let value = session.globals.value(of: topic)
    if let value {
      var page = HelpText(width: helpWidth)
      page.words("\(topic) is \(value.kind): \(value.summary)")
      if case .function(let function) = value {
        page.line()
        for line in function.text.split(separator: "\n", omittingEmptySubsequences: false) { page.line("  \(line)") }
      }
      parts.append(page.text)
    }
    if let page = helpPage(topic) ?? helpPage(topic.lowercased()) {
      parts.append(page)
    } else if let concept = registry.concept(topic) {
      parts.append(helpPage(concept))
    }
    if let chapter = chapters.first(where: { isNamed($0, topic) }) { parts.append(list(chapter)) }
    if parts.isEmpty, let chapter = Concept.Chapter(topic: topic) { parts.append(list(chapter)) }
    if let page = columnPage(topic) { parts.append(page) }
    // If the name is only a variable, explain its type.
    if parts.count == 1, let value, let concept = registry.concept(ofType: value.typeName) {
      parts.append(helpPage(concept))
    }
    return parts
  }

  /// The chapters that contain functions.
  var chapters: [Builtin.Group] {
    let used = Set(registry.builtins.values.flatMap { $0.entries.map(\.group) })
    return Builtin.Group.allCases.filter(used.contains)
  }

  private func isNamed(_ chapter: Builtin.Group, _ topic: String) -> Bool {
    let wanted = topic.lowercased()
    return chapter.rawValue.lowercased() == wanted
      || registry.builtins.values.contains { overloads in
        overloads.entries.contains { $0.group == chapter && $0.family?.name == wanted }
      }
  }

  /// Returns the list of the functions in a chapter.
  private func list(_ chapter: Builtin.Group) -> String {
    var page = HelpText(width: helpWidth)
    page.line(chapter.rawValue)
    let entries = registry.builtins.values.flatMap(\.entries).filter { $0.group == chapter }
    page.glosses(entries.map { Gloss($0.name, $0.summary) })
    return page.text
  }

  /// Returns the list of the pages in a chapter.
  private func list(_ chapter: Concept.Chapter) -> String {
    var page = HelpText(width: helpWidth)
    page.line(chapter.rawValue)
    page.glosses(registry.concepts.filter { $0.chapter == chapter }.map { Gloss($0.name, $0.summary) })
    return page.text
  }

  /// Returns a description of a column or field, with the tables or objects that have it.
  private func columnPage(_ name: String) -> String? {
    var places: [(meaning: String, tables: [String])] = []
    for place in registry.columnLists {
      guard let item = place.items.first(where: { $0.name == name }) else { continue }
      if let known = places.firstIndex(where: { $0.meaning == item.summary }) {
        places[known].tables.append(place.title)
      } else {
        places.append((item.summary, [place.title]))
      }
    }
    if places.isEmpty { return nil }
    var page = HelpText(width: helpWidth)
    page.line("\(name) as a column or a field")
    page.glosses(places.map { Gloss($0.tables.joined(separator: ", "), $0.meaning) })
    let concepts = registry.concepts.filter { $0.lists.contains { $0.items.contains { $0.name == name } } }
    page.seeAlso(concepts.map(\.name))
    return page.text
  }

  /// Returns the first screen of help: where to start, then the topics.
  package func overview() -> String {
    var page = HelpText(width: helpWidth)
    page.line("?word shows a page, ??word searches all of them, ?\(Self.index) lists every function.")
    page.line()
    page.line("Start")
    page.glosses([
      Gloss(":demo", "a guided tour"), Gloss("?flow table", "how to read the output of flow"),
      Gloss("?network", "what a network is and what it can do"),
      Gloss("?diagnosis", "what to do with a network that does not train"),
      Gloss("?your own data", "from a CSV file to predictions"),
    ])
    page.line()
    page.glosses(
      Concept.Chapter.allCases.map { chapter in
        let names = registry.concepts.filter { $0.chapter == chapter }.map(\.name)
        return Gloss(chapter.rawValue, names.joined(separator: ", "))
      } + [Gloss("Functions", chapters.map { $0.rawValue.lowercased() }.joined(separator: ", "))], indent: 0)
    return page.text
  }

  /// Returns the names of all functions by chapter.
  func functionNames() -> String {
    var page = HelpText(width: helpWidth)
    page.line("Functions by chapter. ?activations, for example, describes those of one chapter.")
    page.glosses(
      chapters.map { chapter in
        let members = registry.builtins.values.filter { $0.entries.contains { $0.group == chapter } }
        return Gloss(chapter.rawValue, members.map(\.name).joined(separator: " "))
      })
    return page.text
  }
}
