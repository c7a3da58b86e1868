// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import TestSupport
import Testing

/// ASCII strings have a fast path, which must not change results: a character is always a grapheme cluster.
struct StringCharactersTests {
  @Test(arguments: [
    ("len(\"abc\")", "3"), ("len(\"a\\u{D}\\nb\")", "3"), ("len(\"e\\u{301}\")", "1"), ("\"abc\"[-1]", "c"),
    ("\"aéc\"[-2]", "é"), ("\"abcd\"[[4, 1]]", "da"), ("\"aécd\"[[4, 2]]", "dé"), ("\"abcd\"[2..3]", "bc"),
  ])
  func indexing(_ script: String, _ output: String) { #expect(transcript(script) == output + "\n") }

  @Test(arguments: [
    ("str(split(\"aaa\", \"aa\"))", "[\"\", \"a\"]"), ("str(split(\"éaaa\", \"aa\"))", "[\"é\", \"a\"]"),
    // A carriage return and a line feed are one character, and so is a letter with its accent.
    ("len(split(\"a\\u{D}\\nb\", \"\\n\"))", "1"), ("contains(\"e\\u{301}\", \"e\")", "false"),
    ("starts_with(\"e\\u{301}\", \"e\")", "false"), ("ends_with(\"a\\u{D}\\n\", \"\\n\")", "false"),
    // The Kelvin sign is another way to write K.
    ("contains(\"K\", \"\\u{212A}\")", "true"), ("replace(\"1 K\", \"\\u{212A}\", \"C\")", "1 C"),
    ("contains(\"abab\", \"bb\")", "false"), ("contains(\"ab\", \"abc\")", "false"),
    ("contains(\"ab\", \"b\")", "true"),
  ])
  func searching(_ script: String, _ output: String) { #expect(transcript(script) == output + "\n") }

  /// Long strings are converted in pieces of 65,536 scalars.
  @Test func upperConvertsLongStrings() {
    let script = "x = \"straße \"; for i in 1..15 { x = x + x }; y = upper(x); "
    #expect(transcript(script + "len(y)") == "262144\n")
    #expect(transcript(script + "len(split(y, \"STRASSE \"))") == "32769\n")
  }

  /// Values are repeated if they are equal. All NaN count as one value.
  @Test func uniqueAgreesWithEquality() {
    let script = "str(unique([0, -0, nan, -nan, 1, 1.0, 1..2, [1, 2], \"1\", true, none, [1, \"2\"], [1, 2, 3][1..2]]))"
    #expect(transcript(script) == "[0, nan, 1, 1..2, \"1\", true, none, [1, \"2\"]]\n")
    #expect(
      transcript("str(unique([\"relu\", relu, tanh, \"tanh\", [relu], [\"relu\"]]))") == "[\"relu\", tanh, [relu]]\n")
    let nets = "a = mlp([1, 1], tanh); b = copy(a); len(unique([a, b, a, record(n: a), record(n: a)]))"
    #expect(transcript(nets) == "3\n")
    #expect(transcript("len(unique([read, read, fn(x) = x, fn(x) = x, exp, \"exp\"]))") == "5\n")
  }
}
