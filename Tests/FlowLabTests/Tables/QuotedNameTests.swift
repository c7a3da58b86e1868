// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import TestSupport
import Testing

/// Tests columns whose names need backquotes.
struct QuotedNameTests {
  private static let table = """
    t = table([record(`size, m²`: 60, `City of flat`: "Oslo", `if`: 1), record(`size, m²`: 33, `City of flat`: "Bergen",
      `if`: 2), record(`size, m²`: 80, `City of flat`: "Oslo", `if`: 3)])

    """

  private func run(_ code: String) throws -> ScriptedHost {
    let host = ScriptedHost()
    try Interpreter(host: host.host()).run(Source(name: "test", text: Self.table + code))
    return host
  }

  @Test(arguments: [
    ("print(t.`size, m²`, t[1].`if`)", "[60, 33, 80] 1"),
    ("print((t |> where(`size, m²` > 50 and `City of flat` == \"Oslo\")).`if`)", "1\n3"),
    ("print((t |> sort(`size, m²`) |> with(b: 2 * `size, m²`)).b)", "66\n120\n160"),
    ("print((t |> summarize(by: `City of flat`, m: mean(`size, m²`))).m)", "70\n33"),
    ("print((t |> select(x: `if`, `a b`: -`size, m²`)).`a b`)", "-60\n-33\n-80"),
    ("fn f(`x y`) = `x y` + 1\nprint(f(2), \"{t[1].`size, m²`}\")", "3 60"),
    ("`a b` = 3; print(`a b`, `tanh`)", "3 tanh"),
    ("t.`if` = [7, 8, 9]; print(t.`if`)", "7\n8\n9"),
    ("d = dataset(t, target: `size, m²`, one_hot: `City of flat`); print(d.inputs[1], d.targets[1])", "[0, 1, 1] [60]"),
  ])
  func areColumns(code: String, output: String) throws {
    #expect(try run(code).output == output + "\n")
  }

  /// The name of a column as text, where only the column makes sense, is an error and never a wrong result.
  @Test(arguments: [
    ("t |> where(\"City of flat\" == \"Oslo\")", "`City of flat` == \"Oslo\""),
    ("t |> where(\"size, m²\" > 50)", "`size, m²` > 50"), ("t |> where(50 < \"size, m²\")", "50 < `size, m²`"),
    ("t |> where(\"size, m²\" != none)", "`size, m²` != none"),
    ("t |> summarize(n: len(\"if\"), by: `City of flat`)", "len(`if`)"),
    ("t |> with(a: mean(\"size, m²\"))", "mean(`size, m²`)"), ("t |> where(size > 5)", "`size, m²`"),
    ("t |> where(city == \"Oslo\")", "`City of flat`"), ("t |> where(`size m²` > 5)", "`size, m²`"),
  ])
  func textIsNoColumn(code: String, replacement: String) throws {
    let fault = try #require(throws: Diagnostic.self) { try run(code) }
    #expect(fault.labels.first?.replacement == replacement, "\(fault)")
    let label = try #require(fault.labels.first)
    let text = label.source.text
    let corrected = text.utf8.prefix(label.range.start) + Array(replacement.utf8) + text.utf8.dropFirst(label.range.end)
    let host = ScriptedHost()
    try Interpreter(host: host.host()).run(
      Source(name: "test", text: String(decoding: Array(corrected), as: UTF8.self)))
  }

  /// A new column may contain the same text in every row, but hardly ever the name of another column.
  @Test func constantTextIsNoted() throws {
    #expect(try run("t |> with(a: \"if\")").notes == ["note: \"if\" is text in every row; the column is written `if`"])
    #expect(try run("t |> with(a: \"flat\")").notes.isEmpty)
    #expect(try run("t |> where(`City of flat` == \"if\")").notes.isEmpty)
  }

  @Test(arguments: ["`ls`", "print(`x is ${1}`)", "x = `abc", "x = ``"])
  func otherBackquotesAreErrors(code: String) throws {
    let fault = try #require(throws: Diagnostic.self) { try run(code) }
    #expect(fault.message == "'`' is not a quotation mark")
  }
}
