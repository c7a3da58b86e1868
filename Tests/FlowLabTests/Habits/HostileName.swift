// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// A name that code in a message must not confuse with its own, or that must be written in backquotes.
struct HostileName {
  let name: String

  static let all = ["v", "x", "row", "r", "element", "in", "two words", "a\"b"].map(HostileName.init)

  /// A script in which a variable or a column has another name.
  struct Renaming {
    let script: String
    let old: String
    let new: String

    /// A text without the names, their quotes and the widths that depend on them.
    func neutral(_ text: String) -> String {
      var text = text.filter { !"\"\\".contains($0) }
      let names = [old, new.filter { $0 != "\"" }]
      for name in names.sorted(by: { $0.count > $1.count }) { text = text.replacing(name, with: "_") }
      return text.split { $0 == " " || $0 == "─" }.joined(separator: " ")
    }
  }

  /// Returns a script in which one of the variables and columns of the setup has this name, or only a column if it must be
  /// written in backquotes. Nil if the name is taken, or if there is nothing to rename.
  ///
  /// - Parameter choice: Selects what is renamed.
  func renaming(_ setup: [String], _ input: [String], _ choice: Int) -> Renaming? {
    let all = (setup + input).joined(separator: "\n")
    let variables = setup.compactMap { $0.prefixMatch(of: #/(\w+) = /#).map { String($0.1) } }
    let columns = setup.flatMap { line in
      line.contains("record(") ? line.matches(of: #/[(,] ?(\w+): /#).map { String($0.1) } : []
    }
    var candidates: [String] = []
    for name in isName(name) ? variables + columns : columns where !candidates.contains(name) {
      candidates.append(name)
    }
    guard !candidates.isEmpty, all.firstMatch(of: word(name)) == nil else { return nil }
    let old = candidates[choice / Self.all.count % candidates.count]
    // In 2x and x², the name is not a word of its own.
    guard all.firstMatch(of: try! Regex("[0-9]\(old)\\b|\\b\(old)[²³]").wordBoundaryKind(.simple)) == nil else {
      return nil
    }
    return Renaming(script: renamed(setup, old) + "\n" + renamed(input, old), old: old, new: name)
  }

  private func word(_ name: String) -> some RegexComponent {
    try! Regex("\\b\(name)\\b").wordBoundaryKind(.simple)
  }

  private func renamed(_ lines: [String], _ old: String) -> String {
    var text = lines.joined(separator: "\n")
    let code = nameCode(name) ?? name
    if code != name {
      text = text.replacing("\"\(old)\"", with: quoted(name))
      text = text.replacing("'\(old)'", with: "'\(name)'")
    }
    return text.replacing(word(old), with: code)
  }
}
