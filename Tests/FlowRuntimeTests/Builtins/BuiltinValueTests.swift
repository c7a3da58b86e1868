// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import TestSupport
import Testing

/// Compares results of builtins with values computed by hand or from the definition.
struct BuiltinValueTests {
  @Test(arguments: [
    ("mean([1, 2, 6])", "3"), ("mean([1, none, 3])", "2"), ("mean([])", "nan"),
    ("std([2, 4, 4, 4, 5, 5, 7, 9]) ^ 2 * 7 - 32 < 1e-12", "true"), ("std([1, 3]) == sqrt(2)", "true"),
    ("abs(std([1e-200, 2e-200]) / sqrt(0.5) - 1e-200) < 1e-215", "true"),
    ("abs(std([1e200, 3e200]) / sqrt(2) - 1e200) < 1e185", "true"), ("std([1, inf])", "nan"),
    ("std([1])", "nan"), ("median([5, 1, 3])", "3"), ("median([4, 1, 3, 2])", "2.5"), ("median([])", "nan"),
    ("quantile([1, 2, 3, 4], 0.25)", "1.75"), ("quantile([10], 0.9)", "10"), ("str(quantile(1..5, [0, 1]))", "[1, 5]"),
    ("sum([1e16, 1, -1e16])", "1"), ("sum([])", "0"), ("sum([inf, 1])", "inf"), ("product([2, 3, 4])", "24"),
    ("min([3, 1, 2])", "1"), ("max(3, [7, 5])", "7"), ("max([1, nan, 3])", "nan"), ("min([])", "nan"),
    ("min([none, 2])", "2"),
  ])
  func statistics(_ script: String, _ output: String) { #expect(transcript(script) == output + "\n") }

  @Test(arguments: [
    ("abs(-3)", "3"), ("str(sign([-2, 0, 5]))", "[-1, 0, 1]"), ("sqrt(16)", "4"), ("exp(0)", "1"), ("log(1)", "0"),
    ("log2(8)", "3"), ("log10(1e-5)", "-5"), ("floor(-2.5)", "-3"), ("ceil(-2.5)", "-2"), ("round(2.5)", "2"),
    ("round(8734100150629937, decimals: 4) == 8734100150629937", "true"),
    ("round(3.5)", "4"), ("round(2.71828, decimals: 2)", "2.72"), ("round(1e308, decimals: 15)", "1e+308"),
    ("str(finite([1, inf, nan]))", "[true, false, false]"), ("str(isnan([[1, nan]]))", "[[false, true]]"),
    ("str([2 ^ 10, 10 ^ -3, 0.1 ^ 2, (-2) ^ 3, 10 ^ 22 == 1e22])", "[1024, 0.001, 0.010000000000000002, -8, true]"),
    ("t = curve(sin, from: -50, to: 50, points: 1001)\nsum(abs(t.value - sin(t.x)))", "0"),
    ("t = curve(tanh, from: -25, to: 25, points: 1001)\nsum(abs(t.value - tanh(t.x)))", "0"),
    ("str(abs([[-1, 2], [none]]))", "[[1, 2],\n [none]]"), ("erf(inf)", "1"), ("atan(inf) * 2 == acos(-1)", "true"),
  ])
  func elementary(_ script: String, _ output: String) { #expect(transcript(script) == output + "\n") }

  @Test(arguments: [
    ("len(\"héllo\")", "5"), ("len(record(a: 1, b: 2))", "2"), ("str(range(1, 9, step: 4))", "1..9 step 4"),
    ("str(linspace(0, 1, 5))", "[0, 0.25, 0.5, 0.75, 1]"), ("last(linspace(0, 0.3, 7))", "0.3"),
    ("str(logspace(-1, 1, 3))", "[0.1, 1, 10]"), ("str(first([3, 1], 5))", "[3, 1]"), ("str(first([], 0))", "[]"),
    ("str(last(1..5, 2))", "[4, 5]"), ("str(append([1], 2, [3]))", "[1, 2, [3]]"),
    ("str(concat([1], 2..3))", "[1, 2, 3]"), ("str(reverse(1..3))", "[3, 2, 1]"),
    ("str(unique([2, 1, 2, \"2\"]))", "[2, 1, \"2\"]"), ("contains([[1]], [1])", "true"),
    ("contains(\"leaky\", \"ak\")", "true"), ("contains(\"a\", \"\")", "true"),
    ("str(zip([1, 2, 3], 4..5))", "[[1, 4],\n [2, 5]]"), ("str(cumsum([1, none, 3]))", "[1, 1, 4]"),
    ("str(filter(1..9, fn(x) = x % 3 == 0))", "[3, 6, 9]"), ("reduce([1, 2], fn(a, b) = a - b, start: 10)", "7"),
    ("all([])", "true"), ("any([])", "false"), ("str(sort([3, nan, none, 1], desc: true))", "[3, 1, nan, none]"),
    ("str(sort([\"b\", \"a\"]))", "[\"a\", \"b\"]"),
    ("str(sort([[2], [1, 1]], by: len, desc: true))", "[[1, 1],\n [2]]"),
    ("str(sort(1..4, by: fn(x) = x % 2))", "[2, 4, 1, 3]"),
  ])
  func lists(_ script: String, _ output: String) { #expect(transcript(script) == output + "\n") }

  @Test(arguments: [
    ("upper(\"straße\")", "STRASSE"), ("lower(\"ABC\")", "abc"), ("trim(\" \\ta b\\n\")", "a b"),
    ("trim(\"  \") + \"|\"", "|"), ("replace(\"aXbX\", \"X\", \"--\")", "a--b--"),
    ("replace(\"aaa\", \"aa\", \"b\")", "ba"), ("str(split(\"a,,b\", \",\"))", "[\"a\", \"\", \"b\"]"),
    ("str(split(\"ab\", \"\"))", "[\"a\", \"b\"]"), ("join([1, \"a\", none], \"-\")", "1-a-none"),
    ("starts_with(\"he_normal\", \"he\")", "true"), ("ends_with(\"a.tsv\", \".csv\")", "false"),
    ("format_number(0.000123456, digits: 3)", "0.000123"), ("format_number(12345)", "1.234e+04"),
    ("number(\"1e-3\")", "0.001"), ("str(1e21)", "1e+21"), ("str([tanh, leaky_relu(0.2)])", "[tanh, leaky_relu(0.2)]"),
    ("tanh", "tanh"), ("sqrt", "sqrt(x)"),
  ])
  func strings(_ script: String, _ output: String) { #expect(transcript(script) == output + "\n") }
}
