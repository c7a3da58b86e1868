// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import TestSupport
import Testing

/// Tables made longer, wider and joined, against tables written by hand.
struct ReshapingTests {
  private static let logs = """
    t = table([record(step: 1, lr: 0.1, loss_1: 0.5, loss_2: 0.7), record(step: 2, lr: 0.1, loss_1: 0.4, loss_2: none)])
    u = table([record(step: 2, acc: 0.9, lr: 5), record(step: 2, acc: 0.8, lr: 6), record(step: 3, acc: 0.7, lr: 7)])

    """

  @Test(arguments: [
    (
      "longer(t, \"loss_*\", name: \"layer\", value: \"loss\")",
      "step\tlr\tlayer\tloss\n1\t0.1\t1\t0.5\n1\t0.1\t2\t0.7\n2\t0.1\t1\t0.4\n2\t0.1\t2\t\n"
    ),
    // Names that are not numbers stay texts, and a column that two names stand for is used once.
    (
      "t |> select(step, lr, loss_1) |> longer([\"l*\", \"lr\"])",
      "step\tname\tvalue\n1\tr\t0.1\n1\toss_1\t0.5\n2\tr\t0.1\n2\toss_1\t0.4\n"
    ),
    ("longer(t, loss_1) |> select(name, value)", "name\tvalue\nloss_1\t0.5\nloss_1\t0.4\n"),
    ("t |> where(step > 2) |> longer(\"loss_*\")", "step\tlr\tname\tvalue\n"),
    (
      "longer(t, \"loss_*\") |> with(g: value * 2) |> wider(value: [value, g])",
      "step\tlr\tvalue/1\tvalue/2\tg/1\tg/2\n1\t0.1\t0.5\t0.7\t1\t1.4\n2\t0.1\t0.4\t\t0.8\t\n"
    ),
    // Cells that a group lacks are missing.
    (
      "table([record(k: 1, name: true, value: \"a\"), record(k: 2, name: \"b\", value: 2)]) |> wider",
      "k\ttrue\tb\n1\ta\t\n2\t\t2\n"
    ),
    ("u |> select(name: step, value: acc) |> last(1) |> wider", "\"3\"\n0.7\n"),
    ("join(t, u, by: step)", "step\tlr\tloss_1\tloss_2\tacc\tlr_1\n2\t0.1\t0.4\t\t0.9\t5\n2\t0.1\t0.4\t\t0.8\t6\n"),
    (
      "join(t |> select(step, lr, lr_1: 0), u, keep: left, by: [step])",
      "step\tlr\tlr_1\tacc\tlr_2\n1\t0.1\t0\t\t\n2\t0.1\t0\t0.9\t5\n2\t0.1\t0\t0.8\t6\n"
    ),
    (
      "join(t |> select(step, loss_1), u |> select(step, acc), keep: full)",
      "step\tloss_1\tacc\n1\t0.5\t\n2\t0.4\t0.9\n2\t0.4\t0.8\n3\t\t0.7\n"
    ),
    // Without `by`, rows must agree in both common columns.
    ("join(t, u)", "step\tlr\tloss_1\tloss_2\tacc\n"),
    (
      "join(table([record(k: nan, a: 1), record(k: none, a: 2)]), table([record(k: none, b: 3), record(k: nan, b: 4)]))",
      "k\ta\tb\nnan\t1\t4\n\t2\t3\n"
    ),
    ("join([1, 2], \"-\")", "1-2\n"),
    // Keys have to have some type in common, unless there are none.
    ("join(t |> with(step: [1, \"x\"]), u, by: step)", "step\tlr\tloss_1\tloss_2\tacc\tlr_1\n"),
    ("join(t |> with(step: none), u, by: step)", "step\tlr\tloss_1\tloss_2\tacc\tlr_1\n"),
    ("join(t |> with(step: \"x\") |> where(lr > 1), u, by: step)", "step\tlr\tloss_1\tloss_2\tacc\tlr_1\n"),
    ("join(t |> with(step: [\"2\", \"2\"]) |> with(step: map(step, number)), u, by: step) |> len", "4\n"),
  ]) func tables(_ script: String, _ output: String) { #expect(transcript(Self.logs + script) == output) }

  /// `wider` undoes `longer`, for numbers that keep every bit.
  @Test func widerUndoesLonger() {
    #expect(
      transcript(
        """
        x = map(1..40, fn(i) = 1 / (3 * i))
        t = table(map(1..40, fn(i) = record(step: i, b: str(x[i]), w1: x[i], w2: -x[i], w10: x[i] ^ 9)))
        wider(longer(t, [w1, w2, w10])) == t
        """) == "true\n")
  }

