// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowShell
import Foundation
import Testing

@Suite struct GrammarDocumentTests {
  private static let file = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "grammar.md")

  /// With `GRADFLOW_RECORD=1` the file is written anew, and the run fails so that nobody takes it for a test.
  @Test func fileIsUpToDate() throws {
    let text = grammarDocument()
    if ProcessInfo.processInfo.environment["GRADFLOW_RECORD"] == "1" {
      try text.write(to: GrammarDocumentTests.file, atomically: true, encoding: .utf8)
      Issue.record("grammar.md was written; run again without GRADFLOW_RECORD")
      return
    }
    let recorded = try String(contentsOf: GrammarDocumentTests.file, encoding: .utf8)
    #expect(!recorded.isEmpty)
    let lines = zip(
      recorded.split(separator: "\n", omittingEmptySubsequences: false),
      text.split(separator: "\n", omittingEmptySubsequences: false))
    if let (number, pair) = lines.enumerated().first(where: { $0.element.0 != $0.element.1 }).map({
      ($0.offset + 1, $0.element)
    }) {
      Issue.record("grammar.md:\(number) says\n\(pair.0)\nbut the program says\n\(pair.1)")
    } else {
      #expect(recorded == text)
    }
  }

  @Test func everyBuiltinIsThere() {
    let text = grammarDocument()
    for overloads in Registry.standard.builtins.values {
      for builtin in overloads.entries {
        // In a table `|` is escaped.
        let isThere = text.contains(builtin.summary) || text.contains(builtin.summary.replacing("|", with: "\\|"))
        #expect(isThere, "\(builtin.name) is missing")
      }
    }
  }

  @Test func everyExampleIsReadable() throws {
    for overloads in Registry.standard.builtins.values {
      for builtin in overloads.entries {
        let source = Source(name: builtin.name, text: builtin.example)
        for fault in check(source) { Issue.record("\(render(fault, style: DiagnosticStyle()).plain)") }
      }
    }
  }
}
