// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import Testing

@Suite struct SyntaxErrorTests {
  /// The text, the code of the error, the underlined part, and a part of the label.
  private static let cases: [(String, String, String, String)] = [
    ("f(init = normal(0, 1))", "equals-in-call", "init =", "write init: normal(0, 1)"),
    ("f(g(1) = 2)", "equals-in-call", "=", "=="),
    ("f(1, a: 2, 3)", "positional-after-named", "3", "name"),
    ("f(a: 1, b: 2, a: 3)", "duplicate-argument", "a", ""),
    ("if x = 3 { }", "equals-in-condition", "=", "=="),
    ("if a { } else if x = 3 { }", "equals-in-condition", "=", "=="),
    ("while x = 3 { }", "equals-in-condition", "=", "=="),
    ("assert x = 3", "equals-in-condition", "=", "=="),
    ("y = (x = 3)", "equals-in-condition", "=", "=="),
    ("[x = 3]", "equals-in-condition", "=", "=="),
    ("fn f() { return x = 3 }", "equals-in-condition", "=", "=="),
    ("x + 1 = 3", "assignment-target", "=", "=="),
    ("f(x) = x^2", "assignment-target", "f(x)", "fn f(x)"),
    ("a = b = 3", "chained-assignment", "=", ""),
    ("a, b = f()", "several-targets", "a, b = f()", "parts[2]"),
    ("for = 3", "keyword-as-name", "for", ""),
    ("nan = 3", "keyword-as-name", "nan", ""),
    ("fn if(x) = x", "keyword-as-name", "if", ""),
    ("fn f(in) = x", "keyword-as-name", "in", ""),
    ("for or in xs { }", "keyword-as-name", "or", ""),
    ("f(in: 3)", "keyword-as-name", "in", ""),
    ("x.none", "keyword-as-name", "none", ""),
    ("x = while", "keyword-as-name", "while", ""),
    ("fn f(a = 1) = a", "equals-in-parameter", "=", "a: value"),
    ("fn f(a, a) = a", "duplicate-parameter", "a", ""),
    ("fn f(a: 1, b) = a", "parameter-order", "b", "before 'a'"),
    ("y = fn g(x) = x", "named-function-literal", "g", "fn g"),
    ("1 + fn(x) = x", "function-as-operand", "fn", "(fn(x) = ...)"),
    ("fn f(x) = { x }", "stray-block", "{", "leave '=' out"),
    ("return 1", "return-outside-function", "return", ""),
    ("for x in xs { return x }", "return-outside-function", "return", ""),
    ("break", "break-outside-loop", "break", ""),
    ("if a { continue }", "continue-outside-loop", "continue", ""),
    ("for x in xs { map(xs, fn(y) { break }) }", "break-outside-loop", "break", ""),
    ("else { }", "else-without-if", "else", ""),
    ("if a { }\nx\nelse { }", "else-without-if", "else", ""),
    ("y = if a { 1 } else { 2 }", "if-as-operand", "if", ""),
    ("x if a", "unexpected", "if", "statement"),
    ("x in xs", "foreign-syntax", "x in xs", "contains(xs, x)"),
    ("x == not y", "not-as-operand", "not", "(not ...)"),
    ("x not y", "unexpected", "not", ""),
    ("a < b < c", "chained-comparison", "a < b < c", "and"),
    ("1..2..3", "chained-range", "..", "step"),
    ("x |> 3", "pipe-target", "3", "not a function"),
    ("x |> f + 1", "pipe-target", "+", "(... |> f(...)) + ..."),
    ("x |> f(1).y", "pipe-target", ".", ".name"),
    ("x |> f(1)[2]", "pipe-target", "[", "[i]"),
    ("x |> f(1)(2)", "pipe-target", "(", ""),
    ("x |> fn(y) = y", "pipe-target", "fn", "(fn(x) = ...)"),
    ("|> f", "pipe-without-value", "|>", ""),
    ("x;\n|> f", "pipe-without-value", "|>", ""),
    ("{ x }", "stray-block", "{", "record"),
    ("x = {a: 1}", "foreign-syntax", "{a: 1}", "record(a: 1)"),
    ("(1, 2)", "tuple", "(1, 2)", "[a, b]"),
    ("()", "empty-parentheses", "()", "none"),
    ("[1 2]", "foreign-syntax", "[1 2]", "[1, 2]"),
    ("[1 -2, x [4]; 5]", "foreign-syntax", "[1 -2, x [4]; 5]", "[["),
    ("[1:3]", "foreign-syntax", "[1:3]", "1..3"),
    ("[x for x in xs]", "foreign-syntax", "[x for x in xs]", "map("),
    ("f(1 2)", "unexpected", "2", "comma"),
    ("f(1: 2)", "foreign-syntax", "1: 2", "1..2"),
    ("f(x for x in xs)", "foreign-syntax", "x for x in xs", "map("),
    ("x[]", "missing-index", "]", ""),
    ("x[1, 2]", "matrix-index", "x[1, 2]", "x[1][2]"),
    ("x[1:2]", "foreign-syntax", "x[1:2]", "x[1..2]"),
    ("x.", "missing-field", ".", ""),
    ("x. 5", "missing-field", ".", ""),
    ("3(x)", "missing-operator", "(", "3 * (...)"),
    ("print x", "missing-parentheses", "print x", "print(x)"),
    ("f\"abc\"", "foreign-syntax", "f", "leave it out"),
    ("\"\"\"doc\"\"\"", "adjacent-strings", "\"", ""),
    ("x y z", "missing-parentheses", "x y z", "x(y, z)"),
    ("1 + 2 3", "unexpected", "3", "new line or ';'"),
    ("\"{}\"", "empty-interpolation", "{}", ""),
    ("\"{x:.3f}\"", "foreign-syntax", "x:.3f", "format_number(x, decimals: 3)"),
    ("\"{x y}\"", "unexpected", "y", ""),
    ("\"loss {x\"", "unclosed-bracket", "{", "not closed"),
    ("\"loss {x\nand\" y", "unclosed-bracket", "{", "not closed"),
    ("f(1, [2, 3)", "unclosed-bracket", "[", "not closed"),
    ("f(1,\n2\ng(3)\n", "unclosed-bracket", "(", "not closed"),
    ("fn f() {\n  if a {\n}\n", "unclosed-bracket", "{", "not closed"),
    ("f(1))", "unopened-bracket", ")", "no '('"),
    ("}", "unopened-bracket", "}", "no '{'"),
    ("\"abc", "unclosed-string", "\"", ""),
    ("x = 1 +", "unexpected", "", ""),
    ("if a", "unexpected", "", "braces"),
    ("while a\nb", "unexpected", "b", "braces"),
    ("fn f(x)", "unexpected", "", "= expression or { ... }"),
    ("fn f x = 1", "unexpected", "x", "parentheses"),
    ("for i = 1..3 { }", "foreign-syntax", "for i = 1..3", "for i in 1..3"),
    ("for i, j in xs { }", "foreign-syntax", "for i, j in xs {", "i = p[1]"),
  ]

