// SPDX-License-Identifier: GPL-3.0-or-later

extension Registry {
  /// Returns the page with this name or alias, ignoring case, or else the page with a list that contains the topic.
  package func concept(_ topic: String) -> Concept? {
    let wanted = topic.lowercased()
    return concepts.first { $0.name == wanted } ?? concepts.first { $0.aliases.contains { $0.lowercased() == wanted } }
      ?? concepts.first {
        $0.lists.contains { list in list.title == topic || list.items.contains { $0.name == topic } }
      }
  }

  /// Returns the page on values of a type.
  func concept(ofType type: String) -> Concept? {
    if choices.keys.contains(where: { $0.name == type }) { return concept("choices") }
    return concept(type) ?? concept(type + "s")
  }

  /// The columns of every table whose columns are fixed, then the fields of each kind of object.
  var columnLists: [GlossList] {
    let tables = builtins.values.flatMap { overloads in
      overloads.entries.filter { !$0.columns.isEmpty }.map { entry in
        let first = overloads.entries.count > 1 ? "(\(entry.parameters.first?.name ?? ""))" : ""
        return GlossList(entry.name + first, entry.columns)
      }
    }
    return tables + fields
  }
}
