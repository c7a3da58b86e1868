// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowManual
import FlowRuntime
import Foundation
import Testing

@Suite struct GrammarDocumentTests {
  @Test func fileIsUpToDate() throws {
    try GoldenFile("grammar.md").check([GoldenFile.Run("the program") { grammarDocument(.standard) }])
  }

  @Test func containsEveryBuiltin() {
    let text = grammarDocument(.standard)
    for overloads in Registry.standard.builtins.values {
      for builtin in overloads.entries {
        // In a table, `|` is escaped.
        let isThere = text.contains(builtin.summary) || text.contains(builtin.summary.replacing("|", with: "\\|"))
        #expect(isThere, "\(builtin.name) is missing")
      }
    }
  }

  @Test func examplesHaveNoStaticErrors() throws {
    for overloads in Registry.standard.builtins.values {
      for builtin in overloads.entries {
        let source = Source(name: builtin.name, text: builtin.example)
        for fault in staticErrors(in: source, registry: .standard) {
          Issue.record("\(render(fault, style: DiagnosticStyle()).plain)")
        }
      }
    }
  }
}
