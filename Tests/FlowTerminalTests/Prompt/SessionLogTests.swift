// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import FlowTerminal
import SeededRandom
import TestSupport
import Testing

/// Tests the scripts that `:save` writes.
struct SessionLogTests {
  private func saved(_ lines: [String], files: [String: String] = [:]) -> String? {
    PromptSession(lines + [":save s.gf"], files: files).host.text(ofFile: "s.gf")
  }

  @Test(arguments: [
    (["6 * 7", "_ + 1"], "value_1 = 6 * 7\nvalue_1\nvalue_1 + 1\n"),
    (["6 * 7;", "\"{ans} _\""], "value_1 = 6 * 7;\n\"{value_1} _\"\n"),
    (["x = 2", "[_, _]"], "x = 2\nvalue_1 = x\n[value_1, value_1]\n"),
    (["1", "print(2)", "nobody", "_"], "value_1 = 1\nvalue_1\nprint(2)\nvalue_1\n"),
    (["1", "fn f(_) = _ + 1", "f(3)"], "1\nfn f(_) = _ + 1\nf(3)\n"),
    (["1", "for ans in 1..2 { print(ans) }"], "1\nfor ans in 1..2 { print(ans) }\n"),
    (["1;", "f = fn() = ans"], "_ = 1\nans = _;\nf = fn() = ans\n_ = f\nans = _\n"),
    (["x = 5; nobody", "x + 1"], "x = 5;\nx + 1\n"),
    (["value_1 = 3", "4", "_ + value_1"], "value_1 = 3\nvalue_2 = 4\nvalue_2\nvalue_2 + value_1\n"),
    ([":set width 60", ":cd data", "x = 1", ":forget x"], ":set width 60\n:cd /place/data\nx = 1\n:forget x\n"),
    ([":time 1 + 1", ":load a.gf"], "1 + 1\ny = 3 # in a file\n"),
  ])
  func scripts(_ lines: [String], _ script: String) {
    #expect(saved(lines, files: ["a.gf": "y = 3 # in a file"]) == script)
  }

  /// The values of a saved session are those of the session.
  @Test func randomSessions() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<300 {
      var lines = ["x = 1", "y = 2", "xs = [1, 2]", "fn f(i) = i"]
      for _ in 0..<Int.random(in: 2...9, using: &random) { lines.append(Self.entry(using: &random)) }
      let end = "print(\"{x} {y} {xs} {_} {ans}\")"
      let session = PromptSession(lines + ["x;", end, ":save s.gf"], files: ["a.gf": "y = y + 1\nx = 2 * y"])
      let script = try #require(session.host.text(ofFile: "s.gf"))
      let last = try #require(session.host.output.split(separator: "\n").last)
      let repeated = transcript(script)
      #expect(repeated.split(separator: "\n").last == last, "\(lines)\n\(script)\n\(repeated)")
    }
  }

  private static func entry(using random: inout SeededGenerator) -> String {
    let operand = ["x", "y", "_", "ans", "3", "sum(xs)"].randomElement(using: &random)!
    let other = ["x", "_", "2", "ans"].randomElement(using: &random)!
    return [
      "x = \(operand) + \(other)", "y = \(operand)", "\(operand) * \(other)", "\(operand);", "xs = [\(operand), 1]",
      "xs[1] = \(operand)", "x = \(operand); nobody", "nobody(\(other))", "if x > 2 { y = \(operand) }",
      "for ans in 1..2 { y = ans }", "fn f(ans) = ans + 1", "x = f(\(operand))", "print(\"_ {\(operand)}\")",
      "map([1, 2], fn(i) = i + \(other)) |> sum", "f = fn(i) = i + \(other)", ":time \(operand) + 1", ":load a.gf",
      "flow = \(operand)", ":forget flow", "ans = \(operand)", "1; \(operand) + 2", ":set width 60",
    ].randomElement(using: &random)!
  }
}
