// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import SeededRandom
import Testing

@testable import FlowReading

/// JSON and JSON Lines of other programs.
struct JSONTests {
  @Test(arguments: [
    // Fields may differ, and objects inside are flattened.
    (#"{"a": 1}\#n{"b": "x", "a": null}\#n"#, #"{"a": 1, "b": null}\#n{"a": null, "b": "x"}\#n"#),
    (#"{"a": {"b": 1, "c": {"d": [1, 2]}}}\#n"#, #"{"a.b": 1, "a.c.d": "[1, 2]"}\#n"#),
    // Python's words for numbers that JSON lacks, and texts that stand for them.
    (#"{"a": NaN, "b": 1}\#n{"a": -Infinity, "b": "inf"}\#n"#, #"{"a": null, "b": 1}\#n{"a": null, "b": null}\#n"#),
    (#"{"a": "nan"}\#n"#, #"{"a": "nan"}\#n"#),
    // An unfinished last line is left out, a finished one is not.
    (#"{"a": 1}\#n{"a": 2"#, #"{"a": 1}\#n"#), (#"{"a": 1}\#n{"a": 2}"#, #"{"a": 1}\#n{"a": 2}\#n"#),
    (#"{"a": 1}\#n{"a": "x\"#, #"{"a": 1}\#n"#), (#"{"a": 1}\#n{"a": tr"#, #"{"a": 1}\#n"#),
    ("\u{FEFF}{\"a\": 1}\n{\"a\": 2}\n", #"{"a": 1}\#n{"a": 2}\#n"#),
    (#"{"a": 1}\#r\#n\#n{"a": 2}\#n"#, #"{"a": 1}\#n{"a": 2}\#n"#),
  ]) func lines(_ text: String, _ rows: String) throws {
    #expect(try table(text, as: "x.jsonl") == rows)
    // Standard input has no extension, and some programs call such files .json.
    #expect(try table(text, as: "stdin") == rows)
  }

  /// Keys that do not recur would make a table that is far larger than the file.
  @Test func dictionaries() {
    let text = (0..<2000).map { "{\"k\($0)\": 1}\n" }.joined()
    #expect(fault(text, as: "x.jsonl")?.contains("the objects differ so much in their keys") == true)
  }

  @Test func documents() throws {
    let state = #"{"epoch": 1, "log_history": [{"step": 1, "loss": 2}, {"step": 2, "loss": 1, "grad_norm": 0.5}]}"#
    guard case .record(let fields) = try read(state, as: "trainer_state.json") else { throw Failure() }
    #expect(fields.map(\.name) == ["epoch", "log_history"])
    guard case .table(let history) = fields[1].content else { throw Failure() }
    #expect(history.columnNames == ["step", "loss", "grad_norm"] && history.rowCount == 2)
    guard case .array(let matrix) = try read("[[1, 2], [3, 4]]", as: "x.json") else { throw Failure() }
    #expect(matrix.shape == [2, 2])
    guard case .list(let mixed) = try read("[{\"a\": 1}, 2]", as: "x.json") else { throw Failure() }
    #expect(mixed.count == 2)
    #expect(try table("[\n {\"a\": 1},\n {\"a\": 2}\n]\n", as: "stdin") == #"{"a": 1}\#n{"a": 2}\#n"#)
  }

  @Test(arguments: [
    ("x.json", "", "'x.json' is empty"),
    ("x.jsonl", "", "'x.jsonl' is empty: it has no rows, and so no columns either"),
    ("x.jsonl", "\n", "'x.jsonl' is empty: it has no rows, and so no columns either"),
    ("x.json", "[1,\n 2,]", "'x.json' line 2, byte 4: this is not a value; strings need quotes"),
    ("x.json", "[1, 2", "'x.json' line 1, byte 6: expected ]"),
    ("x.json", "{\"a\": 1, \"a\": 2}", "'x.json' line 1, byte 14: the key 'a' appears twice"),
    ("x.jsonl", "{\"a\": 1}\n{\"a\" 2}\n", "'x.jsonl' line 2, byte 6: expected :"),
    ("x.jsonl", "{\"a\": 1}\n3\n", "'x.jsonl' line 2, byte 1: expected an object, as on the lines before"),
    ("x.json", "{\"a\": abc}", "'x.json' line 1, byte 7: this is not a value; strings need quotes"),
    ("x.json", "{\"a\": 'b'}", "'x.json' line 1, byte 7: this is not a value; strings need quotes"),
  ]) func errors(_ path: String, _ text: String, _ message: String) { #expect(fault(text, as: path) == message) }

  @Test(arguments: [
    (#"\u00e4\u00DF"#, "äß"), (#"\uD83D\uDE00x\ud83d\ude00"#, "😀x😀"),
    (#"\ud7ff\uE000\uFFFF"#, "\u{D7FF}\u{E000}\u{FFFF}"),
    (#"\uD800\uDC00\udbff\udfff"#, "\u{10000}\u{10FFFF}"), (#"a\\u0041\/\b\f\n\r\t\""#, "a\\u0041/\u{8}\u{C}\n\r\t\""),
    (#"\u0000ä€😀\u0041"#, "\0ä€😀A"),
  ]) func escapes(_ text: String, _ expected: String) throws {
    // A text is read in parts, and an escape may lie at the end of one.
    for count in [0, 1, 65_530, 65_531, 65_532, 65_533, 65_534, 65_535, 65_536, 131_071] {
      let filling = String(repeating: "x", count: count)
      guard case .record(let fields) = try read("{\"a\": \"\(filling)\(text)\"}", as: "x.json"),
        case .cell(.text(let found))? = fields.first?.content
      else { throw Failure() }
      #expect(found == filling + expected)
    }
  }

  @Test(arguments: [
    (#"\ud83d"#, "byte 9: unpaired surrogate"), (#"\ude00"#, "byte 9: unpaired surrogate"),
    (#"\ud83d\u0041"#, "byte 15: unpaired surrogate"), (#"\ud83d\ud83d\ude00"#, "byte 15: unpaired surrogate"),
    (#"\ud83d\n"#, "byte 9: unpaired surrogate"), (#"\u12"#, "byte 5: \\u needs four hexadecimal digits"),
    (#"\u00g0"#, "byte 5: \\u needs four hexadecimal digits"),
    (#"\u+123"#, "byte 5: \\u needs four hexadecimal digits"),
    (#"\ud83d\u@`00"#, "byte 11: \\u needs four hexadecimal digits"), (#"\x"#, "byte 5: invalid escape"),
    ("a\u{1}", "byte 5: a string contains a control character"),
  ]) func damagedEscapes(_ text: String, _ message: String) {
    #expect(fault("[\"\(text)\"]", as: "x.json") == "'x.json' line 1, \(message)")
  }

  @Test func depth() {
    let array = String(repeating: "[", count: 100_000)
    let objects = String(repeating: "{\"a\":", count: 100_000)
    for (text, name) in [(array, "x.json"), (objects, "x.jsonl"), ("{\"a\": \(array)", "x.jsonl")] {
      #expect(fault(text, as: name)?.contains("more than 200 levels deep") == true)
    }
  }

  /// A table of records that have no field in common would be far larger than its file.
  @Test func sparseRecords() {
    let text = (0..<20_000).map { "{\"k\($0)\": 1}\n" }.joined()
    #expect(fault(text, as: "x.jsonl")?.contains("differ so much in their keys") == true)
  }

  private struct Failure: Error {}
}
