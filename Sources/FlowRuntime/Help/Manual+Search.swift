// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

extension Manual {
  /// Returns the help entries that contain all the words of `text` or words that mean the same, ignoring case, with one line for each entry. In each
  /// section, entries whose names contain the words come first. Without words, returns the overview.
  package func search(_ text: String) -> String {
    let words = text.lowercased().split(separator: " ").map { SearchSynonym.alternatives(to: String($0)) }
    if words.isEmpty { return overview() }
    var page = HelpText(width: helpWidth)
    for (title, entries) in searched {
      let named = entries.filter { entry in
        words.allSatisfy { $0.contains { entry.gloss.name.lowercased().contains($0) } }
      }
      let others = entries.filter { entry in
        let text = ([entry.gloss.name, entry.gloss.summary] + entry.words).joined(separator: "\n").lowercased()
        return words.allSatisfy { $0.contains(where: text.contains) } && !named.contains { $0.gloss == entry.gloss }
      }
      if named.isEmpty && others.isEmpty { continue }
      page.line(title)
      page.index((named + others).map(\.gloss))
    }
    if !page.text.isEmpty { return page.text }
    let hint = topic(near: text).map { " Did you mean '?\($0)'?" } ?? ""
    return "No help found for '\(text)'.\(hint)\nTry one short word, such as ??grad, or ? for the overview.\n"
  }

  private typealias Entry = (gloss: Gloss, words: [String])

  private var searched: [(title: String, entries: [Entry])] {
    var seen: Set<String> = []
    let columns = registry.columnLists.flatMap(\.items)
    let meanings = Dictionary(grouping: columns, by: \.name).mapValues { $0.map(\.summary) }
    return [
      (
        "Topics",
        registry.concepts.map { concept in
          let listed = concept.lists.flatMap { $0.items.flatMap { [$0.name, $0.summary] } }
          return (
            Gloss(concept.name, concept.summary),
            concept.aliases + [concept.text.paragraphs.joined(separator: "\n")] + listed
          )
        }
      ),
      (
        "Functions",
        registry.builtins.values.flatMap(\.entries).map { entry in
          let parameters = entry.parameters.flatMap { [$0.name, $0.summary] }
          return (Gloss(entry.name, entry.summary), [entry.group.rawValue, entry.result] + parameters)
        }
      ),
      ("Columns and fields", columns.filter { seen.insert($0.name).inserted }.map { ($0, meanings[$0.name] ?? []) }),
    ]
  }
}
