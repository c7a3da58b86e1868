// SPDX-License-Identifier: GPL-3.0-or-later

/// A help page on a topic other than a function: a concept of the subject, a part of the language or an aspect of the
/// program. To add one, add an entry to the list in its file.
///
/// It is used by the prompt, `--manual`, search, completion and the man page. A test runs its example.
package struct Concept: Sendable {
  /// The name to type after `?`, in lower case.
  package let name: String
  /// The chapter of the overview.
  package let chapter: Chapter
  /// Other words that lead to the page: keywords, symbols and terms.
  package let aliases: [String]
  /// One sentence with a full stop.
  package let summary: String
  /// Paragraphs separated by empty lines. A paragraph is rewrapped unless it is indented.
  package let text: String
  /// Lists such as those of types or formats, taken from the catalogues of the program.
  package let lists: [GlossList]
  /// Source code that runs on its own.
  package let example: String
  /// The names of related topics.
  package let seeAlso: [String]

  package init(
    _ name: String, in chapter: Chapter, aliases: [String] = [], _ summary: String, _ text: String,
    lists: [GlossList] = [], example: String, seeAlso: [String] = []
  ) {
    self.name = name
    self.chapter = chapter
    self.aliases = aliases
    self.summary = summary
    self.text = text
    self.lists = lists
    self.example = example
    self.seeAlso = seeAlso
  }

  /// The chapters of the overview, in order.
  package enum Chapter: String, Sendable, CaseIterable {
    case subject = "The subject"
    case language = "The language"
    case program = "The program"

    /// Creates the chapter of this name, with or without its article.
    init?(topic: String) {
      let wanted = topic.lowercased()
      guard
        let chapter = Self.allCases.first(where: {
          let name = $0.rawValue.lowercased()
          return name == wanted || name == "the \(wanted)"
        })
      else { return nil }
      self = chapter
    }
  }
}

/// A titled list of names with descriptions.
package struct GlossList: Sendable {
  /// A plural noun, or the name of what the items belong to, such as a table.
  package let title: String
  package let items: [Gloss]

  package init(_ title: String, _ items: [Gloss]) {
    self.title = title
    self.items = items
  }
}
