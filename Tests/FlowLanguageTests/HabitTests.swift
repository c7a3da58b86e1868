// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import Testing

extension Habit: CustomTestStringConvertible {
  /// The name shown in the test log.
  public var testDescription: String { "\(spelling) (\(place))" }
}

@Suite struct HabitTests {
  /// Returns the text after the corrections that its errors offer, one after another.
  private func corrected(_ text: String) -> String {
    var text = text
    for _ in 0..<8 {
      guard let fault = parseAll(Source(name: "test", text: text)).faults.first, let next = fault.correctedText else {
        break
      }
      text = next
    }
    return text
  }

  @Test(arguments: [
    ("A @ B + 1", "matmul(A, B) + 1"), ("a + b @ c * d", "a + matmul(b, c) * d"), ("5!", "product(1..5)"),
    ("(n + 1)!", "product(1..(n + 1))"), ("A' * B'", "transpose(A) * transpose(B)"), ("x <- 3", "x = 3"),
    ("x[1] <- f(2)", "x[1] = f(2)"), ("3 -> x", "x = 3"), ("f = x -> x^2", "f = fn(x) = x^2"),
    ("map(xs, lambda x: x + 1)", "map(xs, fn(x) = x + 1)"), ("map(xs, \\(x) x + 1)", "map(xs, fn(x) = x + 1)"),
    ("f = @(x, y) x * y", "f = fn(x, y) = x * y"), ("x += 1", "x = x + 1"), ("x *= a + 1", "x = x * (a + 1)"),
    ("x -= 2 * y", "x = x - 2 * y"), ("i++", "i = i + 1"), ("7 // 2", "floor(7 / 2)"),
    ("y = a > 0 ? 1 : 2", "if a > 0 { y = 1 } else { y = 2 }"),
    ("y = 1 if a > 0 else 2", "if a > 0 { y = 1 } else { y = 2 }"), ("1 < x < 3", "1 < x and x < 3"),
    ("x in xs", "contains(xs, x)"), ("x not in xs", "not contains(xs, x)"), ("x %in% xs", "contains(xs, x)"),
    ("[1 2; 3 4]", "[[1, 2], [3, 4]]"), ("[1 2 3]", "[1, 2, 3]"), ("[1:10]", "1..10"), ("1:10", "1..10"),
    ("1:2:9", "1..9 step 2"), ("x[2:]", "x[3..-1]"), ("x[:3]", "x[1..3]"), ("x[1, 2]", "x[1][2]"),
    ("[x^2 for x in xs]", "map(xs, fn(x) = x^2)"),
    ("[x for x in xs if x > 1]", "map(filter(xs, fn(x) = x > 1), fn(x) = x)"),
    ("{1, 2}", "[1, 2]"), ("f({a: 1})", "f(record(a: 1))"), ("{\"a\": 1}", "record(a: 1)"),
    ("x, y = 1, 2", "x = 1; y = 2"),
    ("f(x) = x^2", "fn f(x) = x^2"), ("print x", "print(x)"), ("print \"a\", x", "print(\"a\", x)"),
    ("f\"{x}\"", "\"{x}\""), ("f'abc'", "\"abc\""), ("include(\"lib.gf\")", "include \"lib.gf\""),
    ("if x == 3: y", "if x == 3 { y }"), ("for i in 1:3\n", "for i in 1..3\n"),
    (
      "if a:\n  b\nelif c:\n  for i in xs:\n    d\nelse:\n  e\nf",
      "if a {\n  b\n} else if c {\n  for i in xs {\n    d\n  }\n} else {\n  e\n}\nf"
    ),
    ("def f(x):\n  return x\n", "fn f(x) {\n  return x\n}\n"), ("let x = 3", "x = 3"),
  ]) func isCorrected(text: String, expected: String) {
    #expect(corrected(text) == expected)
  }

  /// Returns a program that contains the foreign syntax.
  private func program(_ habit: Habit) -> String {
    let word = habit.spelling
    return switch habit.place {
    case .sign: "x = 1\ny = a \(word) b"
    case .head: "x = 1\n\(word) name"
    case .alone: "x = 1\n\(word)"
    case .operand: "x = 1\ny = 2 + \(word) x"
    case .between: "x = 1\nif x \(word) 2 { }"
    case .beforeBlock: "x = 1\nif x \(word) { }"
    }
  }

  @Test(arguments: Habit.table) func isReportedWithAFix(habit: Habit) {
    let source = Source(name: "test", text: program(habit))
    let fault = #expect(throws: Diagnostic.self) { try parse(source) }
    #expect(fault?.code == Habit.code)
    #expect(fault?.message == habit.message)
    let label = fault?.labels.first
    #expect(label?.text.isEmpty == false)
    guard let word = habit.word else { return }
    #expect(label?.replacement == word)
    #expect(label.map { source.text(in: $0.range) } == habit.spelling)
  }

  @Test(arguments: Habit.table) func hasMessageAndFix(habit: Habit) {
    #expect(!habit.message.hasSuffix("."))
    #expect(!habit.advice.isEmpty || habit.offersCode)
  }

  @Test(arguments: [
    "def = 1\nlet = def + 1", "end = 3\nprint(end)", "from = 1; is = 2", "xs.end", "f(from: 1, do: 2)", "then(1)",
    "var(xs)", "pass = 1\npass + 1", "end(1)", "x.True", "f(None: 1)",
  ]) func wordsAreNamesElsewhere(text: String) {
    #expect(!shape(of: text).hasPrefix("error"))
  }

  @Test(arguments: [
    ("f('abc', 1)", "'abc'"), ("x = 'open", "'"), ("if x:\n  y\n", ":\n  y"), ("else_ = fn(x): x", ": x"),
    ("for i in 1:3 { }", "1:3"), ("for (i in xs) { }", "(i in xs)"), ("+3", "+"),
    ("if a { }\nelse:\n  b\n", ":\n  b"), ("fn f(x):\n  return x", ":\n  return x"),
  ]) func otherHabits(text: String, place: String) {
    let source = Source(name: "test", text: text)
    let fault = #expect(throws: Diagnostic.self) { try parse(source) }
    #expect(fault?.code == Habit.code)
    #expect(fault?.labels.first.map { source.text(in: $0.range) } == place)
    #expect(fault?.labels.first?.text.isEmpty == false)
  }
}
