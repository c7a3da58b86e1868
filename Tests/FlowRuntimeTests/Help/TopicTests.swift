// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowRuntime
import TestSupport
import Testing

/// The overview, the search, and unknown topics.
struct TopicTests {
  private let interpreter = Interpreter(host: ScriptedHost().host(width: 80))

  @Test func theOverviewFitsAScreen() throws {
    let lines = interpreter.manual.overview().split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 23)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(try interpreter.manual.page("") == interpreter.manual.overview())
    #expect(try interpreter.manual.page("overview") == interpreter.manual.overview())
  }

  /// Every topic that the overview names has help.
  @Test func theOverviewIsComplete() throws {
    let words = interpreter.manual.overview().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for concept in Registry.program.concepts { #expect(words.contains(concept.name)) }
    for group in Set(Registry.standard.builtins.values.flatMap { $0.entries.map(\.group) }) {
      #expect(words.contains(group.rawValue.lowercased()))
      #expect(try interpreter.manual.page(group.rawValue.lowercased()).contains("\(group.rawValue)\n"))
    }
  }

  @Test func theIndexNamesEveryFunction() throws {
    let words = Set(try interpreter.manual.page("builtins").split(whereSeparator: \.isWhitespace).map(String.init))
    #expect(words.isSuperset(of: Registry.standard.names))
  }

  @Test(arguments: [
    ("activation", "Activations\n"), ("optimizers", "  adam "), ("|>", "pipes: "), ("Flow Table", "flow table: "),
    ("NO_COLOR", "environment: "), (":set", "meta commands: "), ("grad_norm", "norm of the gradient of the"),
    ("--safe", "safe mode: "), ("theory", "theory as a column or a field"), ("dead", "saturation: "),
    ("run.epochs", "run: "), ("vanishing", "vanishing: "),
  ])
  func topicsOfAllKinds(_ topic: String, _ text: String) throws {
    #expect(try interpreter.manual.page(topic).contains(text))
  }

  @Test(arguments: [
    ("quantle", "quantile"), ("saturaton", "saturation"), ("exploding gradents", nil), ("log10_totl", "log10_total"),
  ])
  func unknownTopicsGetASuggestion(_ topic: String, _ near: String?) throws {
    let error = try #require(throws: Complaint.self) { try interpreter.manual.page(topic) }
    #expect(error.label == near.map { "did you mean '\($0)'?" } ?? "")
    #expect(error.notes == ["search with ??\(topic)"])
  }

  @Test func matchingNamesComeFirst() {
    let lines = interpreter.manual.search("MEDIAN").split(separator: "\n").map(String.init)
    let start = lines.firstIndex(of: "Functions")!
    #expect(lines[start + 1].hasPrefix("  median "))
    #expect(lines[(start + 2)...].contains { $0.hasPrefix("  flow ") })
    #expect(lines.allSatisfy { $0.count <= 80 })
  }

  /// A function with the name, or whose name means the same, comes before what only mentions the word.
  @Test(arguments: [("html", "report"), ("report", "report"), ("lr", "rate"), ("checkpoint", "save")])
  func functionsComeFirst(_ text: String, _ name: String) {
    let lines = interpreter.manual.search(text).split(separator: "\n").map(String.init)
    #expect(lines[1...2].contains { $0.hasPrefix("  \(name) ") }, "\(lines.prefix(4))")
  }

  @Test(arguments: [
    ("vanish", "  vanishing "), ("update", "  update_ratio "), ("gnuplot", "  other programs "),
    ("relu dead", "  saturation "), ("Xavier", "  initialization "),
  ])
  func searchFinds(_ text: String, _ line: String) { #expect(interpreter.manual.search(text).contains("\n\(line)")) }

  @Test func searchWithoutResults() {
    #expect(interpreter.manual.search(" ") == interpreter.manual.overview())
    let answer = interpreter.manual.search("qantile")
    #expect(answer.hasPrefix("No help found for 'qantile'. Did you mean '?quantile'?\n"))
    #expect(answer.contains("??grad"))
  }
}
