// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
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

  static func message(_ fault: Diagnostic) -> String {
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
    let fault = CorrectedScript.fault(entry.script, ScriptedHost()) ?? hints(entry.script).first
    if entry.words.isEmpty {
      #expect(fault == nil)
      return
    }
    let message = Self.message(try #require(fault, "it runs without a message"))
    for word in entry.words { #expect(Self.contains(message, word), "no '\(word)' in: \(message)") }
  }

  /// Code that a message offers must run, perhaps after further corrections that the next messages offer, and with the
  /// usual variables. An entry whose corrections end in an error says in `ends` in which one, and why.
  @Test(arguments: entries) func offeredCodeRuns(_ entry: Entry) throws {
    let result = try CorrectedScript(entry.script)
    switch (result.fault, result.steps) {
    case (let fault?, 0):
      if let end = entry.end { Issue.record("no code is offered that could end in \(end): \(fault)") }
    case (let fault?, _):
      if entry.end != fault.code { Issue.record("\(result.script)\n\(fault.code): \(Self.message(fault))") }
    case (nil, _): if let end = entry.end { Issue.record("it runs, and does not end in \(end):\n\(result.script)") }
    }
  }

  /// The same inputs with names that are hard on the code that a message offers, because it uses them itself or because
  /// they must be written in backquotes. The code still has to run, and to print the same.
  @Test(arguments: entries.indices) func offeredCodeKeepsNames(_ index: Int) throws {
    let entry = Self.entries[index]
    let usual = try CorrectedScript(entry.script)
    guard usual.steps > 0, usual.fault == nil else { return }
    let names = HostileName.all
    let chosen = TestLength.current == .short ? [names[index % names.count]] : names
    for name in chosen {
      guard let renamed = name.renaming(entry.setup, entry.input, index) else { continue }
      let result = try CorrectedScript(renamed.script)
      if let fault = result.fault {
        if result.steps > 0 { Issue.record("\(result.script)\n\(fault.code): \(Self.message(fault))") }
      } else {
        #expect(
          renamed.neutral(result.output) == renamed.neutral(usual.output),
          "\(result.script)\ninstead of\n\(usual.script)")
      }
    }
  }
}
