// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import Testing

@Suite struct SourceLiteralTests {
  @Test(arguments: [
    ("", #""""#), ("plain", #""plain""#), ("a\"b\\c{d}", #""a\"b\\c\{d}""#), ("a\n\tb", #""a\n\tb""#),
    ("\u{1B}[0m", #""\u{1B}[0m""#),
    ("é漢😀", #""é漢😀""#), ("a\r\nb", #""a\u{D}\nb""#),
  ]) func strings(text: String, expected: String) {
    #expect(quoted(text) == expected)
    #expect(shape(of: quoted(text)) == "{\"\(text)\"}")
  }

  @Test(arguments: [
    (0, "0"), (-0.0, "-0"), (1, "1"), (-2, "-2"), (0.1, "0.1"), (1e-5, "1e-05"), (1e300, "1e+300"),
    (123_456_789, "123456789"),
    (.infinity, "inf"), (-.infinity, "-inf"), (.leastNonzeroMagnitude, "5e-324"), (1.0 / 3, "0.3333333333333333"),
  ]) func numbers(value: Double, expected: String) throws {
    #expect(literal(value) == expected)
    let text = literal(value.magnitude)
    guard case .number(let read) = tokenize(Source(name: "", text: text)).first?.kind else {
      Issue.record("\(text) is not read as a number")
      return
    }
    #expect(read.bitPattern == value.magnitude.bitPattern)
  }

  @Test func notANumber() { #expect(literal(-.nan) == "nan") }

  @Test func names() {
    for word in ["x", "_", "a1", "λ", "step"] { #expect(isName(word)) }
    for word in ["", "1a", "for", "a b", "a.b", " a", "inf", "a\n", "x#"] { #expect(!isName(word)) }
  }
}
