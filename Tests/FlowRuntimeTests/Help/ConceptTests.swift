// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
import FlowTables
import TestSupport
import Testing

/// Checks the help page of every concept.
struct ConceptTests {
  private let interpreter = Interpreter(host: ScriptedHost().host())

  @Test(arguments: Registry.program.concepts.map(\.name))
  func exampleRuns(_ name: String) throws {
    let concept = try #require(Registry.program.concept(name))
    let interpreter = Interpreter(host: ScriptedHost().host())
    do throws(Diagnostic) {
      try interpreter.run(Source(name: name, text: concept.example))
    } catch {
      Issue.record("\(render(error, style: DiagnosticStyle()).plain)")
    }
  }

  /// An example is shown as a session: each entry with its prompt, followed by its output.
  @Test(arguments: Registry.program.concepts.map(\.name))
  func exampleIsShownWithItsOutput(_ name: String) throws {
    let concept = try #require(Registry.program.concept(name))
    let lines = interpreter.manual.transcript(of: concept.example)
    let code = lines.filter { $0.hasPrefix("gf> ") || $0.hasPrefix("..> ") }
    // Long lines are broken at spaces.
    func words(_ text: String) -> [Substring] { text.split(whereSeparator: \.isWhitespace) }
    #expect(words(code.map { $0.dropFirst(4) }.joined(separator: " ")) == words(concept.example))
    #expect(lines.allSatisfy { $0.displayWidth <= 78 }, "wider than the window")
    #expect(!lines.contains { $0.hasPrefix("error") })
    #expect(lines.count > code.count || name == "exit status", "it prints nothing")
  }

  @Test(arguments: Registry.program.concepts.map(\.name))
  func declarationIsComplete(_ name: String) throws {
    let concept = try #require(Registry.program.concept(name))
    #expect(concept.name == name && name == name.lowercased())
    #expect(concept.summary.hasSuffix(".") && !concept.text.isEmpty && !concept.seeAlso.isEmpty)
    for other in concept.seeAlso {
      #expect(throws: Never.self, "\(name) points to \(other)") { try interpreter.manual.page(other) }
      #expect(other != name)
    }
    for word in [name] + concept.aliases {
      #expect(Registry.standard[word] == nil, "the function \(word) hides the page \(name)")
      #expect(Registry.program.concept(word)?.name == name, "\(word) leads to another page")
    }
    for item in concept.lists.flatMap(\.items) { #expect(isPhrase(item.summary), "\(item.name): \(item.summary)") }
  }

  /// Every page that the overview names opens, including the chapters.
  @Test func everyTopicOfTheOverviewHasAPage() throws {
    let overview = interpreter.manual.overview()
    let rows = overview.split(separator: "\n").filter { !$0.hasPrefix("?") }
    var topics: [String] = rows.compactMap { $0.firstMatch(of: /^ *\?([a-z ]+?) {2}/).map { String($0.1) } }
    let table = rows.drop { !$0.hasPrefix("The subject") }
    var chapters: [String] = []
    var lists = ""
    for row in table {
      if row.first != " ", let chapter = row.firstMatch(of: /^(\w+(?: \w+)?) {2}/) {
        chapters.append(String(chapter.1))
      }
      lists += row.first == " " ? " \(row.drop { $0 == " " })" : ", \(row.dropFirst(14).drop { $0 == " " })"
    }
    topics += lists.split(separator: ",").map { String($0.drop { $0 == " " }) }
    topics += chapters + chapters.filter { $0.hasPrefix("The ") }.map { String($0.dropFirst(4)) }
    #expect(topics.count > 50 && chapters.count == 4)
    for topic in topics where !topic.isEmpty {
      #expect(throws: Never.self, "no page on '\(topic)'") { try interpreter.manual.page(topic) }
    }
  }

  /// Every page that another page names with `?` opens.
  @Test func everyMentionedPageExists() throws {
    // The placeholder of the page on getting help, and the names of variables.
    let others = ["word", "word shows", "deep", "net", "net describes"]
    let concepts = Registry.program.concepts.map { "\($0.summary) \($0.text)" }
    let functions = Registry.program.builtins.values.flatMap(\.entries).map(\.summary)
    var count = 0
    for text in concepts + functions {
      for match in text.matches(of: /(?:^|[ (])\?([a-z_]+)(?: ([a-z]+))?/) {
        let word = String(match.1)
        let phrase = match.2.map { "\(word) \($0)" } ?? word
        if others.contains(word) || others.contains(phrase) { continue }
        let opens = [phrase, word].contains { (try? interpreter.manual.page($0)) != nil }
        #expect(opens, "no page on '\(phrase)' or '\(word)'")
        count += 1
      }
    }
    #expect(count > 5)
  }

  /// The help explains every keyword and symbol.
  @Test(
    arguments: Keyword.allCases.map(\.rawValue) + OperatorTable.levels.flatMap(\.spellings) + ["[", "(", "{", ";", ":"])
  func everyWordOfTheLanguageHasAPage(_ word: String) throws {
    let page = try interpreter.manual.page(word)
    #expect(page.contains("Example"))
  }

  /// The entry of a column describes it, and the help of every table shows that description.
  @Test(arguments: Registry.standard.builtins.values.flatMap(\.entries).filter { !$0.columns.isEmpty }.map(\.name))
  func everyColumnHasAPhrase(_ name: String) throws {
    // The columns of a recording depend on what was recorded.
    for entry in try #require(Registry.standard[name]).entries where !entry.columns.isEmpty {
      for column in entry.columns {
        #expect(isPhrase(column.summary), "\(name), \(column.name): \(column.summary)")
        #expect(try interpreter.manual.page(column.name).contains("\(column.name) as a column or a field"))
      }
      let printed = transcript("columns(\(Self.example(of: entry)))\n")
      #expect(
        Self.example(of: entry).isEmpty || printed.split(separator: "\n").map(String.init) == entry.columns.map(\.name))
    }
  }

