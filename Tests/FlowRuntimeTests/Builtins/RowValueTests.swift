// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import TestSupport
import Testing

/// Formulas that have one value for each row of a table, and those that were meant to.
struct RowValueTests {
  private static let table = """
    t = table([record(act: "tanh", k: 1), record(act: "relu", k: 2), record(act: none, k: 3), record(act: "tanh", k: 4)])

    """

  private func output(_ code: String) -> String { transcript(Self.table + code) }

  private func notes(_ code: String) throws -> [String] {
    let scripted = ScriptedHost()
    try Interpreter(host: scripted.host()).run(Source(name: "test", text: Self.table + code))
    return scripted.notes
  }

  @Test(arguments: [
    ("(t |> where(starts_with(act, \"t\"))).k", "[1, 4]"),
    ("(t |> where(ends_with(act, \"u\"))).k", "[2]"),
    ("(t |> with(u: upper(act))).u", "[\"TANH\", \"RELU\", none, \"TANH\"]"),
    ("(t |> with(u: replace(act, \"a\", \"\"))).u", "[\"tnh\", \"relu\", none, \"tnh\"]"),
    ("trim([\" a \", \"b\"])", "[\"a\", \"b\"]"),
    ("number([\"1e3\", 2, none])", "[1000, 2, none]"),
    ("(t |> with(l: \"{act}-{k}\")).l", "[\"tanh-1\", \"relu-2\", \"none-3\", \"tanh-4\"]"),
    ("(t |> with(l: \"{k / max(k)}\")).l", "[\"0.25\", \"0.5\", \"0.75\", \"1\"]"),
    ("(t |> with(l: \"{max(k)}\")).l", "[\"4\", \"4\", \"4\", \"4\"]"),
    ("(t |> where(\"{act}{k}\" == \"tanh4\")).k", "[4]"),
    ("(t |> sort(\"{10 - k}\")).k", "[4, 3, 2, 1]"),
    // In a group, a column is the list of its values.
    ("(t |> summarize(l: \"{k}\", by: act)).l", "[\"[1, 4]\", \"[2]\", \"[3]\"]"),
    // The function sees its own values.
    ("(t |> with(l: map(k, fn(v) = \"{v + 1}\"))).l", "[\"2\", \"3\", \"4\", \"5\"]"),
    ("\"{t.k}\"", "[1, 2, 3, 4]"),
    ("(t |> with(l: str(k))).l", "[\"1\", \"2\", \"3\", \"4\"]"),
    ("(t |> with(l: str(act))).l", "[\"tanh\", \"relu\", none, \"tanh\"]"),
    ("(t |> where(str(k) == \"2\")).k", "[2]"),
    ("(t |> summarize(l: str(k), by: act)).l", "[\"[1, 4]\", \"[2]\", \"[3]\"]"),
    ("(t |> with(l: map(k, fn(v) = str(v + 1)))).l", "[\"2\", \"3\", \"4\", \"5\"]"),
    ("format_number([0.12345, none], 2)", "[\"0.12\", none]"), ("format_number(2, decimals: 2)", "2.00"),
    ("isnan([nan, none])", "[true, false]"), ("number([\" 1e3\\n\", none])", "[1000, none]"),
  ]) func rows(_ code: String, _ values: String) {
    #expect(output("print(str(\(code)))") == values + "\n")
  }

  @Test(arguments: [
    ("contains(act, \"an\")", "map(act, fn(v) = contains(v, \"an\"))"),
    ("not contains(act, \"an\") and true", "not map(act, fn(v) = contains(v, \"an\")) and true"),
    ("len(act) > 3", "map(act, fn(v) = len(v)) > 3"),
    ("len(upper(act)) > 3", "map(act, fn(v) = len(upper(v))) > 3"),
    ("contains(act, v)", "map(act, fn(element) = contains(element, v))"),
    ("act |> contains(\"an\")", "map(act, fn(v) = v |> contains(\"an\"))"),
    // Only the calls that need it are applied to the elements.
    ("contains(act, \"an\") and max(k) > 1", "map(act, fn(v) = contains(v, \"an\")) and max(k) > 1"),
    (
      "contains(act, \"an\") or contains(act, \"el\")",
      "map(act, fn(v) = contains(v, \"an\")) or map(act, fn(v) = contains(v, \"el\"))"
    ),
    ("contains(upper(act), \"AN\")", "map(act, fn(v) = contains(upper(v), \"AN\"))"),
  ]) func aConditionOnAWholeColumnIsRefused(_ condition: String, _ code: String) {
    let error = fault(Self.table + "v = \"an\"; t |> where(\(condition))")
    #expect(error?.message == "this has one value for the whole column 'act', not one for each row")
    #expect(error?.labels.first?.replacement == code)
    #expect(!output("v = \"an\"; t |> where(act != none) |> where(\(code))").contains("error"))
  }

