// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

extension Manual {
  /// Returns the help entries that contain all the words of `text` or words that mean the same, ignoring case, with one
  /// line for each entry. Without words, returns the overview.
  ///
  /// Sections and the entries in them are in the order of their rank. Of sections with the same best rank, functions
  /// come first.
  package func search(_ text: String) -> String {
    let words = text.lowercased().split(separator: " ").map { SearchSynonym.alternatives(to: String($0)) }
    if words.isEmpty { return overview() }
    var page = HelpText(width: helpWidth)
    let sections = searched.map { title, entries in
      Section(title: title, found: entries.map { Found(gloss: $0.gloss, rank: Self.rank(of: $0, words)) })
    }
    for section in sections.ranked(by: \.rank) {
      page.line(section.title)
      page.index(section.found.ranked(by: \.rank).map(\.gloss))
    }
    if !page.text.isEmpty { return page.text }
    let hint = topic(near: text).map { " Did you mean '?\($0)'?" } ?? ""
    return "No help found for '\(text)'.\(hint)\nTry one short word, such as ??grad, or ? for the overview.\n"
  }

  private typealias Entry = (gloss: Gloss, words: [String])

  private struct Found {
    let gloss: Gloss
    let rank: Int?
  }

  private struct Section {
    let title: String
    let found: [Found]

    var rank: Int? { found.compactMap(\.rank).min() }
  }

  /// Returns how far an entry is from a search, from 0 for one whose name is the word itself to 4 for one whose text
  /// contains a word that means the same, or nil if it does not contain all words.
  private static func rank(of entry: Entry, _ words: [[String]]) -> Int? {
    let name = entry.gloss.name.lowercased()
    if words.count == 1, name == words[0][0] { return 0 }
    if words.count == 1, words[0].contains(name) { return 1 }
    if words.allSatisfy({ $0.contains(where: name.contains) }) { return 2 }
    let text = ([entry.gloss.name, entry.gloss.summary] + entry.words).joined(separator: "\n").lowercased()
    if words.allSatisfy({ text.containsWord(beginningWith: $0[0]) }) { return 3 }
    return words.allSatisfy { $0.contains(where: text.containsWord) } ? 4 : nil
  }

  private var searched: [(title: String, entries: [Entry])] {
    var seen: Set<String> = []
    let columns = registry.columnLists.flatMap(\.items)
    let meanings = Dictionary(grouping: columns, by: \.name).mapValues { $0.map(\.summary) }
    return [
      (
        "Functions",
        registry.builtins.values.flatMap(\.entries).map { entry in
          let parameters = entry.parameters.flatMap { [$0.name, $0.summary] }
          return (Gloss(entry.name, entry.summary), [entry.group.rawValue, entry.result] + parameters)
        }
      ),
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
      ("Columns and fields", columns.filter { seen.insert($0.name).inserted }.map { ($0, meanings[$0.name] ?? []) }),
    ]
  }
}

extension String {
  /// Whether a word of the text begins with another one, as "gradients" does with "grad", but not "linearly" with "early".
  fileprivate func containsWord(beginningWith word: String) -> Bool {
    guard word.first?.isLetter == true else { return contains(word) }
    return ranges(of: word).contains { range in
      range.lowerBound == startIndex || !self[index(before: range.lowerBound)].isLetter
    }
  }
}

extension Array {
  /// The elements that have a rank, in its order.
  fileprivate func ranked(by rank: (Element) -> Int?) -> [Element] {
    let ranks = Set(compactMap(rank)).sorted()
    return ranks.flatMap { wanted in filter { rank($0) == wanted } }
  }
}
