// SPDX-License-Identifier: GPL-3.0-or-later

/// A page of help on what is no function: an idea of the subject, a part of the language, a side of the program. To add
/// one, add an entry to the list of its file.
///
/// The prompt, `--manual`, search, completion and the manual page of the system read it, and a test runs its example.
package struct Concept: Sendable {
  /// What it is called after `?`, in small letters.
  package let name: String
  /// Where it stands in the overview.
  package let chapter: Chapter
  /// Other words that lead here: keywords, signs, terms.
  package let aliases: [String]
  /// One sentence with a full stop.
  package let summary: String
  /// Paragraphs with an empty line between them. Line ends inside a paragraph are blanks, but a paragraph that is
  /// indented stays as it is.
  package let text: String
  /// What there is of a kind, from the catalogue that the program itself reads.
  package let lists: [GlossList]
  /// Source that runs as it stands.
  package let example: String
  /// Names of other topics.
  package let seeAlso: [String]

  /// Declares a page.
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

  /// The parts of the overview, in their order there.
  package enum Chapter: String, Sendable, CaseIterable {
    case subject = "The subject"
    case language = "The language"
    case program = "The program"
  }
}

/// Names with their meanings under a title.
package struct GlossList: Sendable {
  /// A noun in the plural, or what the names are part of.
  package let title: String
  /// The names.
  package let items: [Gloss]

  /// A list with a title.
  package init(_ title: String, _ items: [Gloss]) {
    self.title = title
    self.items = items
  }
}