  @Test func aggregatesAreRefusedAndConstantsAreNot() {
    #expect(output("t |> where(max(k) > 3)").contains("one value for the whole column 'k', not one for each row"))
    #expect(output("all = true; print(len(t |> where(all)), len(t |> where(1 > 2)))") == "4 0\n")
  }

  @Test func namesThatAFunctionDefinesAreNoColumns() {
    for condition in [
      "any(map([1, 2], fn(k) = k > 1))", "any(map([1, 2], fn(v) { k = v; k > 1 }))",
      "any(map([1, 2], fn(v) { for k in [v] { v = k }; v > 1 }))",
    ] {
      #expect(output("print(len(t |> where(\(condition))))") == "4\n")
    }
    #expect(output("t |> where(any(map([1, 2], fn(v) = max(k) > v)))").contains("the whole column 'k'"))
  }

  /// A column never equals a value of a type that it does not contain.
  @Test(arguments: [
    ("sold == true", "sold == \"yes\""), ("sold != false", "sold != \"no\""),
    ("k > 0 and true == sold", "sold == \"yes\""),
    ("k == \"2\"", "k == 2"), ("code == 7", "code == \"07\""), ("flag == \"true\"", "flag == true"),
    ("flag == 1", "flag == true"),
    ("`in` == true", "`in` == \"yes\""),
  ]) func comparisonsThatNeverHoldAreRefused(_ condition: String, _ code: String) {
    let table = """
      t = table([record(sold: "yes", k: 1, code: "07", flag: true, `in`: "yes"),
        record(sold: "no", k: 2, code: "x", flag: false, `in`: none)])

      """
    let error = fault(table + "t |> where(\(condition))")
    #expect(error?.message.contains("in every row") == true)
    #expect(error?.labels.first?.replacement == code)
    if let corrected = error?.correctedText { #expect(fault(corrected) == nil) }
    for legal in [
      "sold == none", "sold == \"maybe\"", "k == 7", "flag == true", "len(filter([1], fn(k) = k == \"2\")) == 0",
    ] {
      #expect(fault(table + "t |> where(\(legal))") == nil)
    }
  }

  @Test func valuesOfTheColumnAreNamedIfNoneIsMeant() {
    let error = fault(Self.table + "t |> where(act == 5)")
    #expect(error?.message == "'act' contains text, so this is false in every row")
    #expect(error?.notes == ["the values of 'act' are \"relu\", \"tanh\""])
  }

  @Test func aNewColumnOfOneValueIsNoted() throws {
    let note = "note: n is computed once, from the whole column 'act'; for each row, write map(act, fn(v) = len(v))"
    #expect(try notes("t |> with(n: len(act))") == [note])
    #expect(try notes("t |> with(n: max(k), m: len(k))") == [])
  }

  /// Functions that other languages apply to each row, and texts and names that mean something else there.
  @Test(arguments: [
    (
      "t |> with(m: max(k, 2))",
      "note: max is computed once, from the whole column; for each row, write map(k, fn(v) = max([v, 2]))"
    ),
    (
      "t |> with(m: min(2, k))",
      "note: min is computed once, from the whole column; for each row, write map(k, fn(v) = min([v, 2]))"
    ),
    (
      "t |> with(m: max(k, k + 1))",
      "note: max is computed once, from the whole column; for each row, write map(zip(k, k + 1), max)"
    ),
    ("t |> summarize(by: act, k: \"mean\")", "note: \"mean\" is text in every row; the function is written mean(k)"),
    ("t |> select(act:k)", "note: act has the values of k; the columns from one to the other are act, k"),
  ]) func otherMeaningsAreNoted(_ code: String, _ note: String) throws { #expect(try notes(code) == [note]) }

  @Test(arguments: [
    "t |> with(m: k / max(k), n: max(k))", "t |> summarize(by: act, m: max(k, 2), name: \"first\")", "max([1, 2], 3)",
    "t |> select(act: k)", "t |> select(k:act)",
  ]) func otherCallsAreNotNoted(_ code: String) throws { #expect(try notes(code) == []) }

  /// A table shows choices by name, and a list may contain either.
  @Test(arguments: [
    ("sweep(fn(a) = 1, a: [tanh, relu]).a == tanh", "[true, false]"),
    ("leaky_relu(0.3) == \"leaky_relu(0.3)\"", "true"),
    ("contains([\"relu\"], relu)", "true"), ("tanh == relu", "false"), ("exp == \"exp\"", "false"),
    ("mlp([2, 3, 1], tanh)[1].activation == tanh", "true"), ("relu == \"tanh\"", "false"), ("sgd == \"relu\"", "false"),
  ]) func choicesEqualTheirNames(_ code: String, _ value: String) {
    #expect(output("print(str(\(code)))") == value + "\n")
  }
}
