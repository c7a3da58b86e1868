// SPDX-License-Identifier: GPL-3.0-or-later
import FlowText
import Testing

struct StyledTextTests {
  private let foreign = "\u{1B}[31m\u{9B}2J\u{202E}"

  /// Only styles become escape sequences. Untrusted text never does, wherever it is inserted.
  @Test func onlyStylesBecomeEscapes() {
    let red = StyledText(foreign, StyledText.Style(1, 31))
    var text: StyledText = "file \(foreign): \(red)\tend\n"
    text.write(foreign)
    text += StyledText(foreign)
    let visible = "\\u{1B}[31m\\u{9B}2J\\u{202E}"
    #expect(text.shown == "file \(visible): \u{1B}[1;31m\(visible)\u{1B}[0m\tend\n\(visible)\(visible)")
  }

  @Test func rawTextKeepsEveryByte() {
    let text: StyledText = "\(foreign)\(StyledText("x", StyledText.Style(2)))"
    #expect(text.raw == "\(foreign)\u{1B}[2mx\u{1B}[0m")
    #expect(text.plain == "\(foreign)x")
  }

  @Test func trailingBlanksAreRemoved() {
    let text = StyledText("a ") + StyledText("  ", StyledText.Style(2)) + " "
    #expect(text.withoutTrailingBlanks == "a")
    #expect(StyledText("  ", StyledText.Style(2)).withoutTrailingBlanks.isEmpty)
  }

  @Test func joining() {
    let parts = [StyledText("a", StyledText.Style(1)), "b", ""]
    #expect(parts.joined(separator: ", ").raw == "\u{1B}[1ma\u{1B}[0m, b, ")
    #expect([StyledText]().joined(separator: ", ").isEmpty)
  }

  @Test func encodingStopsBetweenRuns() {
    let text = StyledText("a", .init(1)) + StyledText("b") + StyledText("c", .init(2))
    var asked = 0
    let head = text.encoded(showingControls: true) {
      asked += 1
      return asked > 2
    }
    #expect(head == "\u{1B}[1ma\u{1B}[0mb")
  }
}
