// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import TestSupport
import Testing

/// The rules of the language, as scripts with their output as TSV.
struct LanguageTests {
  struct Case: CustomTestStringConvertible {
    let script: String
    let output: String
    init(_ script: String, _ output: String) {
      self.script = script
      self.output = output
    }
    var testDescription: String { script }
  }

  @Test(arguments: [
    Case("1", "1\n"), Case("1_000 + .5", "1000.5\n"), Case("1e-3", "0.001\n"), Case("inf", "inf\n"),
    Case("-nan", "nan\n"), Case("0.1 + 0.2", "0.30000000000000004\n"), Case("1e300 * 1e10", "inf\n"),
    Case("true", "true\n"), Case("none", ""), Case("\"a\\tb\"", "a\tb\n"), Case("\"\\u{e9}\\{\"", "é{\n"),
    Case("\"x = {1 + 1}, {[1, \"a\"]}\"", "x = 2, [1, \"a\"]\n"), Case("\"{0.1}{1e-20}\"", "0.11e-20\n"),
    Case("str([1, 2])", "[1, 2]\n"), Case("str(1..3)", "1..3\n"), Case("str([[1, 2], [3, 4]])", "[[1, 2],\n [3, 4]]\n"),
    Case("str(record(a: 1, b: \"x\"))", "record(a: 1, b: \"x\")\n"), Case("str(-0.0)", "-0\n"),
  ])
  func literalsPrint(_ test: Case) { #expect(transcript(test.script) == test.output) }

  @Test(arguments: [
    Case("1 + 2 * 3 ^ 2", "19\n"), Case("2 ^ 3 ^ 2", "512\n"), Case("-2 ^ 2", "-4\n"), Case("7 / 2", "3.5\n"),
    Case("7 % 3", "1\n"), Case("-1 % 3", "2\n"), Case("-7 % -3", "-1\n"), Case("7 % -3", "-2\n"),
    Case("1e17 % 3", "1\n"), Case("162441826878828670 % 585", "162\n"), Case("7 % inf", "7\n"),
    Case("5.5 % 0.1 == 0.09999999999999970", "true\n"), Case("1 % 0", "nan\n"),
    Case("1 / 0", "inf\n"), Case("not true or true", "true\n"),
    Case("1 < 2 and 2 < 1", "false\n"), Case("false and missing_name", "false\n"),
    Case("true or missing_name", "true\n"),
    Case("\"a\" < \"b\"", "true\n"), Case("\"a\" + \"b\"", "ab\n"), Case("\"a\" == 1", "false\n"),
    Case("none == none", "true\n"), Case("nan == nan", "false\n"),
    Case("str([1, 2] + 1)", "[2, 3]\n"), Case("str(10 - [1, 2])", "[9, 8]\n"), Case("str([1, 2] * [3, 4])", "[3, 8]\n"),
    Case("str([[1, 2], [3, 4]] * 2)", "[[2, 4],\n [6, 8]]\n"),
    Case("str([[1, 2], [3, 4]] + [10, 20])", "[[11, 12],\n [23, 24]]\n"),
    Case("str((1..3) ^ 2)", "[1, 4, 9]\n"), Case("str([1, 5] > 3)", "[false, true]\n"),
    Case("str([1, 5] > 3 and [true, true])", "[false, true]\n"), Case("str(not [true, false])", "[false, true]\n"),
    Case("str([\"a\", \"b\"] == \"a\")", "[true, false]\n"), Case("str(-[1, 2])", "[-1, -2]\n"),
    Case("str([1, none] + 1)", "[2, none]\n"), Case("str([1, none] < 5)", "[true, false]\n"),
    Case("str([1, none] == none)", "[false, true]\n"), Case("str([none] != 1)", "[true]\n"),
  ])
  func operatorsCompute(_ test: Case) {
    #expect(transcript(test.script) == test.output)
  }

  @Test(arguments: [
    Case("len(1..8)", "8\n"), Case("len(8..1)", "0\n"), Case("str(map(1..9 step 4, fn(x) = x))", "[1, 5, 9]\n"),
    Case("str(map(3..1 step -1, fn(x) = x))", "[3, 2, 1]\n"), Case("len(0..1 step 0.1)", "11\n"),
    Case("n = 2\nstr(1..n + 1)", "1..3\n"), Case("(1..1000000000 step 2)[-1]", "999999999\n"),
    Case("xs = [5, 6, 7]\nxs[1] + xs[-1]", "12\n"), Case("str([5, 6, 7][2..3])", "[6, 7]\n"),
    Case("str([5, 6, 7][-2..-1])", "[6, 7]\n"), Case("str([5, 6, 7][[1, 3]])", "[5, 7]\n"),
    Case("str([5, 6, 7][[5, 6, 7] > 5])", "[6, 7]\n"), Case("\"hello\"[2]", "e\n"), Case("\"hello\"[-3..-1]", "llo\n"),
    Case("[[1, 2], [3, 4]][2][1]", "3\n"), Case("record(a: 1).a", "1\n"), Case("record(a: 1)[\"a\"]", "1\n"),
    Case("str([record(a: 1), record(a: 2)].a)", "[1, 2]\n"),
    Case("t = table([record(a: 1), record(a: 2)])\nt[2].a", "2\n"),
    Case("t = table([record(a: 1), record(a: 2)])\nstr(t.a)", "[1, 2]\n"),
    Case("t = table([record(a: 1), record(a: 2)])\nlen(t[2..2])", "1\n"),
    Case("t = table([record(a: 1), record(a: 2)])\nlen(t[t.a > 1])", "1\n"),
    Case("table([record(a: 1)])[\"a\"][1]", "1\n"), Case("mean.name", "mean\n"),
  ])
  func rangesIndexesAndFields(_ test: Case) { #expect(transcript(test.script) == test.output) }

  @Test(arguments: [
    Case("x = 3", ""), Case("x = 3\nx", "3\n"), Case("x = 3; x;", ""), Case("1; 2", "2\n"),
    Case("xs = [1, 2]\nys = xs\nys[1] = 9\nstr(xs) + str(ys)", "[1, 2][9, 2]\n"),
    Case("m = [[1, 2], [3, 4]]\nm[2][-1] = 0\nstr(m)", "[[1, 2],\n [3, 0]]\n"),
    Case("r = record(a: 1)\nr.a = 2\nr.a", "2\n"), Case("r = record(a: [1, 2])\nr.a[2] = 5\nstr(r.a)", "[1, 5]\n"),
    Case("r = record(a: 1)\nr[\"a\"] = 4\nr.a", "4\n"),
    Case("t = table([record(a: 1), record(a: 2)])\nt.a = t.a * 2\nstr(t.a)", "[2, 4]\n"),
    Case("t = table([record(a: 1), record(a: 2)])\nt.a[1] = 7\nstr(t.a)", "[7, 2]\n"),
    Case("xs = 1..3\nxs[2] = 0\nstr(xs)", "[1, 0, 3]\n"),
  ])
  func assignment(_ test: Case) { #expect(transcript(test.script) == test.output) }

  @Test(arguments: [
    Case("if 1 < 2 { \"yes\" } else { \"no\" }", "yes\n"), Case("if false { 1 } else if true { 2 } else { 3 }", "2\n"),
    Case("for i in 1..3 { i }", "1\n2\n3\n"), Case("for x in [\"a\", \"b\"] { x }", "a\nb\n"),
    Case("for r in table([record(a: 1), record(a: 2)]) { r.a }", "1\n2\n"),
    Case("for i in 1..9 { if i == 2 { continue }\n if i == 4 { break }\n i }", "1\n3\n"),
    Case("i = 0\nwhile i < 3 { i = i + 1 }\ni", "3\n"),
    Case("i = 0\nwhile true { i = i + 1\n if i > 4 { break } }\ni", "5\n"),
    Case("s = 0\nfor i in 1..4 { s = s + i }\ns", "10\n"), Case("for i in [] { i }", ""),
    Case("for i in 1..2 { for j in 1..2 { if j == 2 { break }\n \"{i}{j}\" } }", "11\n21\n"),
    Case("assert 1 < 2", ""), Case("assert true, \"no\"", ""),
  ])
  func controlFlow(_ test: Case) { #expect(transcript(test.script) == test.output) }

  @Test(arguments: [
    Case("fn f(x) = x + 1\nf(2)", "3\n"), Case("fn f(x) { x + 1 }\nf(2)", "3\n"),
    Case("fn f(x) { y = x\n 99; return y }\nf(2)", "2\n"),
    Case("fn f(x, k: 2) = x * k\nf(3) + f(3, 3) + f(3, k: 4)", "27\n"),
    Case("fn f(x, k: x + 1) = k\nf(1)", "2\n"), Case("fn f() { 5 }\nf()", "5\n"), Case("fn f() { x = 5 }\nf()", ""),
    Case("fn f(x) { if x > 0 { \"up\" } else { \"down\" } }\nf(1)", "up\n"), Case("fn f() { return }\nf()", ""),
    Case("fn fact(n) { if n < 2 { return 1 }\n n * fact(n - 1) }\nfact(10)", "3628800\n"),
    Case("add = fn(a) = fn(b) = a + b\nadd(2)(3)", "5\n"), Case("str(map(1..3, fn(x) = x^2))", "[1, 4, 9]\n"),
    Case("fn f(x) { print(x)\n x }\nf(1);", "1\n"), Case("x = 1\nfn f() { x = 2\n x }\nf() + x", "3\n"),
    Case("fs = []\nfor i in 1..3 { fs = append(fs, fn() = i) }\nfs[1]() + fs[3]()", "4\n"),
    Case("fn even(n) = if_zero(n)\nfn if_zero(n) = n == 0\neven(0)", "true\n"),
    Case("str(map([4, 9], sqrt))", "[2, 3]\n"), Case("f = max\nf(1, 2)", "2\n"),
    Case("fn f(x, k: 1) = x\nf", "f(x, k: 1)\n"), Case("fn(x) = x", "fn(x)\n"), Case("mean", "mean(numbers)\n"),
    Case("[3, 1] |> sort", "1\n3\n"), Case("[3, 1] |> sort |> first", "1\n"), Case("2 |> (fn(x) = x * 2)", "4\n"),
    Case("[1, 2]\n  |> map(fn(x) = x * 10)\n  |> sum", "30\n"), Case("x = 2\nx |> max(5)", "5\n"),
    Case("fn f(a, b: 2) = a - b\nf(b: 1, a: 5)", "4\n"),
  ])
  func functions(_ test: Case) { #expect(transcript(test.script) == test.output) }

  static let t = "t = table([record(a: 1, b: \"x\"), record(a: 3, b: \"y\"), record(a: 2, b: \"x\")])\n"

  @Test(arguments: [
    Case("t", "a\tb\n1\tx\n3\ty\n2\tx\n"), Case("t |> where(a > 1)", "a\tb\n3\ty\n2\tx\n"),
    Case("a = 100\nt |> where(a > 1) |> len", "2\n"), Case("limit = 2\nt |> where(a > limit)", "a\tb\n3\ty\n"),
    Case("t |> where(a > 1 and b == \"x\")", "a\tb\n2\tx\n"), Case("t |> where(true) |> len", "3\n"),
    Case("t |> select(b)", "b\nx\ny\nx\n"), Case("t |> select(\"b\", twice: 2 * a)", "b\ttwice\nx\t2\ny\t6\nx\t4\n"),
    Case("t |> with(c: a / max(a))", "a\tb\tc\n1\tx\t0.3333333333333333\n3\ty\t1\n2\tx\t0.6666666666666666\n"),
    Case("t |> with(b: \"z\") |> first(1)", "a\tb\n1\tz\n"),
    Case("t |> sort(a, desc: true)", "a\tb\n3\ty\n2\tx\n1\tx\n"),
    Case("t |> sort(-a) |> first(1)", "a\tb\n3\ty\n"), Case("t |> sort([b, -a])", "a\tb\n2\tx\n1\tx\n3\ty\n"),
    Case("t |> sort(\"a\") |> last", "a\tb\n3\ty\n"), Case("first(t).b", "x\n"),
    Case("last(t, 2)", "a\tb\n3\ty\n2\tx\n"),
    Case("t |> summarize(by: b, a: mean)", "b\ta\nx\t1.5\ny\t3\n"),
    Case("t |> summarize(by: [b], a: [min, max])", "b\ta_min\ta_max\nx\t1\t2\ny\t3\t3\n"),
    Case("t |> summarize(spread: max(a) - min(a), n: len(a))", "spread\tn\n2\t3\n"),
    Case("t |> summarize(by: b, a: fn(xs) = sum(xs) * 10)", "b\ta\nx\t30\ny\t30\n"),
    Case("concat(t, table([record(a: 4, c: true)])) |> last(2)", "a\tb\tc\n2\tx\t\n4\t\ttrue\n"),
    Case("join(columns(t), \",\")", "a,b\n"),
    Case("with_empty = table([record(a: 1), record(b: 2)])\nwith_empty |> where(a < 5)", "a\tb\n1\t\n"),
    Case("fn top(t, n) = t |> where(a >= n)\ntop(t, 3)", "a\tb\n3\ty\n"),
    Case("t |> where(map(a, fn(v) = v > 2))", "a\tb\n3\ty\n"), Case("len(t)", "3\n"),
    Case("record(p: 1, q: \"z\")", "p\tq\n1\tz\n"),
  ])
  func tables(_ test: Case) { #expect(transcript(Self.t + test.script) == test.output) }

  @Test(arguments: [
    Case("_ = 1\n_", "1\n"), Case("# nothing\n", ""), Case("1 # one\n", "1\n"), Case("", ""),
    Case("type(1) + type(\"\") + type(none) + type([]) + type(1..2)", "numberstringnonelistrange\n"),
    Case("type(fn() = 1) + type(mean) + type(record()) + type(true)", "functionfunctionrecordboolean\n"),
  ])
  func otherRules(_ test: Case) { #expect(transcript(test.script) == test.output) }

  /// A range may end at a position counted from the end.
  @Test(arguments: [
    ("[1, 2, 3, 4][2..-1]", "2\n3\n4\n"), ("[1, 2, 3, 4][1..-2]", "1\n2\n3\n"), ("\"abcd\"[2..-2]", "bc\n"),
    ("len([1, 2, 3][4..-1])", "0\n"), ("[1, 2, 3, 4, 5][1..-1 step 2]", "1\n3\n5\n"),
  ])
  func slicesToTheEnd(_ script: String, _ output: String) {
    #expect(transcript(script) == output)
  }

  /// Without rows, a summary has its columns only, or with no `by` a single row.
  @Test func summariesOfNoRows() {
    let rows = "t = table([record(a: 1, b: 2)]) |> where(a > 5)\n"
    #expect(transcript(rows + "t |> summarize(n: len(a), b: sum)") == "n\tb\n0\t0\n")
    #expect(transcript(rows + "t |> summarize(by: a, n: len(b), b: [min, max])") == "a\tn\tb_min\tb_max\n")
  }

  @Test func printWritesNoneAsJSON() {
    #expect(transcript(":set format json\nprint(none)\nnone") == "null\n")
    #expect(transcript(":set format jsonl\nprint(1, none)") == "1\nnull\n")
  }

  @Test func listsOfStringsAreQuotedIfNecessary() {
    #expect(transcript(":set format csv\n[\"x,y\", \"a\\\"b\", \"c\"]") == "\"x,y\"\n\"a\"\"b\"\nc\n")
  }
}
