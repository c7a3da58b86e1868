// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import FlowTerminal
import TestSupport
import Testing

/// Tests the completion of lines that begin with a colon.
struct MetaCommandCompletionTests {
  private func complete(_ line: String) -> [String] {
    let scripted = ScriptedHost()
    scripted.state.withLock {
      $0.files = ["weak.tsv": [], "strong.tsv": [], "odd\u{1B}\"{\n\u{202E}": [], "a b.gf": [], "a b/c.gf": []]
    }
    let keyboard = ScriptedKeyboard([])
    _ = Prompt(interpreter: Interpreter(host: scripted.host()), reader: keyboard, history: nil).run()
    let wordStart = line.utf8.lastIndex { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ":") }
    let start = line.utf8.distance(from: line.startIndex, to: line.utf8.index(after: wordStart!))
    return keyboard.assistants[0].complete(line, start, line.utf8.count)
  }

  @Test(arguments: [
    (":se", ["set "]), (":q", ["quit"]), (":set for", ["format"]), (":set format c", ["csv"]),
    (":set width ", ["auto"]), (":quit ", []), (":help softs", ["softsign"]), (":time softs", ["softsign"]),
  ])
  func completesWords(_ line: String, _ words: [String]) { #expect(complete(line) == words) }

  /// Outside of strings, a name with a control character cannot be written.
  @Test func omitsNamesThatCannotBeTyped() {
    #expect(complete(":load ") == ["a b.gf", "a b/", "strong.tsv", "weak.tsv"])
  }

  /// A path may be in quotes, be in a folder and contain spaces. The completion replaces the text after the last space.
  @Test(arguments: [
    (":load a", ["a b.gf", "a b/"]), (":load a b", ["b.gf", "b/"]), (":load \"a", ["\"a b.gf", "\"a b/"]),
    (":load 'a b", ["b.gf", "b/"]), (":load a b/", ["b/c.gf"]), (":load \"a b/c", ["b/c.gf"]), (":cd a", ["a b/"]),
    (":save \"w", ["\"weak.tsv"]), (":load  w", ["weak.tsv"]),
  ])
  func completesPaths(_ line: String, _ words: [String]) { #expect(complete(line) == words) }
}
