// SPDX-License-Identifier: GPL-3.0-or-later
import FlowText
import Testing

struct VisibleTests {
  /// Compares every scalar with its properties in the Unicode Character Database.
  @Test func disturbingScalarsMatchUnicodeProperties() {
    let wrong = (0...0x10FFFF as ClosedRange<UInt32>).lazy.compactMap(Unicode.Scalar.init).filter { scalar in
      let properties = scalar.properties
      let isExpected =
        [.control, .lineSeparator, .paragraphSeparator].contains(properties.generalCategory)
        || properties.isBidiControl || properties.isNoncharacterCodePoint
      return scalar.isDisturbing != isExpected
    }
    #expect(Array(wrong.prefix(5)) == [])
  }

  @Test(
    arguments: [
      ("plain, \u{1F468}\u{200D}\u{1F469}, e\u{301}", "plain, \u{1F468}\u{200D}\u{1F469}, e\u{301}"),
      ("\u{1B}]52;c;\u{7}", "\\u{1B}]52;c;\\u{7}"), ("\u{9B}2J", "\\u{9B}2J"), ("a\u{202E}b", "a\\u{202E}b"),
      ("\0\r\n", "\\u{0}\\u{D}\\n"), ("\u{FFFF}", "\\u{FFFF}"), ("\n\u{301}", "\\n\u{301}"),
    ])
  func escapes(text: String, visible: String) {
    #expect(Array(text.visible().unicodeScalars) == Array(visible.unicodeScalars))
  }

  @Test func keptScalarsAreNotEscaped() {
    #expect("a\tb\r\nc".visible(keeping: ["\n", "\t"]) == "a\tb\\u{D}\nc")
  }
}
