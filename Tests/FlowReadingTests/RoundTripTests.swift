// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import SeededRandom
import Testing

@testable import FlowReading

/// Tables that are written to a file and read again.
struct RoundTripTests {
  @Test(arguments: ["x.tsv", "x.csv", "x.jsonl", "x.json"])
  func randomTables(path: String) throws {
    let isJSON = path.contains("json")
    var random = SeededGenerator(seed: 19)
    for round in 0..<400 {
      let table = Self.table(&random, isJSON: isJSON)
      let format = try #require(Format(fileExtension: String(path.split(separator: ".")[1])))
      let text = DocumentWriter.text(of: .table(table), format)
      let (content, notes) = try read(Array(text.utf8), as: path, isRepeatable: round % 2 == 0)
      guard case .table(let other) = content else {
        Issue.record("round \(round) is no table:\n\(text)")
        return
      }
      #expect(notes == [], "round \(round)")
      #expect(other.columnNames == table.columnNames, "round \(round):\n\(text)")
      for name in table.columnNames {
        #expect(other[column: name]?.cells == table[column: name]?.cells, "round \(round), \(name):\n\(text)")
        let bits = table[column: name]?.cells.map { $0.number?.bitPattern }
        #expect(other[column: name]?.cells.map { $0.number?.bitPattern } == bits, "round \(round), \(name)")
      }
    }
  }

  private static func table(_ random: inout SeededGenerator, isJSON: Bool) -> Table {
    let width = Int.random(in: 2...5, using: &random)
    let rows = Int.random(in: isJSON ? 1...6 : 0...6, using: &random)
    // If all names look like numbers, the line of the names must not be read as data.
    let names =
      Bool.random(using: &random)
      ? Array(Self.names.shuffled(using: &random).prefix(width)) : (0..<width).map { "\($0)" }
    return Table(
      columns: names.map { name in
        let kinds = [0...2, 3...3, 4...9, 0...9].randomElement(using: &random)!
        return Column(name, cells: (0..<rows).map { _ in cell(kinds, &random, isJSON: isJSON) })
      })
  }

  private static func cell(_ kinds: ClosedRange<Int>, _ random: inout SeededGenerator, isJSON: Bool) -> Cell {
    switch Int.random(in: kinds, using: &random) {
    case 0: return .number(Double(Int.random(in: -5...5, using: &random)))
    case 1:
      let number = Double(bitPattern: random.next())
      return .number(number.isFinite ? number : 0.1 + 0.2)
    case 2: return isJSON ? .number(-0.0) : .number([.infinity, -.infinity, .nan, -0.0].randomElement(using: &random)!)
    case 3: return .boolean(Bool.random(using: &random))
    case 4: return .missing
    default:
      // In JSON, such a text becomes the number that it stands for.
      let text = texts.randomElement(using: &random)!
      return .text(isJSON && ["nan", "inf", "-Infinity"].contains(text) ? "x" : text)
    }
  }

  private static let names = ["a", "b c", "x\ty", "say \"hi\"", "line\nend", "true", "1", "-", "ä€😀", " blank ", "a,b"]

  private static let texts = [
    "", "x", "a,b", "a\tb", "\"", "\"\"", "q\"uo\"te", "line\nend", "\r\n", "\r", " ", " x", "x ", "1", "1e5", "-.5",
    "nan",
    "inf", "-Infinity", "NA", "None", "null", "-", "true", "False", "#", "ä€😀", "0x10", "1_000", "007",
    "a longer text than 15 bytes",
    "a longer text than 15 bytes, too", "\u{FEFF}", "'", "\\", "\\n", "{\"a\": 1}",
  ]
}
