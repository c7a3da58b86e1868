// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import Testing

@Suite struct SourceLocationTests {
  @Test(arguments: [
    ("", 0, 1, 1), ("abc", 0, 1, 1), ("abc", 3, 1, 4), ("abc", 99, 1, 4), ("abc", -5, 1, 1), ("a\nb", 1, 1, 2),
    ("a\nb", 2, 2, 1),
    ("a\n", 2, 2, 1), ("a\r\nb", 1, 1, 2), ("a\r\nb", 3, 2, 1), ("a\rb", 2, 2, 1), ("\r\n\r\nx", 4, 3, 1),
    ("é漢x", 5, 1, 3),
    ("👩‍👩‍👧x", 18, 1, 2), ("e\u{301}x", 3, 1, 2), ("漢", 1, 1, 1),
  ]) func locations(text: String, offset: Int, line: Int, column: Int) {
    #expect(Source(name: "", text: text).location(at: offset) == SourceLocation(line: line, column: column))
  }

  @Test func lines() {
    let source = Source(name: "", text: "one\r\ntwo\rthree\n\nfive")
    #expect(source.lineCount == 5)
    #expect((0...6).map(source.lineText) == ["", "one", "two", "three", "", "five", ""])
  }

  @Test func rangesAreClamped() {
    let source = Source(name: "", text: "abc")
    #expect(source.text(in: SourceRange(1, 2)) == "b")
    #expect(source.text(in: SourceRange(-3, 99)) == "abc")
    #expect(source.text(in: SourceRange(5, 9)) == "")
  }

  @Test func bytesThatAreNotUTF8AreReplaced() {
    #expect(Source(name: "", bytes: [0x61, 0xFF, 0x62] as [UInt8]).text == "a\u{FFFD}b")
  }
}
