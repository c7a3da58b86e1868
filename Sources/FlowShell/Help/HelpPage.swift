// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

extension Interpreter {
  /// The page of a builtin's name as text, with the example's output; nil where there is no builtin of that name.
  public func helpPage(_ name: String) -> String? {
    guard let overloads = session.registry[name] else { return nil }
    return overloads.entries.map(page).joined(separator: "\n")
  }

  /// The names nearest to one that has no page, for a message.
  public func topic(near name: String) -> String? { suggestion(for: name, among: session.registry.names) }

  /// One line per builtin whose name, summary or parameters contain the text, without regard to case; those whose
  /// name does come first.
  public func search(_ text: String) -> String {
    let wanted = text.lowercased()
    var named: [Builtin] = []
    var others: [Builtin] = []
    for entry in session.registry.builtins.values.flatMap(\.entries) {
      if entry.name.contains(wanted) {
        named.append(entry)
      } else if entry.words.contains(where: { $0.lowercased().contains(wanted) }) {
        others.append(entry)
      }
    }
    return Self.list(named + others)
  }

  /// All builtins by chapter, one line each.
  public func contents() -> String {
    let entries = session.registry.builtins.values.flatMap(\.entries)
    return Builtin.Group.allCases.compactMap { group in
      let members = entries.filter { $0.group == group }
      return members.isEmpty ? nil : "\(group.rawValue)\n\(Self.list(members, indent: "  "))"
    }.joined(separator: "\n")
  }

  private static func list(_ entries: [Builtin], indent: String = "") -> String {
    let width = entries.map(\.name.count).max() ?? 0
    return entries.map { entry in
      let padding = String(repeating: " ", count: width - entry.name.count)
      return "\(indent)\(entry.name)\(padding)  \(entry.summary)\n"
    }.joined()
  }

  private func page(_ entry: Builtin) -> String {
    var text = "\(entry.signature)\n\n\(entry.summary)\n\n"
    let rows = entry.parameterRows
    let width = rows.map(\.name.count).max() ?? 0
    for row in rows {
      text += "  \(row.name)\(String(repeating: " ", count: width - row.name.count))  \(row.text)\n"
    }
    if !rows.isEmpty { text += "\n" }
    text += "Gives \(entry.result).\n"
    if !entry.columns.isEmpty { text += "Columns: \(entry.columns.joined(separator: ", ")).\n" }
    text += "\nExample\n"
    for line in (entry.example + "\n" + outputOfExample(entry)).split(separator: "\n") { text += "  \(line)\n" }
    if !entry.seeAlso.isEmpty { text += "\nSee also \(entry.seeAlso.joined(separator: ", ")).\n" }
    return text
  }

  /// What the example prints, in an interpreter of its own that touches neither files nor commands.
  public func outputOfExample(_ entry: Builtin) -> String {
    let collected = Collected()
    var host = Host.silent
    host.output = { text in collected.append(text) }
    host.note = { line in collected.append(line + "\n") }
    host.width = session.host.width
    host.usesUnicode = session.host.usesUnicode
    host.stopReason = session.host.stopReason
    let interpreter = Interpreter(host: host, registry: session.registry)
    _ = try? interpreter.run(Source(name: "example", text: entry.example))
    return collected.text
  }
}

extension Builtin {
  /// What help and the reference say of each parameter.
  var parameterRows: [(name: String, text: String)] {
    var rows = parameters.map { parameter in
      var text = "\(parameter.type.description): \(parameter.summary)"
      if let standard = parameter.standard, standard != "none" { text += " (default \(standard))" }
      if parameter.masking != .none { text += "; sees the columns as names" }
      return (name: parameter.isRest ? "\(parameter.name), ..." : parameter.name, text: text)
    }
    if let extra {
      rows.append((extra.form + ", ...", extra.summary + (extra.masking == .none ? "" : "; sees the columns as names")))
    }
    return rows
  }

  /// Everything a search looks at, besides the name.
  fileprivate var words: [String] {
    [summary, group.rawValue, result] + columns + parameters.flatMap { [$0.name, $0.summary] }
  }
}
