// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import Testing

@Suite struct ParserTests {
  @Test(arguments: [
    ("a or b and c", "(or a (and b c))"),
    ("a and b or c", "(or (and a b) c)"),
    ("a or b or c", "(or (or a b) c)"),
    ("not a and b", "(and (not a) b)"),
    ("not a == b", "(not (== a b))"),
    ("not not a", "(not (not a))"),
    ("a and not b", "(and a (not b))"),
    ("a + 1 < b", "(< (+ a 1) b)"),
    ("a != b", "(!= a b)"),
    ("a <= b", "(<= a b)"),
    ("a >= b", "(>= a b)"),
    ("1..3 == x", "(== (.. 1 3) x)"),
    ("1..n + 1", "(.. 1 (+ n 1))"),
    ("1..9 step 2", "(.. 1 9 step 2)"),
    ("1..9 step 2 + 1 == x", "(== (.. 1 9 step (+ 2 1)) x)"),
    ("-3..-1", "(.. (- 3) (- 1))"),
    ("step + 1", "(+ step 1)"),
    ("a - b - c", "(- (- a b) c)"),
    ("a + b * c", "(+ a (* b c))"),
    ("a / b * c % d", "(% (* (/ a b) c) d)"),
    ("-a * b", "(* (- a) b)"),
    ("a * -b", "(* a (- b))"),
    ("a - -b", "(- a (- b))"),
    ("--a", "(- (- a))"),
    ("-2^2", "(- (^ 2 2))"),
    ("2^-1", "(^ 2 (- 1))"),
    ("2^-1^2", "(^ 2 (- (^ 1 2)))"),
    ("2^-1 * 3", "(* (^ 2 (- 1)) 3)"),
    ("2^3^2", "(^ 2 (^ 3 2))"),
    ("-x[1]^2", "(- (^ (index x 1) 2))"),
    ("(a + b) * c", "(* (+ a b) c)"),
    ("f(a).b[1](c)", "(call (index (. (call f a) b) 1) c)"),
    ("net[2].weight[-1]", "(index (. (index net 2) weight) (- 1))"),
    ("x |> f", "(call f |x)"),
    ("x |> f(a, b: 1)", "(call f |x a b: 1)"),
    ("x |> f |> g(1)", "(call g |(call f |x) 1)"),
    ("a or b |> f", "(call f |(or a b))"),
    ("x |> m.f(1)", "(call (. m f) |x 1)"),
    ("x |> fs[1]", "(call (index fs 1) |x)"),
    ("x |> (fn(y) = y)", "(call (fn (y) {(return y)}) |x)"),
    ("1 + (x |> f)", "(+ 1 (call f |x))"),
  ]) func precedence(text: String, expected: String) {
    #expect(shape(of: text) == "{\(expected)}")
  }

