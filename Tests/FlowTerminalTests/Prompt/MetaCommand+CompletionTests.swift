// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import FlowTerminal
import TestSupport
import Testing

/// Tests the completion of lines that begin with a colon.
struct MetaCommandCompletionTests {
  private func complete(_ line: String) -> [String] {
    let scripted = ScriptedHost()
    scripted.state.withLock { $0.files = ["weak.tsv": [], "strong.tsv": [], "odd\u{1B}\"{\n\u{202E}": []] }
    let keyboard = ScriptedKeyboard([])
    _ = Prompt(interpreter: Interpreter(host: scripted.host()), reader: keyboard, history: nil).run()
    let wordStart = line.utf8.lastIndex { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ":") }
    let start = line.utf8.distance(from: line.startIndex, to: line.utf8.index(after: wordStart!))
    return keyboard.assistants[0].complete(line, start, line.utf8.count)
  }

  @Test(arguments: [
    (":se", ["set"]), (":q", ["quit"]), (":set for", ["format"]), (":set format c", ["csv"]),
    (":set width ", ["auto"]), (":quit ", []),
  ])
  func completesWords(_ line: String, _ words: [String]) { #expect(complete(line) == words) }

  /// Outside of strings, a name with a control character cannot be written.
  @Test func omitsNamesThatCannotBeTyped() { #expect(complete(":load ") == ["strong.tsv", "weak.tsv"]) }
}
