// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import Testing

@Suite struct LexerTests {
  private func kinds(_ text: String) -> [Token.Kind] {
    tokenize(Source(name: "test", text: text)).dropLast().map(\.kind)
  }

  @Test(arguments: [
    ("1", 1), ("1_000", 1000), ("1_0.2_5", 10.25), (".5", 0.5), ("0.25", 0.25), ("1e-3", 0.001), ("1E3", 1000),
    ("2.5e+2", 250), (".5e1", 5), ("007", 7), ("inf", .infinity), ("5e-324", .leastNonzeroMagnitude),
    ("1.7976931348623157e308", .greatestFiniteMagnitude),
  ]) func numbers(text: String, value: Double) {
    #expect(kinds(text) == [.number(value)])
  }

  @Test func notANumber() {
    guard case .number(let value) = kinds("nan").first else {
      Issue.record("nan is not read as a number")
      return
    }
    #expect(value.isNaN)
  }

  @Test(arguments: [
    ("1..8", [Token.Kind.number(1), .symbol(.range), .number(8)]),
    ("1.5..3", [.number(1.5), .symbol(.range), .number(3)]),
    ("x..2", [.name("x"), .symbol(.range), .number(2)]),
    ("1.. .5", [.number(1), .symbol(.range), .number(0.5)]),
    ("x.y", [.name("x"), .symbol(.dot), .name("y")]),
    ("a<=b", [.name("a"), .symbol(.isLessOrEqual), .name("b")]),
    ("a<-1", [.name("a"), .symbol(.isLess), .symbol(.minus), .number(1)]),
    ("x=-1", [.name("x"), .symbol(.equals), .symbol(.minus), .number(1)]),
    ("a|>b", [.name("a"), .symbol(.pipe), .name("b")]),
    ("none nothing", [.keyword(.none), .name("nothing")]),
    ("_ _a a1", [.name("_"), .name("_a"), .name("a1")]),
    ("α_1 漢字", [.name("α_1"), .name("漢字")]),
    ("`size, m²`.`if` `x`", [.name("size, m²"), .symbol(.dot), .name("if"), .name("x")]),
    ("a\u{00A0}b", [.name("a"), .name("b")]),
    ("a # b\nc", [.name("a"), .newline, .name("c")]),
    ("(\n)", [.symbol(.leftParenthesis), .symbol(.rightParenthesis)]),
    (
      "[{\n}]",
      [.symbol(.leftBracket), .symbol(.leftBrace), .newline, .symbol(.rightBrace), .symbol(.rightBracket)]
    ),
    (
      #""a{b}c""#,
      [.stringStart, .text("a"), .interpolationStart, .name("b"), .interpolationEnd, .text("c"), .stringEnd]
    ),
    (#""}#""#, [.stringStart, .text("}#"), .stringEnd]),
  ]) func tokens(text: String, expected: [Token.Kind]) {
    #expect(kinds(text) == expected)
  }

  @Test func rangesAreBytesAndCoverTheTokens() {
    let source = Source(name: "test", text: "α = \"é{x}\" # ü\r\nb")
    let texts = tokenize(source).map { source.text(in: $0.range) }
    #expect(texts == ["α", "=", "\"", "é", "{", "x", "}", "\"", "\r\n", "b", ""])
  }

  @Test(arguments: [
    ("1.", "malformed-number", "1."), ("1.e5", "malformed-number", "1."), ("1_", "malformed-number", "1_"),
    ("1__0", "malformed-number", "1__0"), ("1e", "malformed-number", "1e"), ("2x", "malformed-number", "2x"),
    ("0x1F", "malformed-number", "0x1F"), ("1e999", "malformed-number", "1e999"),
    ("\"\\q\"", "unknown-escape", "\\q"), ("\"\\}\"", "unknown-escape", "\\}"),
    ("\"\\u{D800}\"", "unknown-escape", "\\u{D800}"), ("\"\\u{}\"", "unknown-escape", "\\u{}"),
    ("\"\\u{110000}\"", "unknown-escape", "\\u{110000}"), ("\"\\u12\"", "unknown-escape", "\\u"),
    ("\"abc", "unclosed-string", "\""), ("\"abc\\", "unclosed-string", "\""),
    ("x ∇ y", "unknown-character", "∇"), ("x \u{7} y", "unknown-character", "\u{7}"),
  ]) func faults(text: String, code: String, place: String) {
    let source = Source(name: "test", text: text)
    let fault = #expect(throws: Diagnostic.self) { try parse(source) }
    #expect(fault?.code == code)
    #expect(fault?.labels.first.map { source.text(in: $0.range) } == place)
  }

  @Test func invalidUTF8IsReportedWithItsLocation() {
    let source = Source(name: "test", bytes: [0x78, 0x20, 0xFF, 0x0A])
    let fault = #expect(throws: Diagnostic.self) { try parse(source) }
    #expect(fault?.message == "unknown character U+FFFD")
    #expect(fault?.labels.first?.text == "the text is not UTF-8 here")
    #expect(source.location(at: fault?.labels.first?.range.start ?? 0) == SourceLocation(line: 1, column: 3))
  }
}
