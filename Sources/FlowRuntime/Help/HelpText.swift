// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables

/// Builds the text of a help page for a given width.
package struct HelpText {
  /// The width of a line in columns.
  let width: Int
  package private(set) var text = ""

  /// The widest name, in columns, whose description starts on the same line.
  private static let nameWidth = 24

  package init(width: Int) { self.width = width }

  /// Adds a line without wrapping it.
  package mutating func line(_ line: String = "") { text += line + "\n" }

  /// Adds wrapped text. Lines after the first are indented by `hanging` more columns.
  package mutating func words(_ words: String, indent: Int = 0, hanging: Int = 0) {
    let lines = words.wrapped(max(20, width - indent - hanging))
    for (number, words) in lines.enumerated() {
      line(String(repeating: " ", count: indent + (number == 0 ? 0 : hanging)) + words)
    }
  }

  /// Adds paragraphs separated by empty lines and wraps those that are not indented.
  mutating func paragraphs(_ source: String) {
    for (number, paragraph) in source.paragraphs.enumerated() {
      if number > 0 { line() }
      if paragraph.hasPrefix("  ") {
        for part in paragraph.split(separator: "\n") { line(String(part)) }
      } else {
        words(paragraph)
      }
    }
  }

  /// Adds names with their wrapped descriptions next to them.
  mutating func glosses(_ items: [Gloss], indent: Int = 2) {
    let names = items.map(\.name.displayWidth).filter { $0 <= Self.nameWidth }.max() ?? 0
    let start = indent + names + 2
    for item in items {
      let lines = item.summary.wrapped(max(20, width - start))
      let blanks = names - item.name.displayWidth
      let name = String(repeating: " ", count: indent) + item.name
      if blanks < 0 {
        line(name)
        for text in item.summary.wrapped(max(20, width - indent - 4)) {
          line(String(repeating: " ", count: indent + 4) + text)
        }
        continue
      }
      line(name + String(repeating: " ", count: blanks + 2) + lines[0])
      for text in lines.dropFirst() { line(String(repeating: " ", count: start) + text) }
    }
  }

  /// Adds one line for each name, with its description cut to the width.
  mutating func index(_ items: [Gloss]) {
    let names = items.map(\.name.displayWidth).max() ?? 0
    for item in items {
      let blanks = String(repeating: " ", count: names - item.name.displayWidth + 2)
      line("  " + (item.name + blanks + item.summary).fitted(width - 2))
    }
  }

  /// Adds a "See also" line, or nothing if there are no names.
  mutating func seeAlso(_ names: [String]) {
    if names.isEmpty { return }
    line()
    words("See also \(names.joined(separator: ", ")).")
  }
}

extension String {
  /// The paragraphs, which are separated by empty lines. The lines of a paragraph are joined with spaces unless it is
  /// indented.
  package var paragraphs: [String] {
    var parts: [[Substring]] = [[]]
    for line in split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty { parts.append([]) } else { parts[parts.count - 1].append(line) }
    }
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: $0[0].hasPrefix("  ") ? "\n" : " ") }
  }
}