  @Test(arguments: [
    ("longer(t, \"x_*\")", "unknown column 'x_*'"),
    ("longer(t, [loss_1], name: \"lr\")", "two columns of the result would be called 'lr'"),
    ("longer(t, [loss_1], name: \"a\", value: \"a\")", "two columns of the result would be called 'a'"),
    ("u |> longer(acc) |> select(name, value) |> wider", "rows 1 and 2 both have the value of 'acc'"),
    ("wider(table([record(name: \"a\", value: 1), record(value: 2)]))", "'name' is missing in row 2"),
    ("table([record(k: 1, name: \"k\", value: 2)]) |> wider", "two columns of the result would be called 'k'"),
    ("join(t, table([record(z: 1)]))", "the tables have no column in common"),
    ("join(t, t, by: [step, step])", "two columns of the result would be called 'step'"),
    ("join(t, u, by: acc)", "unknown column 'acc'"), ("join(t, u, by: loss_1)", "unknown column 'loss_1'"),
    (
      "join(t, u |> with(step: map(step, str)), by: step)",
      "column 'step' contains numbers in a and text in b, so no rows agree"
    ),
    (
      "join(t |> with(step: \"1\"), u, keep: full)",
      "column 'step' contains text in a and numbers in b, so no rows agree"
    ),
    (
      "join(t |> with(step: [true, none]), u, by: [lr, step])",
      "column 'step' contains booleans in a and numbers in b, so no rows agree"
    ),
    ("summarize(t, by: \"l*\", n: len(step))", "unknown column 'l*'"),
    (
      "v = table(map(1..20000, fn(i) = record(k: 1))); join(v, v)",
      "a table of 4e+08 rows and 1 column is too large"
    ),
  ])
  func errors(_ script: String, _ message: String) {
    let output = transcript(Self.logs + script)
    #expect(output.contains(message), "\(output)")
  }

  /// What other languages call a join is offered as what it does.
  @Test(arguments: [
    ("join(a, b, how: \"outer\")", "4"), ("join(a, b, how: outer)", "4"), ("join(a, b, keep: \"outer\")", "4"),
    ("join(a, b, how: \"right\")", "3"), ("join(a, b, by: k, how: right)", "3"), ("join(a, b, keep: right)", "3"),
    ("a |> join(b, keep: \"right\")", "3"), ("merge(a, b, how: \"right\")", "3"), ("a.merge(b, how: \"right\")", "3"),
    ("right_join(a, b)", "3"), ("full_join(a, b, by: k)", "4"), ("outerjoin(a, b)", "4"),
    ("join(a, b, how: \"left\")", "2"),
  ]) func joinsOfOtherLanguages(_ code: String, _ rows: String) throws {
    var script = """
      a = table([record(k: 1, x: 1), record(k: 2, x: 2)])
      b = table([record(k: 2, y: 3), record(k: 3, y: 4), record(k: 4, y: 5)])
      print(len(\(code)))
      """
    var steps = 0
    while let fault = fault(script) {
      script = try #require(fault.correctedText, "\(fault.message)")
      steps += 1
      try #require(steps < 6)
    }
    #expect(transcript(script) == rows + "\n")
  }
}
