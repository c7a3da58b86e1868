import FlowLab
import FlowLanguage
import FlowRuntime
// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import TestSupport
import Testing

/// What people type who know other languages, with the words that the error or the note must contain. An input without
/// words must run without either. The inputs are in the text files next to this one. `setup` lines run before the input,
/// and `ends` names the error in which the corrections may end, with the reason.
@Suite struct HabitCorpusTests {
  struct Entry: CustomTestStringConvertible, Sendable {
    let place: String
    var setup: [String] = []
    var input: [String] = []
    var words: [String] = []
    /// The code of the error in which the corrections end, or nil if the corrected code runs.
    var end: String?

    var script: String { (setup + input).joined(separator: "\n") }
    var testDescription: String { "\(place): \(input.joined(separator: " ⏎ "))" }
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  static let entries: [Entry] = ["everyday", "python", "r", "matlab", "julia", "shell", "days", "newcomer"].flatMap {
    name in
    let text = try! String(contentsOf: folder.appending(path: "\(name).txt"), encoding: .utf8)
    var entries: [Entry] = []
    var entry: Entry?
    for (number, line) in zip(1..., text.split(separator: "\n", omittingEmptySubsequences: false)) {
      if line.isEmpty || line.hasPrefix("#") {
        if let entry { entries.append(entry) }
        entry = nil
        continue
      }
      let parts = line.split(separator: ":", maxSplits: 1)
      let rest = String(parts.count > 1 ? parts[1].dropFirst() : "")
      var current = entry ?? Entry(place: "\(name).txt:\(number)")
      switch parts[0] {
      case "setup": current.setup.append(rest)
      case "input": current.input.append(rest)
      case "words": current.words = rest.isEmpty ? [] : rest.components(separatedBy: ", ")
      case "ends": current.end = rest.components(separatedBy: ", ").first
      default: preconditionFailure("\(name).txt:\(number): \(line)")
      }
      entry = current
    }
    return entries
  }

  /// Returns the first error of a script as the program shows it: found before anything runs, or while running.
  private func fault(_ script: String) -> Diagnostic? {
    let host = ScriptedHost()
    host.state.withLock { $0.files["lib.gf"] = [] }
    let interpreter = Interpreter(host: host.host(), registry: .program)
    do throws(Diagnostic) {
      try interpreter.run(Source(name: "test", text: script))
      return nil
    } catch {
      return error
    }
  }

  private static func message(_ fault: Diagnostic) -> String {
    ([fault.message] + fault.labels.map(\.text) + fault.notes).joined(separator: "\n")
  }

  /// Whether a text contains a phrase that is not part of a longer word.
  private static func contains(_ text: String, _ phrase: String) -> Bool {
    func isWord(_ character: Character?) -> Bool {
      character.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
    }
    return text.ranges(of: phrase).contains { range in
      let before = range.lowerBound > text.startIndex ? text[text.index(before: range.lowerBound)] : nil
      let after = range.upperBound < text.endIndex ? text[range.upperBound] : nil
      return !(isWord(phrase.first) && isWord(before)) && !(isWord(phrase.last) && isWord(after))
    }
  }

  @Test func thereAreEnough() { #expect(Self.entries.count >= 900) }

  /// Returns the notes on a script that runs.
  private func hints(_ script: String) -> [Diagnostic] {
    Interpreter(host: ScriptedHost().host(), registry: .program)
      .hints(in: Source(name: "test", text: script), isScript: true)
  }

  @Test(arguments: entries) func messageSaysWhatToWrite(_ entry: Entry) throws {
    let fault = self.fault(entry.script) ?? hints(entry.script).first
    if entry.words.isEmpty {
      #expect(fault == nil)
      return
    }
    let message = Self.message(try #require(fault, "it runs without a message"))
    for word in entry.words { #expect(Self.contains(message, word), "no '\(word)' in: \(message)") }
  }

  /// The variables that people have when they type the inputs.
  private static let usual = [
    "x": "[1, 2, 3]", "y": "[4, 5, 6]", "xs": "[1, 2, 3]", "a": "[1, 2, 3]", "b": "[4, 5, 6]", "s": "\"text\"",
    "i": "1",
    "n": "3", "c": "true", "v": "1", "A": "[[1, 2], [3, 4]]", "B": "[[5, 6], [7, 8]]", "f": "fn(v) = v",
    "t": "table([record(a: 1, b: \"x\"), record(a: 3, b: \"y\")])",
    "df": "table([record(a: 1, b: \"x\"), record(a: 3, b: \"y\")])",
    "net": "mlp([2, 8, 1], tanh)", "model": "mlp([2, 8, 1], tanh)", "data": "circles(100)",
    "train_data": "circles(100)",
  ]

  /// Returns a script in which a variable has its usual value, if the error is about its absence.
  private static func completed(_ script: String, after fault: Diagnostic) -> String? {
    guard let match = fault.message.wholeMatch(of: /unknown (?:name|function) '(\w+)'.*/),
      let value = usual[String(match.1)]
    else { return nil }
    let definition = "\(match.1) = \(value)\n"
    return script.hasPrefix(definition) || script.contains("\n\(definition)") ? nil : definition + script
  }

  /// Code that a message offers must run, perhaps after further corrections that the next messages offer, and with the
  /// usual variables. An entry whose corrections end in an error says in `ends` in which one, and why.
  @Test(arguments: entries) func offeredCodeRuns(_ entry: Entry) throws {
    var script = entry.script
    var steps = 0
    while let fault = self.fault(script) {
      if fault.message.hasPrefix("unknown name") || fault.correctedText == nil,
        let complete = Self.completed(script, after: fault)
      {
        script = complete
        continue
      }
      guard let corrected = fault.correctedText else {
        if steps > 0, entry.end != fault.code { Issue.record("\(script)\n\(fault.code): \(Self.message(fault))") }
        if steps == 0, let end = entry.end { Issue.record("no code is offered that could end in \(end)") }
        return
      }
      try #require(corrected != script && steps < 8, "the corrections have no end: \(script)")
      script = corrected
      steps += 1
    }
    if let end = entry.end { Issue.record("it runs, and does not end in \(end):\n\(script)") }
  }
}
