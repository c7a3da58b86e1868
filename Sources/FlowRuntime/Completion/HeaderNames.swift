// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

/// Returns the names in the first row of delimited text, which may be in quotes. The separator is the one that occurs
/// most often outside quotes, as for `csv`.
func headerNames(in text: String, isTabbed: Bool) -> [String] {
  var row: [(character: Character, isQuoted: Bool)] = []
  var counts: [Character: Int] = [:]
  var isQuoted = false
  for character in text.drop(while: { $0 == "\u{FEFF}" }) {
    if character == "\"" { isQuoted.toggle() }
    if !isQuoted {
      if character.isNewline { break }
      counts[character, default: 0] += 1
    }
    row.append((character, isQuoted))
  }
  let separators: [Character] = [",", "\t", ";", "|"]
  let most = separators.compactMap { counts[$0] }.max()
  let frequent = separators.first { counts[$0] == most && most != nil }
  let separator = isTabbed && counts["\t"] != nil ? "\t" : frequent ?? (isTabbed ? "\t" : " ")
  return row.split { $0.character == separator && !$0.isQuoted }.map { field in
    let name = String(field.map(\.character)).trimmed
    guard name.count > 1, name.hasPrefix("\""), name.hasSuffix("\"") else { return name }
    return String(name.dropFirst().dropLast()).replacing("\"\"", with: "\"")
  }
}
