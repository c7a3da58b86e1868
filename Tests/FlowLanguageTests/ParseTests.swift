// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import Testing

@Suite struct ParseTests {
  @Test(arguments: [
    "", "\n", "# note", "x", "x;", "x = 1", "f(1,\n2)", "if a { }", "if a { } else { }", "\"a\nb\"", "x |> f",
    "return_ = 1",
    "fn f(x) = x", "fn f(x) {\n}", "x # f(", "\"(\"",
  ]) func complete(text: String) {
    guard case .complete = completeness(of: text) else {
      Issue.record("not complete: \(text)")
      return
    }
  }

  @Test(arguments: [
    "f(", "f(1", "f(1,", "f(a:", "[", "[1,\n2", "(1 +", "{x", "if a {", "if a", "if a {\n b", "if a { } else",
    "if a { } else if",
    "if", "else_ = fn() {", "while a", "for", "for x", "for x in", "for x in xs", "fn f", "fn f(", "fn f(x)",
    "fn f(x) =",
    "fn f(x) {\n  return x\n", "x =", "x = ", "x = # note", "x +", "x + # note\n", "x ^", "-", "not", "x and", "x or\n",
    "x ==",
    "1..", "1..9 step", "x |>", "x |>\n", "\"abc", "\"abc\n", "\"abc\\", "f(\"abc", "f(\"a\nb", "assert", "assert a,",
    "x[", "x[1",
    "f(fn(x) {\n y\n", "[[1, 2], [3", "map(xs, fn(x) =",
  ]) func incomplete(text: String) {
    guard case .incomplete = completeness(of: text) else {
      // A brace at the start of a statement is invalid, whatever follows.
      if text == "{x" { return }
      Issue.record("not incomplete: \(text)")
      return
    }
  }

  @Test(arguments: [
    ("f(]", "unclosed-bracket"), ("f(1 2", "unexpected"), ("x.", "missing-field"), ("a &&", "foreign-syntax"),
    ("f(1, $", "foreign-syntax"), ("\"loss {x\"", "unclosed-bracket"), ("\"loss {x", "unclosed-bracket"),
    ("chain(8,\n  sigmoid\nflow(net)", "unclosed-bracket"), ("return", "return-outside-function"),
    (")", "unopened-bracket"),
    ("if a {\n  b c", "missing-parentheses"), ("else", "else-without-if"), ("{x", "stray-block"),
  ]) func invalid(text: String, code: String) {
    guard case .invalid(let fault) = completeness(of: text) else {
      Issue.record("not invalid: \(text)")
      return
    }
    #expect(fault.code == code)
  }

  @Test(arguments: [
    ("x = 1\ny = = 2\nz = 3\nw w\nv = 5", ["foreign-syntax", "missing-parentheses"], "{(= x 1); (= z 3); (= v 5)}"),
    ("fn f() {\n  a b\n  c\n}\nd", ["missing-parentheses"], "{d}"),
    ("if a { 1 + }\nelse { 2 }\nx\n|> 3\ny", ["unexpected", "pipe-target"], "{y}"),
    ("def f(x):\n  y = x\n\n  return y\nz = 1", ["foreign-syntax"], "{(= z 1)}"),
    ("a && b\nf(1,\nc = 2\nd", ["foreign-syntax", "unclosed-bracket"], "{}"),
    ("a b; c", ["missing-parentheses"], "{}"),
  ]) func continuesAfterErrors(text: String, codes: [String], rest: String) {
    let (program, faults) = parseAll(Source(name: "test", text: text))
    #expect(faults.map(\.code) == codes)
    #expect(shape(program.statements) == rest)
  }

  @Test func numberOfErrorsIsLimited() {
    let text = String(repeating: "a b\n", count: 1000)
    #expect(parseAll(Source(name: "test", text: text)).faults.count == 50)
  }

  /// A source that is described by its repeated parts, because the whole text would fill the log.
  struct Repetition: Sendable, CustomTestStringConvertible {
    let head: String
    let unit: String
    let middle: String
    let closer: String
    var count = 100_000

    init(_ unit: String, _ middle: String = "x", _ closer: String = "", after head: String = "", count: Int = 100_000) {
      (self.head, self.unit, self.middle, self.closer, self.count) = (head, unit, middle, closer, count)
    }

    var text: String {
      head + String(repeating: unit, count: count) + middle + String(repeating: closer, count: count)
    }
    var testDescription: String { "\(head)\(unit)\(middle)\(closer) x \(count)" }
  }

  @Test(arguments: [
    Repetition("(", ""), Repetition("(", "x", ")"), Repetition("[", "", "]"), Repetition("f(", "", ")"),
    Repetition("x[", "x", "]"), Repetition("-"), Repetition("not "), Repetition("2^"), Repetition("fn() = "),
    Repetition("fn(x: "), Repetition("fn() { ", "", "}"), Repetition("if x { ", "", "}"),
    Repetition("if x { } else { ", "", "}"), Repetition("for x in xs { while x { ", "", "} }"),
    Repetition("\"{", "x", "}\""),
    Repetition("x + "), Repetition("x and "), Repetition(" |> f", "", after: "x"), Repetition("(x)", "", after: "f"),
    Repetition(".x", "", after: "f"), Repetition("[1]", "", after: "f"),
    Repetition("(", "x", " + x)", after: "y = f(1) + ", count: 199),
  ]) func deepSourceIsRejected(source: Repetition) {
    // The last source is within both limits at every level, but not as a whole.
    let text = source.count < 200 ? source.text + String(repeating: " + x", count: 450) : source.text
    #expect(shape(of: text) == "error too-deep")
  }

  @Test(arguments: [
    Repetition("(", "x", ")", count: 150), Repetition("x + ", count: 450),
    Repetition("x + 1, ", "x]", after: "[", count: 20_000),
    Repetition("  if x { y = [1, 2] + 1 }\n", "}", after: "fn f() {\n", count: 20_000),
    Repetition("else if x { y } ", "", after: "if x { } ", count: 5_000), Repetition("x\n", count: 50_000),
  ]) func longSourceIsNotDeep(source: Repetition) throws {
    _ = try parse(Source(name: "test", text: source.text))
  }
}
