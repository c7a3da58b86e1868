// SPDX-License-Identifier: GPL-3.0-or-later
import TestSupport
import Testing

struct ShuffleTests {
  @Test(arguments: [
    ("sort(shuffle(1..50)) == sort(1..50) |> all", "true"),
    ("shuffle(1..50) == 1..50 |> all", "false"),
    ("seed(3); a = shuffle(1..9); seed(3); all(a == shuffle(1..9))", "true"),
    ("x = shuffle([1, \"a\", none, true]); [len(x), contains(x, none), contains(x, \"a\")]", "[4, true, true]"),
    (
      "t = table(map(1..30, fn(i) = record(i: i, s: \"n{i}\"))) |> shuffle; all(t.s == map(t.i, fn(i) = \"n{i}\"))",
      "true"
    ),
    ("t = table(map(1..30, fn(i) = record(i: i))) |> shuffle; [sum(t.i), all(t.i == 1..30)]", "[465, false]"),
    ("shuffle([])", "[]"), ("shuffle([7])", "[7]"),
  ]) func keepsTheElements(_ code: String, _ value: String) {
    let statements = code.split(separator: "; ").map(String.init)
    let setup = statements.dropLast().map { $0 + "\n" }.joined()
    #expect(transcript(setup + "print(str(\(statements[statements.count - 1])))") == value + "\n")
  }
}
