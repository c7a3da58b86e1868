// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTerminal
import TestSupport
import Testing

/// Tests the commands that open an editor.
struct PromptEditorTests {
  @Test func lastEntry() {
    let session = PromptSession(["x = 6", ":list", ":edit"]) { $0 + " * 7\nx" }
    #expect(session.keyboard.edited == ["x = 6"])
    #expect(session.host.output.hasSuffix("\n42\n42\n"))
    #expect(session.host.notes.suffix(2) == ["gf> x = 6 * 7", "..> x"])
    #expect(session.keyboard.remembered.last == "x = 6 * 7\nx")
  }

  @Test func functionOfTheUser() {
    let lines = ["fn f(x) {", "  x + 1  # more", "}", "g = fn(x) = f(x)", "n = 3;"]
    let session = PromptSession(lines + [":edit f", ":edit g", "f(1)"]) { $0.replacing("1  #", with: "9  #") }
    #expect(session.keyboard.edited == ["fn f(x) {\n  x + 1  # more\n}", "g = fn(x) = f(x)"])
    #expect(session.host.output.hasSuffix("\n10\n"))
    #expect(PromptSession([":edit flow"]).host.notes == ["error: 'flow' is a builtin, whose source cannot be edited"])
    #expect(PromptSession(lines + [":edit n"]).host.notes.last == "error: 'n' is a number, not a function")
    #expect(PromptSession(lines + [":edit ff"]).host.notes.last == "error: unknown function 'ff' (did you mean 'f'?)")
  }

  /// After an error, the editor opens the text that has it.
  @Test func functionWithAnError() {
    let lines = ["fn f(x) = x", ":edit f", ":edit f", ":edit f", "fn f(x) = 3", ":edit f"]
    var saved = ["fn f(x) = x +", "fn f(x) = x + 1", "fn f(x) = (", "fn f(x) = 4"].makeIterator()
    let session = PromptSession(lines) { _ in saved.next() }
    #expect(session.keyboard.edited == ["fn f(x) = x", "fn f(x) = x +", "fn f(x) = x + 1", "fn f(x) = 3"])
    #expect(session.host.notes.filter { $0 == ":edit f opens this text again" }.count == 2)
  }

  /// Ctrl-X Ctrl-E continues the entry in the editor, with its earlier lines.
  @Test func entryInProgress() {
    let session = PromptSession([.line("[1,"), .edit("2")]) { $0 + "]" }
    #expect(session.keyboard.edited == ["[1,\n2"])
    #expect(session.host.output == "1\n2\n")
    #expect(session.keyboard.remembered == ["[1,\n2]"])
  }

  /// Nothing runs if the editor fails or saves nothing.
  @Test func nothingToRun() {
    let failed = PromptSession([.edit("1"), .line("2")]) { _ in nil }
    #expect(failed.host.output == "2\n" && failed.host.notes == ["error: the editor failed"])
    #expect(PromptSession([.edit("1")]) { _ in " \n" }.host.output == "")
    #expect(PromptSession([":edit"]) { $0 }.host.output == "")
    let safe = PromptSession(["1", ":edit"], isSafe: true) { $0 }
    #expect(safe.keyboard.edited == [] && safe.host.notes[0].contains("not allowed with --safe"))
  }
}
