// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath

extension Manual {
  /// Returns the help on a builtin, including the output of its example, or nil if there is no such builtin.
  package func helpPage(_ name: String) -> String? {
    guard let overloads = registry[name] else { return nil }
    return overloads.entries.map(page).joined(separator: "\n")
  }

  /// Returns the help page of a concept, including the output of its example.
  package func helpPage(_ concept: Concept) -> String {
    var page = HelpText(width: helpWidth)
    page.words("\(concept.name): \(concept.summary)")
    page.line()
    page.paragraphs(concept.text)
    for list in concept.lists {
      page.line()
      page.line(list.title)
      page.glosses(list.items)
    }
    add(concept.example, to: &page)
    page.seeAlso(concept.seeAlso)
    return page.text
  }

  private func page(_ entry: Builtin) -> String {
    var page = HelpText(width: helpWidth)
    page.words(entry.signature, hanging: 4)
    page.line()
    page.words(entry.summary)
    page.line()
    let rows = entry.parameterGlosses
    if !rows.isEmpty {
      page.glosses(rows)
      page.line()
    }
    page.words("Returns \(entry.result).")
    if !entry.columns.isEmpty {
      page.line()
      page.line("Columns")
      page.glosses(entry.columns)
    }
    if let source = entry.source {
      page.line()
      page.words("Source: \(source)")
    }
    add(entry.example, to: &page)
    // Link back to the concepts that refer to this function.
    let concepts = registry.concepts.filter { $0.seeAlso.contains(entry.name) }
    page.seeAlso(entry.seeAlso + concepts.map(\.name))
    return page.text
  }

  private func add(_ example: String, to page: inout HelpText) {
    page.line()
    page.line("Example")
    for line in transcript(of: example) { page.line("  " + line) }
  }

  /// The width of help in columns: that of the terminal, within limits that keep lines readable.
  package var helpWidth: Int { min(max(session.settings.width ?? session.host.width() ?? 80, 40), 100) }

  /// Runs an example in a separate interpreter, without access to files or commands. Returns the lines of its entries, each
  /// with its prompt and followed by its output or its error.
  package func transcript(of example: String) -> [String] {
    let collected = Collected()
    let width = helpWidth - 2
    let files = Guarded<[String: [UInt8]]>([:])
    var host = Host.silent
    host.readFile = { path, _ throws(HostFailure) in
      guard let bytes = files.withLock({ $0[path] }) else { throw .system("there is no such file here") }
      return bytes
    }
    host.writeFile = { path, bytes in files.withLock { $0[path] = bytes } }
    let databases = Guarded<[String: any DatabaseFile]>([:])
    let openDatabase = session.host.openDatabase
    host.openDatabase = { path, access throws(Complaint) in
      if let known = databases.withLock({ $0[path] }) { return known }
      guard access == .writing else { throw Complaint("input-output", "there is no such file here") }
      let new = try openDatabase(path, .inMemory)
      databases.withLock { $0[path] = new }
      return new
    }
    host.output = { text in collected.append(text.raw) }
    host.note = { line in collected.append(line.plain + "\n") }
    host.width = { width }
    host.usesUnicode = session.host.usesUnicode
    host.stopReason = session.host.stopReason
    let interpreter = Interpreter(host: host, registry: registry)
    interpreter.settings.threads = session.settings.threads
    var entry: [Substring] = []
    for line in example.split(separator: "\n") {
      collected.append(String(line).typed(width, continuing: !entry.isEmpty) + "\n")
      entry.append(line)
      let text = entry.joined(separator: "\n")
      if case .incomplete = completeness(of: text) { continue }
      entry = []
      do throws(Diagnostic) {
        try interpreter.run(Source(name: "example", text: text))
      } catch {
        collected.append(render(error, style: .terminal(width: { width })).plain + "\n")
      }
    }
    return collected.text.split(separator: "\n").map(String.init)
  }
}

extension Builtin {
  /// The descriptions of the parameters in the help.
  var parameterGlosses: [Gloss] {
    var rows = parameters.map { parameter in
      var text = "\(parameter.type.description): \(parameter.summary)"
      if let standard = parameter.standard, standard != "none" { text += " (default \(standard))" }
      if parameter.masking != .none { text += "; may use columns by name" }
      return Gloss(parameter.isRest ? "\(parameter.name), ..." : parameter.name, text)
    }
    if let extra {
      let sight = extra.masking == .none ? "" : "; may use columns by name"
      rows.append(Gloss(extra.form + ", ...", extra.summary + sight))
    }
    return rows
  }
}