  @Test(arguments: cases) func errors(text: String, code: String, place: String, words: String) {
    let source = Source(name: "test", text: text)
    let fault = #expect(throws: Diagnostic.self) { try parse(source) }
    #expect(fault?.code == code)
    #expect(fault?.phase == .syntax)
    #expect(fault?.labels.first.map { source.text(in: $0.range) } == place)
    #expect(fault?.labels.first?.text.contains(words) == true || words.isEmpty)
  }

  @Test func unclosedBracketShowsBothPlaces() {
    let source = Source(name: "test", text: "net = chain(8,\n  sigmoid\nflow(net)\n")
    let fault = #expect(throws: Diagnostic.self) { try parse(source) }
    #expect(
      fault?.labels.map { source.location(at: $0.range.start) } == [
        SourceLocation(line: 1, column: 12), SourceLocation(line: 3, column: 10),
      ])
    #expect(fault?.labels.map(\.text) == ["this '(' is not closed", "the text ends here"])
  }

  @Test func stringOverSeveralLinesIsLabeled() {
    let source = Source(name: "test", text: "x = \"abc\ny = \"def\"")
    let fault = #expect(throws: Diagnostic.self) { try parse(source) }
    #expect(fault?.labels.last?.range == SourceRange(4, 5))
    #expect(fault?.labels.last?.text.contains("spans several lines") == true)
  }
}
