// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import TestSupport
import Testing

/// Files that a pattern stacks have the types that a single file with all rows would have.
@Suite struct ReadPatternTests {
  /// Returns the output of a script that can read the given files, followed by the message and the notes of its error.
  private func output(_ script: String, _ files: [String: String]) -> String {
    let scripted = ScriptedHost()
    scripted.state.withLock { state in
      for (path, text) in files { state.files[path] = Array(text.utf8) }
    }
    do throws(Diagnostic) {
      try Interpreter(host: scripted.host()).run(Source(name: "test", text: script))
    } catch {
      return scripted.output + ([error.message] + error.notes).joined(separator: "\n")
    }
    return scripted.output
  }

  /// A column without values has the type that it has in the other files.
  @Test(arguments: [
    ("a,b\n1,\n", "a,b\n2,x\n", "file\ta\tb\np1.csv\t1\t\np2.csv\t2\tx\n"),
    ("a,b\n1,\n", "a,b\n2,7\n", "file\ta\tb\np1.csv\t1\t\np2.csv\t2\t7\n"),
    ("a,b\n1,true\n", "a,b\n2,\n", "file\ta\tb\np1.csv\t1\ttrue\np2.csv\t2\t\n"),
    ("a,b\n1,1\n", "a,b\n", "file\ta\tb\np1.csv\t1\t1\n"),
    // Alone, words for missing numbers are texts.
    ("a,b\n1,NA\n3,\n", "a,b\n2,7\n", "file\ta\tb\np1.csv\t1\t\np1.csv\t3\t\np2.csv\t2\t7\n"),
    ("a,b\n1,7\n", "a,b\n2,None\n", "file\ta\tb\np1.csv\t1\t7\np2.csv\t2\t\n"),
    ("a,b\n1,NA\n", "a,b\n2,x\n", "file\ta\tb\np1.csv\t1\tNA\np2.csv\t2\tx\n"),
  ]) func types(_ first: String, _ second: String, _ table: String) {
    #expect(output("read(\"p*.csv\")", ["p1.csv": first, "p2.csv": second, "q.csv": "z\n1\n"]) == table)
  }

  /// Whole numbers are shown as such, although a file has none.
  @Test func roles() {
    let files = ["p1.csv": "a,b\n1,\n", "p2.csv": "a,b\n2,70000\n"]
    #expect(output(":set format table\nread(\"p*.csv\")", files).contains("70000"))
  }

  @Test(arguments: [
    ("a,b\n1,2\n", "a,b\n2,NA\n3,x\n", "numbers", "row 2"), ("a,b\n1,true\n", "a,b\n2,x\n", "booleans", "row 1"),
  ]) func otherTypes(_ first: String, _ second: String, _ values: String, _ row: String) {
    for (one, other) in [("p1.csv", "p2.csv"), ("p2.csv", "p1.csv")] {
      let error = output("read(\"p*.csv\")", [one: first, other: second])
      #expect(error.hasPrefix("column 'b' contains \(values) in '\(one)' and text in '\(other)'\n"), "\(error)")
      #expect(error.contains("the first text is \"x\", in \(row) of '\(other)'"), "\(error)")
    }
  }

  /// As in one file, columns of JSON may have values of several types, and texts may stand for numbers.
  @Test func json() {
    let files = ["p1.jsonl": "{\"a\": \"nan\", \"b\": 1}\n", "p2.jsonl": "{\"a\": 1.5, \"b\": \"x\"}\n"]
    #expect(
      output("t = read(\"p*.jsonl\"); print(map(t.a, type), t.b)", files) == "[\"number\", \"number\"] [1, \"x\"]\n")
    let texts = ["p1.jsonl": "{\"a\": \"nan\"}\n", "p2.jsonl": "{\"a\": 1.5}\n{\"a\": \"x\"}\n"]
    #expect(output("print(map(read(\"p*.jsonl\").a, type))", texts) == "string\nnumber\nstring\n")
  }

  @Test func otherColumns() {
    let files = ["p1.csv": "a,b\n1,2\n", "p2.csv": "a,c\n1,2\n", "q1.csv": "file\n1\n"]
    #expect(output("read(\"p*.csv\")", files).hasPrefix("'p2.csv' and 'p1.csv' have different columns"))
    #expect(output("read(\"q*.csv\")", files).hasPrefix("'q1.csv' already has a column 'file'"))
  }
}
