// SPDX-License-Identifier: GPL-3.0-or-later
import FlowText
import Testing

@testable import FlowTables

/// Notes and errors on a narrow terminal.
@Suite struct WrappingTests {
  @Test func breaksAtSpaces() {
    #expect(StyledText("one two three").wrapped(9).plain == "one two\nthree")
    #expect(StyledText("one two three").wrapped(13).plain == "one two three")
    #expect(StyledText("one twothree four").wrapped(5).plain == "one\ntwothree\nfour")
    #expect(StyledText("日本 日本 日本").wrapped(9).plain == "日本 日本\n日本")
    #expect(StyledText("").wrapped(4).plain == "")
  }

  @Test func indentsWhatFollows() {
    let quoted = "error: short\n  │ quoted source that is long\n"
    #expect(StyledText(quoted + "  = write one two").wrapped(14).plain == quoted + "  = write one\n    two")
  }

  @Test func keepsStyles() {
    let bold = StyledText.Style(1)
    let text = StyledText("one two ", bold) + StyledText("three four", .plain)
    #expect(text.wrapped(9) == StyledText("one two\n", bold) + StyledText("three\nfour", .plain))
  }

  @Test func keepsWordsAndFitsTheWidth() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      let words = (0..<Int.random(in: 1...20, using: &random)).map { _ in
        String(repeating: "x", count: .random(in: 1...9, using: &random))
      }
      let indent = String(repeating: " ", count: .random(in: 0...3, using: &random))
      let width = Int.random(in: 14...30, using: &random)
      let wrapped = StyledText(indent + words.joined(separator: " ")).wrapped(width).plain
      #expect(wrapped.split(whereSeparator: \.isWhitespace).map(String.init) == words)
      #expect(wrapped.split(separator: "\n").allSatisfy { $0.count <= width && $0.hasPrefix(indent) })
    }
  }
}
