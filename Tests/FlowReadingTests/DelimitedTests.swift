// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowTables
import SeededRandom
import Testing

@testable import FlowReading

/// Files of other programs, with separated fields.
struct DelimitedTests {
  @Test(arguments: [
    // A column is text if one of its fields is, as it is written.
    ("id,x\n007,1\nA7,2.50\n", #"{"id": "007", "x": 1}\#n{"id": "A7", "x": 2.5}\#n"#),
    ("x\n1\ntrue\n", #"{"x": 1}\#n{"x": true}\#n"#),
    ("x\n1\nTRUE\nyes\n", #"{"x": "1"}\#n{"x": "TRUE"}\#n{"x": "yes"}\#n"#),
    // Words for missing numbers, which may also be texts.
    ("x,y\nNA,NA\n1,x\n", #"{"x": null, "y": "NA"}\#n{"x": 1, "y": "x"}\#n"#),
    ("x\nNone\nNA\n", #"{"x": "None"}\#n{"x": "NA"}\#n"#),
    // Quotes around everything, as Weights & Biases writes them, do not indicate types.
    (
      "\"Step\",\"run - loss\"\n\"0\",\"2.5\"\n\"1\",\"\"\n",
      #"{"Step": 0, "run - loss": 2.5}\#n{"Step": 1, "run - loss": null}\#n"#
    ),
    // R quotes texts only, so that a text can look like a number.
    ("name,n\n\"1\",1\n\"b\",NA\n", #"{"name": "1", "n": 1}\#n{"name": "b", "n": null}\#n"#),
    // pandas leaves out the name of its index.
    (",a\n0,5\n", #"{"column_1": 0, "a": 5}\#n"#),
    ("a;b\n1;2\n", #"{"a": 1, "b": 2}\#n"#), ("a|b\n1|2\n", #"{"a": 1, "b": 2}\#n"#),
    // A name may contain blanks.
    ("a b\n1\n", #"{"a b": 1}\#n"#), ("\u{FEFF}a,b\r\n1,2\r\n", #"{"a": 1, "b": 2}\#n"#),
    ("a,b\r1,2\r3,4\r", #"{"a": 1, "b": 2}\#n{"a": 3, "b": 4}\#n"#),
    ("a,b\n\n1,2\n\n3,4\n\n\n", #"{"a": 1, "b": 2}\#n{"a": 3, "b": 4}\#n"#),
    // A last line without its end is left out if it is cut off, or if its type shows that it is.
    ("a,b\n1,2\n3", #"{"a": 1, "b": 2}\#n"#), ("a,b\n1,2\n3,", #"{"a": 1, "b": 2}\#n"#),
    ("a,b\n1,2\n3,4e", #"{"a": 1, "b": 2}\#n"#), ("a,b\n1,2\n3,\"4", #"{"a": 1, "b": 2}\#n"#),
    ("a,b\n1,2\n3,4", #"{"a": 1, "b": 2}\#n{"a": 3, "b": 4}\#n"#), ("a,b", ""),
  ]) func types(_ text: String, _ rows: String) throws {
    #expect(try table(text) == rows)
    #expect(try table(text, isRepeatable: false) == rows)
  }

  @Test func numbersWithoutNames() throws {
    guard case .array(let matrix) = try read("1 2\n3 4.5\n", as: "x.dat") else { throw Failure() }
    #expect(matrix.numbers == [1, 2, 3, 4.5] && matrix.shape == [2, 2])
    guard case .array(let list) = try read("1\n2\n3\n", as: "x.csv") else { throw Failure() }
    #expect(list.numbers == [1, 2, 3] && list.shape == [3])
    let (_, notes) = try read(Array("5.1,3.5,setosa\n4.9,3,setosa\n".utf8), as: "iris.data")
    #expect(notes == ["the first line of iris.data gives the names of the columns; 5.1 looks like data instead"])
  }

  @Test func comments() throws {
    let text = "#! a comment\n## another\n# step loss\n1 0.5\n# later\n2 -\n3 nan\n"
    #expect(
      try table(text, as: "x.vnl")
        == #"{"step": 1, "loss": 0.5}\#n{"step": 2, "loss": null}\#n{"step": 3, "loss": null}\#n"#)
    #expect(try table("a b\n1  2\n", as: "stdin") == #"{"a": 1, "b": 2}\#n"#)
    #expect(try table("a b\n1 ?\n2 \"x y\"\n", as: "x.dat") == #"{"a": 1, "b": null}\#n{"a": 2, "b": "x y"}\#n"#)
  }

  @Test(arguments: [
    ("", "'x.csv' is empty"), ("\n\n", "'x.csv' is empty"),
    ("a,b\n1,2\n3\n4,5\n", "'x.csv' line 3: 1 field, expected 2 as in the header"),
    ("a,b\n1,2\n3,4,5\n", "'x.csv' line 3: 3 fields, expected 2 as in the header"),
    ("a,a\n1,2\n", "'x.csv' line 1: two columns are named 'a'"),
    ("a,b\n1,x\"y\n", "'x.csv' line 2, field 2: unexpected quote"),
    ("a,b\n1,\"2\n3,4\n", "'x.csv' line 2, field 2: the quote is never closed"),
    ("a,b\n1,2\n\n\na,b\n3,4\n", "'x.csv' line 5: a second table begins after empty lines"),
    ("a\n\u{0}\n", "'x.csv' is not UTF-8 text: it looks like binary data"),
  ]) func errors(_ text: String, _ message: String) { #expect(fault(text) == message) }

  @Test func damagedText() {
    #expect(fault([0x61, 0x0A, 0xFF, 0x0A], as: "x.csv") == "'x.csv' line 2, field 1: the text is not UTF-8")
    #expect(fault([0xFF, 0xFE, 0x61, 0x00], as: "x.csv") == "'x.csv' is not UTF-8 text: it looks like UTF-16")
  }

  /// The result is independent of the blocks in which a text is parsed, and of the number of threads.
  @Test func blocks() throws {
    var random = SeededGenerator(seed: 4)
    for round in 0..<60 {
      var text = "a\tb\tc\n"
      for _ in 0..<Int.random(in: 1...60, using: &random) {
        let cells = (0..<3).map { _ in
          ["1", "2.5", "", "NA", "x", "true", "\"a\nb\"", "\"q\"\"\""].prefix(round % 8 + 1).randomElement(
            using: &random)!
        }
        text += cells.joined(separator: "\t") + ["\n", "\r\n", "\n\n"].randomElement(using: &random)!
      }
      let whole = try content(text, blockSize: 1 << 20, threads: 1)
      for size in [1, 3, 16, 100] {
        for threads in [1, 3] {
          #expect(try content(text, blockSize: size, threads: threads) == whole, "round \(round), blocks of \(size)")
        }
      }
    }
  }

  private func content(_ text: String, blockSize: Int, threads: Int) throws -> String {
    var reader = DelimitedReader(path: "x.tsv", isTabbed: true, pool: ThreadPool(threads: threads))
    reader.blockSize = blockSize
    let content = try reader.read { () throws(ReadingError) in MemoryStream(path: "x.tsv", bytes: Array(text.utf8)) }
    guard case .table(let table) = content else { return "no table" }
    return DocumentWriter.text(of: .table(table), .jsonl)
  }

  private struct Failure: Error {}
}
