// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import FlowTables

/// An option of the command line.
package struct OptionGloss: Sendable {
  /// The spellings, such as `-h` and `--help`.
  package let names: [String]
  /// The name of the option's argument, or nil if it takes none.
  package let argument: String?
  package let summary: String

  package init(names: [String], argument: String?, summary: String) {
    self.names = names
    self.argument = argument
    self.summary = summary
  }
}

/// Returns the page that `man gradflow` shows, written with the man macros of roff.
///
/// - Parameters:
///   - version: the name and version of the program.
///   - abstract: a sentence that describes the program.
///   - discussion: the paragraphs of the description, separated by empty lines.
///   - options: the options of the command line.
///   - sections: further sections. The title of each list becomes the heading.
///   - topics: the names of the help pages.
package func manualPage(
  version: String, abstract: String, discussion: String, options: [OptionGloss], sections: [GlossList],
  topics: [String]
) -> String {
  var page = Roff()
  page.macro("TH", ["GRADFLOW", "1", "", version, "User Commands"])
  page.macro("SH", ["NAME"])
  page.line("gradflow \\- " + Roff.escaped(abstract.prefix(1).lowercased() + abstract.dropFirst().trimmedStop))
  page.macro("SH", ["SYNOPSIS"])
  for (number, form) in ["[options]", "[options] file.gf [argument ...]", "[options] -e code [argument ...]"]
    .enumerated()
  {
    if number > 0 { page.macro("br") }
    page.line("\\fBgradflow\\fR " + Roff.escaped(form))
  }
  page.macro("SH", ["DESCRIPTION"])
  for (number, paragraph) in discussion.paragraphs.enumerated() {
    if number > 0 { page.macro("PP") }
    page.words(paragraph)
  }
  page.macro("SH", ["OPTIONS"])
  for option in options {
    let names = option.names.map { "\\fB\(Roff.escaped($0))\\fR" }.joined(separator: ", ")
    page.item(names + (option.argument.map { " \\fI\(Roff.escaped($0))\\fR" } ?? ""), option.summary)
  }
  for section in sections { page.section(section) }
  page.macro("SH", ["SEE ALSO"])
  page.line("\\fBgradflow \\-\\-manual\\fR shows the help pages of the prompt:")
  page.words(topics.joined(separator: ", ") + ".")
  return page.text
}

/// A builder for roff source.
private struct Roff {
  private(set) var text = ""

  mutating func line(_ line: String) { text += line + "\n" }

  mutating func macro(_ name: String, _ arguments: [String] = []) {
    line((["." + name] + arguments.map { "\"\($0)\"" }).joined(separator: " "))
  }

  /// Appends text that roff wraps. In the source, it is split into short lines.
  mutating func words(_ words: String) {
    for part in words.wrapped(72) { line(Self.escaped(part)) }
  }

  mutating func item(_ tag: String, _ words: String) {
    macro("TP")
    line(tag)
    self.words(words)
  }

  mutating func section(_ list: GlossList) {
    macro("SH", [list.title])
    for gloss in list.items { item("\\fB\(Self.escaped(gloss.name))\\fR", gloss.summary) }
  }

  /// Escapes the characters that are special in roff. Dashes become ASCII hyphens, so that commands can be copied.
  static func escaped(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("'", with: "\\(aq")
    return escaped.hasPrefix(".") ? "\\&" + escaped : escaped
  }
}

extension StringProtocol {
  /// The text without a full stop at its end.
  fileprivate var trimmedStop: String { hasSuffix(".") ? String(dropLast()) : String(self) }
}
