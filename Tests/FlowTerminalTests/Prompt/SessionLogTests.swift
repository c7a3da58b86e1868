// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import FlowTerminal
import SeededRandom
import Synchronization
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
    // What a failed entry has drawn is drawn again, unless it had no effect.
    (["[draw(normal(0, 1), 2), nobody]", "1"], "1\n"),
    (
      ["for i in 1..3 { z = draw(normal(0, 1), 1); nobody }", "1"],
      """
      # This failed after it had changed something, so it is not repeated:
      #   for i in 1..3 { z = draw(normal(0, 1), 1); nobody }
      draw(normal(0, 1), 1);  # random numbers of an entry that is left out
      1

      """
    ),
    (
      ["z = [chain(2, tanh), chain(2, tanh)]; for net in z { train(net, gaussian(4), epochs: 1); } + 1", "1"],
      "1\n"
    ),
    (
      ["n = chain(2, tanh);", "[train(n, gaussian(4), epochs: 1), nobody]"],
      """
      n = chain(2, tanh);
      # This failed after it had changed something, so it is not repeated:
      #   [train(n, gaussian(4), epochs: 1), nobody]
      for i in 1..2 { draw(normal(0, 1), 1); }  # random numbers of an entry that is left out

      """
    ),
    (
      ["xs = [1]", "2; for i in 2..4 {\n  xs = append(xs, i)\n  if i == 3 { nobody }\n}", "xs"],
      """
      xs = [1]
      2;
      # This failed after it had changed something, so it is not repeated:
      #   for i in 2..4 {
      #     xs = append(xs, i)
      #     if i == 3 { nobody }
      #   }
      xs

      """
    ),
    ([":time 1 + 1", ":load a.gf"], "1 + 1\ny = 3 # in a file\n"),
  ])
  func scripts(_ lines: [String], _ script: String) {
    #expect(saved(lines, files: ["a.gf": "y = 3 # in a file"]) == script)
  }

  /// The values of a saved session are those of the session.
  @Test func randomSessions() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<300 {
      var lines = ["x = 1", "y = 2", "xs = [1, 2]", "fn f(i) = i", "net = chain(2, tanh);"]
      for _ in 0..<Int.random(in: 2...9, using: &random) { lines.append(Self.entry(using: &random)) }
      let end = "print(\"{x} {y} {xs} {_} {ans}\")"
      let files = ["a.gf": "y = y + 1\nx = 2 * y", "b.gf": "x = sum(draw(normal(0, 1), 1))\nz = [1]\nz[9] = 1"]
      let session = PromptSession(lines + ["x;", end, ":save s.gf"], files: files)
      let script = try #require(session.host.text(ofFile: "s.gf"))
      let last = try #require(session.host.output.split(separator: "\n").last)
      let repeated = transcript(script)
      #expect(repeated.split(separator: "\n").last == last, "\(lines)\n\(script)\n\(repeated)")
    }
  }

  /// A mistake does not change later random numbers.
  @Test func correctedMistakes() {
    let mistakes = ["train(net, gaussian(8), sgd(0.1))", "[draw(normal(0, 1), 3), nobody]", "x = draw(normal(0), -1)"]
    let lines = ["net = chain(3, tanh);", "draw(normal(0, 1), 2)"]
    let wrong = PromptSession([lines[0]] + mistakes + [lines[1]]).host
    #expect(wrong.notes.count == 3 && wrong.output == PromptSession(lines).host.output)
  }

  private static func entry(using random: inout SeededGenerator) -> String {
    let operand = ["x", "y", "_", "ans", "3", "sum(xs)"].randomElement(using: &random)!
    let other = ["x", "_", "2", "ans"].randomElement(using: &random)!
    return [
      "x = \(operand) + \(other)", "y = \(operand)", "\(operand) * \(other)", "\(operand);", "xs = [\(operand), 1]",
      "xs[1] = \(operand)", "x = \(operand); nobody", "nobody(\(other))", "if x > 2 { y = \(operand) }",
      "for ans in 1..2 { y = ans }", "fn f(ans) = ans + 1", "x = f(\(operand))", "print(\"_ {\(operand)}\")",
      "map([1, 2], fn(i) = i + \(other)) |> sum", "f = fn(i) = i + \(other)", ":time \(operand) + 1", ":load a.gf",
      "x = sum(draw(normal(0, 1), 2))", "[draw(normal(0, 1), 2), nobody]", "y = sum(draw(normal(0, 1), 1)); nobody",
      "for i in 1..3 { z = draw(normal(0, 1), 1); nobody }", "train(net, gaussian(8), sgd(0.1))", ":load b.gf",
      "[train(net, gaussian(4), epochs: 1), nobody]", "seed(7)", "[seed(8), nobody]",
      "for i in 1..3 { seed(9); z = draw(normal(0, 1), 1); nobody }",
      "flow = \(operand)", ":forget flow", "ans = \(operand)", "1; \(operand) + 2", ":set width 60",
    ].randomElement(using: &random)!
  }

  /// A training that is interrupted gives a run, but the script would compute another one.
  @Test func interruptedEntriesAreMarked() throws {
    let scripted = ScriptedHost()
    let entries = Atomic(0)
    let keyboard = ScriptedKeyboard(
      ["print(1); r = train(chain(2, tanh), gaussian(8), epochs: 9);", "print(1)", ":save s.gf"].map { .line($0) },
      reset: { entries.add(1, ordering: .relaxed) })
    let host = scripted.host {
      entries.load(ordering: .relaxed) == 1 && scripted.output.hasSuffix("1\n") ? .interrupt : nil
    }
    _ = Prompt(interpreter: Interpreter(host: host), reader: keyboard, history: nil).run()
    let text = try #require(scripted.text(ofFile: "s.gf"))
    #expect(text.hasPrefix("# Ctrl-C interrupted this; the script computes it to the end:\nprint(1);"), "\(text)")
    #expect(text.hasSuffix("\nprint(1)\n") && text.components(separatedBy: "#").count == 2)
    #expect(
      scripted.notes.last
        == "wrote s.gf (2 entries; 1 of them interrupted, which the script computes to the end)", "\(scripted.notes)")
  }
}
