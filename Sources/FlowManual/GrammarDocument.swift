// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime

/// Returns the text of grammar.md: the rules and operators of the language, and all builtins of a registry. It is
/// generated from the declarations that the program uses, so that the two cannot differ.
package func grammarDocument(_ registry: Registry) -> String {
  let entries = registry.builtins.values.flatMap(\.entries)
  let chapters = Builtin.Group.allCases.compactMap { group in
    let own = entries.filter { $0.group == group }
    return own.isEmpty ? nil : chapter(group, own)
  }
  let contents = Builtin.Group.allCases.compactMap { group in
    let names = unique(entries.filter { $0.group == group }.map { "`\($0.name)`" })
    return names.isEmpty ? nil : "| \(group.rawValue) | \(names.joined(separator: " ")) |"
  }
  return """
    # The language of gradflow

    This file is generated from the tables that the program uses: the grammar from those of the parser, the functions
    from their declarations.

    \(grammarReference())
    ## Functions

    A call passes positional arguments first and then named ones: `f(1, width: 8)`. Arguments that have a default may be
    omitted. A choice, such as an activation, may be written as a name, `sigmoid`, or as a call, `leaky_relu(0.2)`. Some
    arguments may use columns by name: in `where(loss < 1)`, `loss` is a column of the table.

    | chapter | functions |
    |---|---|
    \(contents.joined(separator: "\n"))

    \(chapters.joined(separator: "\n\n"))

    """
}

private func unique(_ names: [String]) -> [String] {
  var seen: Set<String> = []
  return names.filter { seen.insert($0).inserted }
}

/// Returns a chapter, in which the entries of catalogues form a table and each other builtin has a section.
private func chapter(_ group: Builtin.Group, _ entries: [Builtin]) -> String {
  let recipes = entries.filter { $0.source != nil }
  let others = entries.filter { $0.source == nil }
  var parts = ["## \(group.rawValue)"]
  if !recipes.isEmpty {
    parts.append(markdownTable(["call", "meaning", "source"], recipes.map(recipeRow)))
  }
  return (parts + others.map(section)).joined(separator: "\n\n")
}

private func recipeRow(_ builtin: Builtin) -> [String] {
  let call = builtin.parameters.isEmpty ? builtin.name : builtin.signature
  let details = builtin.parameters.map { "`\($0.name)`, \($0.type.description): \($0.summary)" }
  return ["`\(call)`", ([builtin.summary] + details).joined(separator: "<br>"), builtin.source ?? ""]
}

private func section(_ builtin: Builtin) -> String {
  var parts = ["### \(builtin.name)", "`\(builtin.signature)`", "\(builtin.summary) Returns \(builtin.result)."]
  var rows = builtin.parameters.map(parameterRow)
  if let extra = builtin.extra {
    rows.append(["`\(extra.form)`, ...", "", extra.type.description, extra.summary + sight(extra.masking)])
  }
  if !rows.isEmpty { parts.append(markdownTable(["argument", "default", "type", "meaning"], rows)) }
  if !builtin.columns.isEmpty {
    parts.append(markdownTable(["column", "meaning"], builtin.columns.map { ["`\($0.name)`", $0.summary] }))
  }
  parts.append("```gf\n\(builtin.example)\n```")
  if !builtin.seeAlso.isEmpty {
    parts.append("See also \(builtin.seeAlso.map { "`\($0)`" }.joined(separator: ", ")).")
  }
  return parts.joined(separator: "\n\n")
}

private func parameterRow(_ parameter: Parameter) -> [String] {
  [
    "`\(parameter.name)`" + (parameter.isRest ? ", ..." : ""),
    parameter.standard.map { "`\($0)`" } ?? "",
    parameter.type.description,
    parameter.summary + sight(parameter.masking),
  ]
}

private func sight(_ masking: Masking) -> String {
  masking == .none ? "" : "; may use columns by name"
}
