// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import Testing

extension Habit: CustomTestStringConvertible {
  /// The name shown in the test log.
  public var testDescription: String { "\(spelling) (\(place))" }
}

@Suite struct HabitTests {
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
    #expect(fault?.labels.map(\.text) == [habit.mend])
    #expect(fault?.labels.first.map { source.text(in: $0.range) } == habit.spelling)
  }

  @Test(arguments: Habit.table) func hasMessageAndFix(habit: Habit) {
    #expect(!habit.message.hasSuffix("."))
    #expect(!habit.mend.isEmpty)
  }

  @Test(arguments: [
    "def = 1\nlet = def + 1", "end = 3\nprint(end)", "from = 1; is = 2", "xs.end", "f(from: 1, do: 2)", "then(1)",
    "var(xs)", "pass = 1\npass + 1", "end(1)", "x.True", "f(None: 1)",
  ]) func wordsAreNamesElsewhere(text: String) {
    #expect(!shape(of: text).hasPrefix("error"))
  }

  @Test(arguments: [
    ("'it''s'", "'it'"), ("f('abc', 1)", "'abc'"), ("x = 'open", "'"), ("if x:\n  y\n", ":"), ("else_ = fn(x): x", ":"),
    ("for i in 1:3 { }", ":"), ("for (i in xs) { }", "("), ("+3", "+"), ("if a { }\nelse:\n  b\n", ":"),
    ("fn f(x):\n  return x", ":"),
  ]) func otherHabits(text: String, place: String) {
    let source = Source(name: "test", text: text)
    let fault = #expect(throws: Diagnostic.self) { try parse(source) }
    #expect(fault?.code == Habit.code)
    #expect(fault?.labels.first.map { source.text(in: $0.range) } == place)
    #expect(fault?.labels.first?.text.isEmpty == false)
  }
}