  @Test(arguments: [
    ("", "{}"),
    ("\n\n", "{}"),
    ("# only a comment", "{}"),
    ("#!/usr/bin/env gradflow\n# more\n\n", "{}"),
    ("\u{FEFF}x", "{x}"),
    ("x;", "{x;}"),
    ("x; y", "{x;; y}"),
    ("x = 1", "{(= x 1)}"),
    ("x = 1;", "{(= x 1);}"),
    ("x =\n 1", "{(= x 1)}"),
    ("net[2].bias = [0, 0]", "{(= (. (index net 2) bias) [0 0])}"),
    ("x[1] = 2", "{(= (index x 1) 2)}"),
    ("a = 1\r\nb = 2\r\n", "{(= a 1); (= b 2)}"),
    ("a = 1\rb = 2", "{(= a 1); (= b 2)}"),
    ("α = 1; größe_2 = α", "{(= α 1);; (= größe_2 α)}"),
    ("if a { b }", "{(if a {b})}"),
    ("if a { b } else { c }", "{(if a {b} else {c})}"),
    ("if a { b } else if c { d } else { e }", "{(if a {b} c {d} else {e})}"),
    ("if a {\n  b\n}\nelse {\n  c\n}\nd", "{(if a {b} else {c}); d}"),
    ("if a {\n}\n# note\n\nelse if b {\n}\nc", "{(if a {} b {}); c}"),
    ("if a\n{ b }", "{(if a {b})}"),
    ("for x in 1..3 { print(x) }", "{(for x (.. 1 3) {(call print x)})}"),
    ("for x in xs { if x { break } else { continue } }", "{(for x xs {(if x {break} else {continue})})}"),
    ("while a < 1 { a = a + 1; b }", "{(while (< a 1) {(= a (+ a 1));; b})}"),
    ("assert a == b", "{(assert (== a b))}"),
    ("assert finite(0.1), \"bad\"", "{(assert (call finite 0.1) \"bad\")}"),
    ("fn f(x) = x^2", "{(define f (fn (x) {(return (^ x 2))}))}"),
    ("fn f(x) =\n  x |> g", "{(define f (fn (x) {(return (call g |x))}))}"),
    ("fn f() { return }", "{(define f (fn () {(return)}))}"),
    (
      "fn f(xs, k: 1) { ys = sort(xs); return first(ys, k) }",
      "{(define f (fn (xs k: 1) {(= ys (call sort xs));; (return (call first ys k))}))}"
    ),
    ("f = fn(x) { x }", "{(= f (fn (x) {x}))}"),
    ("map(1..5, fn(x) = x^2)", "{(call map (.. 1 5) (fn (x) {(return (^ x 2))}))}"),
    ("map(xs, fn(x) {\n y = x\n return y\n})", "{(call map xs (fn (x) {(= y x); (return y)}))}"),
    ("fn f() { return fn() { return 1 } }", "{(define f (fn () {(return (fn () {(return 1)}))}))}"),
    ("f(\n 1,\n b: 2,\n)", "{(call f 1 b: 2)}"),
    ("[1,\n 2,\n]", "{[1 2]}"),
    ("[]", "{[]}"),
    ("a +\n b", "{(+ a b)}"),
    ("x\n  |> f(1)\n  # note\n  |> g", "{(call g |(call f |x 1))}"),
    ("y = x\n|> f\nz", "{(= y (call f |x)); z}"),
    ("x |>\n f", "{(call f |x)}"),
    ("\"a {b + 1} c\"", "{\"a {(+ b 1)} c\"}"),
    ("\"{f(\"x\", k: \"{y}\")}\"", "{\"{(call f \"x\" k: \"{y}\")}\"}"),
    ("\"\"", "{\"\"}"),
    ("\"a\nb\"", "{\"a\nb\"}"),
    ("\"a\r\nb\"", "{\"a\nb\"}"),
    (#""\n\t\"\\\{}\u{1F600}""#, "{\"\n\t\"\\{}😀\"}"),
    ("none", "{none}"),
    ("[true, false, inf, -inf]", "{[true false inf (- inf)]}"),
    ("x.log10_total", "{(. x log10_total)}"),
  ]) func statements(text: String, expected: String) {
    #expect(shape(of: text) == expected)
  }

  @Test func rangesCoverTheText() throws {
    let source = Source(name: "test", text: "y = (a + b) * f(c)[1]  # note\nfn g(x) = x")
    let program = try parse(source)
    guard case .assignment(let target, let value, _) = program.statements[0].kind,
      case .binary(_, let left, let right) = value.kind,
      case .function(let name, let literal) = program.statements[1].kind
    else {
      Issue.record("unexpected statements")
      return
    }
    #expect(source.text(in: program.statements[0].range) == "y = (a + b) * f(c)[1]")
    #expect(source.text(in: target.range) == "y")
    #expect(source.text(in: left.range) == "(a + b)")
    #expect(source.text(in: right.range) == "f(c)[1]")
    #expect(source.text(in: name.range) == "g")
    #expect(source.text(in: literal.range) == "fn g(x) = x")
  }
}