  /// Returns a call that produces the whole table, or an empty string if it would take long.
  private static func example(of entry: Builtin) -> String {
    switch (entry.name, entry.parameters.first?.name) {
    case ("flow", "net"): "flow(chain(2, tanh))"
    case ("flow", _): "flow(train(chain(2, tanh), gaussian(8), epochs: 1))"
    case ("curve", _): "curve(tanh)"
    case ("window", "w"): "window([5])"
    case ("window", _): "window(chain(2, tanh))"
    case ("theory", "net"): "theory(chain(2, tanh))"
    case ("theory", _): "theory(tanh, 1)"
    case ("explain", _): "explain(chain(2, tanh))"
    case ("summary", _): "summary(chain(2, tanh))"
    default: ""
    }
  }

  @Test(arguments: [
    ("steps", "clipped"), ("flow", "drift"), ("units", "revived"), ("fault", "good_step"), ("growth", "growth"),
  ])
  func tablesOfARunAreListed(_ table: String, _ column: String) throws {
    let page = try interpreter.manual.page("run")
    #expect(page.contains("run.\(table)\n"))
    #expect(page.contains("  \(column) "))
    #expect(try interpreter.manual.page("run.\(table)").contains("  \(column) "))
  }

  @Test func allFieldsAreDescribed() throws {
    try interpreter.run(
      Source(
        name: "test",
        text: "n = chain(2, tanh, norm: batch); l = n[1]; d = xor(4); r = train(n, gaussian(8), epochs: 1)"))
    for (variable, topic) in [("n", "network"), ("l", "layer"), ("d", "data"), ("r", "run")] {
      let page = try interpreter.manual.page(topic)
      for field in interpreter.complete("\(variable).", cursor: 2) {
        #expect(page.contains("  \(field) ") || page.contains("run.\(field)\n"), "\(topic).\(field)")
      }
    }
  }

  @Test func helpOnAVariableExplainsItsType() throws {
    try interpreter.run(Source(name: "test", text: "mine = chain(3, tanh); run = 3; act = relu"))
    let page = try interpreter.manual.page("mine")
    #expect(page.hasPrefix("mine is a network: chain(3, tanh): 3 layers"))
    #expect(page.contains("networks: "))
    #expect(try interpreter.manual.page("run").hasPrefix("run is a number: 3\n"))
    #expect(try interpreter.manual.page("run").contains("run.steps"))
    #expect(try interpreter.manual.page("act").contains("choices: "))
  }

  @Test func everyTypeHasAPage() throws {
    let values = [
      "1", "\"\"", "true", "[]", "1..2", "record(a: 1)", "table([])", "fn(x) = x", "chain(1, tanh)", "xor(4)",
      "train(chain(1, tanh), gaussian(4), epochs: 1)", "chain(1, tanh)[1]", "relu", "adam", "mse", "zeros", "l2(1)",
      "cosine",
      "clip_norm(1)", "f16", "every(2)", "dropout(0.5)",
    ]
    for value in values {
      let interpreter = Interpreter(host: ScriptedHost().host())
      try interpreter.run(Source(name: "test", text: "mine = \(value)"))
      #expect(try interpreter.manual.page("mine").contains("Example"), "\(value)")
    }
  }

  private func isPhrase(_ text: String) -> Bool { !text.isEmpty && !text.hasSuffix(".") }
}
