// SPDX-License-Identifier: GPL-3.0-or-later

/// A page of help on what is no function: an idea of the subject, a part of the language, a side of the program. To add
/// one, add an entry to the list of its file.
///
/// The prompt, `--manual`, search, completion and the manual page of the system read it, and a test runs its example.
public struct Concept: Sendable {
  /// What it is called after `?`, in small letters.
  public let name: String
  /// Where it stands in the overview.
  public let chapter: Chapter
  /// Other words that lead here: keywords, signs, terms.
  public let aliases: [String]
  /// One sentence with a full stop.
  public let summary: String
  /// Paragraphs with an empty line between them. Line ends inside a paragraph are blanks, but a paragraph that is
  /// indented stays as it is.
  public let text: String
  /// What there is of a kind, from the catalogue that the program itself reads.
  public let lists: [GlossList]
  /// Source that runs as it stands.
  public let example: String
  /// Names of other topics.
  public let seeAlso: [String]

  /// Declares a page.
  public init(
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
  public enum Chapter: String, Sendable, CaseIterable {
    case subject = "The subject"
    case language = "The language"
    case program = "The program"
  }

  /// All pages.
  public static let all = subject + measures + language + objects + program + prompt

  /// The page of a name or of another word that leads to it, without regard to case; what a page lists leads to it too.
  public static func named(_ topic: String) -> Concept? {
    let wanted = topic.lowercased()
    return all.first { $0.name == wanted } ?? all.first { $0.aliases.contains { $0.lowercased() == wanted } }
      ?? all.first { $0.lists.contains { list in list.title == topic || list.items.contains { $0.name == topic } } }
  }
}

/// Names with their meanings under a title.
public struct GlossList: Sendable {
  /// A noun in the plural, or what the names are part of.
  public let title: String
  /// The names.
  public let items: [Gloss]

  /// A list with a title.
  public init(_ title: String, _ items: [Gloss]) {
    self.title = title
    self.items = items
  }
}
