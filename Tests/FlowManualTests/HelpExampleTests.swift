// SPDX-License-Identifier: GPL-3.0-or-later
import FlowManual
import FlowRuntime
import TestSupport
import Testing

/// The examples of the help pages print what was recorded.
@Suite struct HelpExampleTests {
  @Test(arguments: ["functions", "topics"]) func outputIsUpToDate(_ part: String) throws {
    try GoldenFile("Tests/FlowManualTests/HelpExamples/\(part).txt").check(
      [1, 2].map { threads in
        GoldenFile.Run("\(threads) threads") {
          try transcripts(part == "functions" ? functions : topics, threads: threads)
        }
      })
  }

  private typealias Example = (title: String, code: String)

  private var functions: [Example] {
    Registry.program.builtins.values.flatMap(\.entries).map { ($0.signature, $0.example) }
  }

  private var topics: [Example] { Registry.program.concepts.map { ($0.name, $0.example) } }

  /// An example that ends in an error.
  private struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private func transcripts(_ examples: [Example], threads: Int) throws -> String {
    try examples.map { example in
      let interpreter = Interpreter(host: .silentWithDatabases)
      interpreter.settings.threads = threads
      let lines = interpreter.manual.transcript(of: example.code)
      if let error = lines.first(where: { $0.hasPrefix("error") }) {
        throw Failure(description: "\(example.title): \(error)")
      }
      return "# \(example.title)\n\(lines.joined(separator: "\n"))\n"
    }.joined(separator: "\n")
  }
}
