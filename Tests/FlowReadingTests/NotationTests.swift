// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowTables
import Testing

@testable import FlowReading

/// Decimal commas, comments and other lines that are not part of a table.
struct NotationTests {
  private func rows(
    _ text: String, as path: String = "x.csv", isRepeatable: Bool = true, _ notation: CSVNotation
  ) throws -> (json: String, notes: [String]) {
    let (content, notes) = try read(Array(text.utf8), as: path, isRepeatable: isRepeatable, notation)
    guard case .table(let table) = content else { return ("no table", notes) }
    return (DocumentWriter.text(of: .table(table), .jsonl).replacing("\n", with: " "), notes)
  }

  @Test(arguments: [true, false]) func decimalCommas(_ isRepeatable: Bool) throws {
    let text = "a;b;c\n1,5;-2;\"0,25\"\n 2,5e1 ;x;1.5\n"
    let commas = CSVNotation(hasDecimalComma: true)
    #expect(
      try rows(text, isRepeatable: isRepeatable, commas).json
        == #"{"a": 1.5, "b": "-2", "c": "0,25"} {"a": 25, "b": "x", "c": "1.5"} "#)
    #expect(try rows("a;b\n1,5;2\n", isRepeatable: isRepeatable, commas).json == #"{"a": 1.5, "b": 2} "#)
    // The comma is no separator, even if it is the most frequent candidate.
    #expect(try rows("a, b, c;d\n1,5;2\n", commas).json == #"{"a, b, c": 1.5, "d": 2} "#)
    guard case .array(let numbers) = try read(Array("1,5;2\n3;4,5\n".utf8), as: "x.csv", commas).content else {
      Issue.record("no numbers")
      return
    }
    #expect(numbers.numbers == [1.5, 2, 3, 4.5])
  }

  @Test(arguments: [true, false]) func linesThatAreLeftOut(_ isRepeatable: Bool) throws {
    let text = "# by X\r\n# of 2024\r\na,b\r\ncm,kg\r\n1,\"#2\r\n# x\"\r\n# c\r\n# d\r\n3,#4\r\n"
    let expected = ##"{"a": 1, "b": "#2\r\n# x"} {"a": 3, "b": "#4"} "##
    let notation = CSVNotation(comment: "#", skippedLines: [4])
    #expect(try rows(text, isRepeatable: isRepeatable, notation).json == expected)
    #expect(try rows(text, as: "data", isRepeatable: isRepeatable, notation).json == expected)
    #expect(try rows("% x\na\tb\n1\t2\n", as: "x.tsv", CSVNotation(comment: "%")).json == #"{"a": 1, "b": 2} "#)
  }

  /// What makes a column of numbers text is noted.
  @Test(arguments: [
    (
      "a;b;c\n1,5;x;1,234\n2;y;NA\n",
      ["a of x.csv is text because of the decimal commas; add decimal: \",\" to read numbers"]
    ),
    (
      "a;b\n1,5;1,25\nNA;2,5\n",
      ["a, b of x.csv are text because of the decimal commas; add decimal: \",\" to read numbers"]
    ),
    (
      "height,mass,name\ncm,kg,s\n180,70,a\n",
      [
        "height, mass of x.csv are text because of 'cm', 'kg' in line 2; if the line gives units, add skip_lines: [2] to "
          + "leave it out"
      ]
    ),
    ("a,b\nx,1\ny,2\n", []), ("a,b\nx,1\n,2\n", []), ("a\nx\n", []), ("a,b\n007,1\nA7,2\n", []),
  ]) func textThatMayBeNumbersIsNoted(_ text: String, _ notes: [String]) throws {
    #expect(try read(Array(text.utf8), as: "x.csv").notes == notes)
  }

  @Test(arguments: [("# by X\na,b\n1,2\n", 1), ("a,b\n1,2\n# total: 3\n3,4\n", 3)])
  func commentsAreRecognized(_ text: String, _ line: Int) {
    #expect(fault(text) == "'x.csv' line \(line) begins with #, like a comment, and is no row of the table")
  }
}
