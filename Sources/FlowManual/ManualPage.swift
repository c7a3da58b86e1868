// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables

/// An option of the command line, as its parser declares it.
public struct OptionGloss: Sendable {
  /// Its spellings, such as `-h` and `--help`.
  public let names: [String]
  /// What the argument after it is called; nil for one that takes none.
  public let argument: String?
  /// What it does.
  public let summary: String

  /// An option with its spellings.
  public init(names: [String], argument: String?, summary: String) {
    self.names = names
    self.argument = argument
    self.summary = summary
  }
}

/// The page that `man gradflow` shows, in the man macros of roff.
///
/// The options come from the parser of the command line; the rest is what help says of the program.
public func manualPage(version: String, abstract: String, discussion: String, options: [OptionGloss]) -> String {
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
  page.section("EXIT STATUS", GlossList("", ExitStatus.glosses))
  page.section("ENVIRONMENT", .environment)
  page.section("FILES", .files)
  page.section("EXAMPLES", GlossList("", GlossList.commands.items + GlossList.pipelines.items))
  page.macro("SH", ["SEE ALSO"])
  page.line("\\fBgradflow \\-\\-manual\\fR has the pages of the prompt:")
  page.words(Concept.all.map(\.name).joined(separator: ", ") + ".")
  return page.text
}

/// Text for roff.
private struct Roff {
  private(set) var text = ""

  mutating func line(_ line: String) { text += line + "\n" }

  mutating func macro(_ name: String, _ arguments: [String] = []) {
    line((["." + name] + arguments.map { "\"\($0)\"" }).joined(separator: " "))
  }

  /// Words that are filled; in the source they stand on short lines.
  mutating func words(_ words: String) {
    for part in words.wrapped(72) { line(Self.escaped(part)) }
  }

  mutating func item(_ tag: String, _ words: String) {
    macro("TP")
    line(tag)
    self.words(words)
  }

  mutating func section(_ title: String, _ list: GlossList) {
    macro("SH", [title])
    for gloss in list.items { item("\\fB\(Self.escaped(gloss.name))\\fR", gloss.summary) }
  }

  /// Characters that roff would take for its own. A dash is one that can be copied.
  static func escaped(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("'", with: "\\(aq")
    return escaped.hasPrefix(".") ? "\\&" + escaped : escaped
  }
}

extension StringProtocol {
  /// Without the full stop at its end.
  fileprivate var trimmedStop: String { hasSuffix(".") ? String(dropLast()) : String(self) }
}
