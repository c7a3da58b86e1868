import FlowLab
import FlowLanguage
import FlowRuntime
// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import TestSupport
import Testing

/// What people type who know other languages, with the words that the error or the note must contain. An input without
/// words must run without either. The inputs are in the text files next to this one.
@Suite struct HabitCorpusTests {
  struct Entry: CustomTestStringConvertible, Sendable {
    let place: String
    var setup: [String] = []
    var input: [String] = []
    var words: [String] = []

    var script: String { (setup + input).joined(separator: "\n") }
    var testDescription: String { "\(place): \(input.joined(separator: " ⏎ "))" }
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  static let entries: [Entry] = ["everyday", "python", "r", "matlab", "julia", "shell"].flatMap { name in
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

  /// Code that a message offers must be legal, perhaps after further corrections that the next messages offer.
  @Test(arguments: entries) func offeredCodeIsLegal(_ entry: Entry) throws {
    var script = entry.script
    var steps = 0
    while let fault = self.fault(script) {
      guard let corrected = fault.correctedText else {
        // The files, variables and script arguments of the inputs do not exist, or the data do not suit the function.
        let isMissing =
          ["input-output", "missing-variable", "missing-argument", "unknown-format", "no-column"].contains(fault.code)
          || fault.message.hasPrefix("unknown name")
        if steps > 0, !isMissing { Issue.record("\(script)\n\(Self.message(fault))") }
        return
      }
      try #require(corrected != script && steps < 8, "the corrections have no end: \(script)")
      script = corrected
      steps += 1
    }
  }
}
