// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import FlowTerminal
import TestSupport
import Testing

/// Tests the colours of the line that is being typed.
@Suite struct HighlighterTests {
  /// Returns a line as the prompt highlights it, with each styled part in `‹` and `›` after its style.
  private func painted(_ line: String, after lines: [String] = [], cursor: Int? = nil) throws -> String {
    let keyboard = ScriptedKeyboard(lines.map { .line($0) })
    _ = Prompt(interpreter: Interpreter(host: ScriptedHost().host()), reader: keyboard, history: nil).run()
    let styles = keyboard.assistants[lines.count].styles(line, cursor ?? line.utf8.count + 1)
    var result: [UInt8] = []
    var style = ""
    for (byte, next) in zip(line.utf8, styles) {
      if next != style { result += ((style.isEmpty ? "" : "›") + (next.isEmpty ? "" : next + "‹")).utf8 }
      style = next
      result.append(byte)
    }
    return String(decoding: result, as: UTF8.self) + (style.isEmpty ? "" : "›")
  }

  @Test(arguments: [
    ("net = chain(8, act, init: zeros)", "net = 36‹chain›(8, act, 33‹init›: 36‹zeros›)"),
    ("if x { print(1) } # so", "1;35‹if› x { 36‹print›(1) } 2‹# so›"),
    ("\"a {n + 1} # b\" # c", "32‹\"a ›{n + 1}32‹ # b\"› 2‹# c›"),
    ("print(\"half", "36‹print›(32‹\"half›"), ("f(1]", "f(14;31‹]›"), ("a)", "a4;31‹)›"), ("2 $ 3", "2 4;31‹$› 3"),
    (":set format csv", ":set format csv"), ("?chain", "?chain"), ("!ls # x", "!ls # x"), ("", ""),
    ("\"{\"in {1}\"}\"", "32‹\"›{32‹\"in ›{1}32‹\"›}32‹\"›"),
  ])
  func colours(_ line: String, _ expected: String) throws { #expect(try painted(line) == expected) }

  /// Every byte has a style, and all bytes of a character have the same.
  @Test func charactersAreWhole() throws {
    for line in ["é漢字 \"{x", "fn f(x) = [x, \"a{1}\"]\n# x\n)", "\"\\u{1F600}\" # 😀", "((((", "'a'", "0x1 1e 1_0"] {
      let text = try painted(line)
      let bare = text.split(separator: "›", omittingEmptySubsequences: false).map { part in
        part.replacing(/[0-9;]+‹/, with: "")
      }.joined()
      #expect(bare == line)
    }
  }

  /// Marks the bracket before or at the cursor, and its partner.
  @Test func partners() throws {
    #expect(try painted("f([1])", cursor: 6) == "f1;4‹(›[1]1;4‹)›")
    #expect(try painted("f([1])", cursor: 2) == "f1;4‹([›11;4‹])›")
    #expect(try painted("f([1])", cursor: 4) == "f(1;4‹[›11;4‹]›)")
    #expect(try painted("f([1])", cursor: 0) == "f([1])")
  }

  /// Brackets and strings may begin on an earlier line of the entry.
  @Test func laterLines() throws {
    #expect(try painted("  2])", after: ["sum([1,"]) == "  2])")
    #expect(try painted("end\")", after: ["print(\"begin"]) == "32‹end\"›)")
    #expect(try painted("?x", after: ["f(1,"]) != "")
  }
}
