// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import Testing

@Suite struct DataCSVErrorTests {
  let folder = DataFolder()

  /// An invalid table with the expected error and a part of its message.
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let error: @Sendable (String) -> DataError
    let message: String

    init(_ text: String, _ message: String, _ error: @escaping @Sendable (String) -> DataError) {
      (self.text, self.message, self.error) = (text, message, error)
    }
    var testDescription: String { message }
  }

  @Test(arguments: [
    Case("", "is empty") { .emptyFile(path: $0) },
    Case("\n\r\n", "is empty") { .emptyFile(path: $0) },
    Case("\u{FEFF}", "is empty") { .emptyFile(path: $0) },
    Case("a,y\n", "no rows") { .noRows(path: $0) },
    Case("a,y\n\n\r\n", "no rows") { .noRows(path: $0) },
    Case("y\n1\n", "no column other than the target") { .noColumns(path: $0) },
    Case("a,,y\n1,2,3\n", "column 2 has no name") { .unnamedColumn(path: $0, column: 2) },
    Case("a,b,a,y\n1,2,3,4\n", "two columns are named 'a'") { .repeatedColumn(path: $0, name: "a") },
    Case("a,b\n1,2\n", "no column 'y'") { .unknownTarget(path: $0, name: "y", columns: ["a", "b"]) },
    Case("a,b,y\n1,2,3\n4,5\n6,7,8\n", "line 3: 2 fields, expected 3") {
      .raggedRow(path: $0, line: 3, expected: 3, found: 2)
    },
    Case("a,b,y\n1,2,3,4,5\n", "line 2: 5 fields, expected 3") {
      .raggedRow(path: $0, line: 2, expected: 3, found: 5)
    },
    Case("a,b,y\n1,2,3\n\n\n4,5,6\n", "line 4: a second table begins after empty lines") {
      .secondTable(path: $0, line: 4)
    },
    Case("a,b,y\n1,2,3\n4,x5,6\n", "line 3, column 'b': 'x5' is not a finite number") {
      .strayText(path: $0, line: 3, column: "b", text: "x5", isFirst: false)
    },
    Case("a,y\n\"1\n2\",\"u\nv\"\n", "line 2") { .notNumber(path: $0, line: 2, column: "a", text: "1\n2") },
    Case("a,y\n1,\"u\nv\"\nnan,u\n", "line 4, column 'a': 'nan' is no") {
      .notNumber(path: $0, line: 4, column: "a", text: "nan")
    },
    Case("a,y\n1,2\ninf,3\n", "'inf'") {
      .strayText(path: $0, line: 3, column: "a", text: "inf", isFirst: false)
    },
    Case("a,y\n1e999,3\n", "'1e999'") { .notNumber(path: $0, line: 2, column: "a", text: "1e999") },
    Case("a,y\n0x10,3\n", "'0x10'") { .notNumber(path: $0, line: 2, column: "a", text: "0x10") },
    Case("a,y\n1.2.3,3\n", "'1.2.3'") { .notNumber(path: $0, line: 2, column: "a", text: "1.2.3") },
    Case("a,y\n-,3\n", "'-'") { .notNumber(path: $0, line: 2, column: "a", text: "-") },
    Case("a,b,y\n1,,3\n", "line 2: no value in column 'b'") { .missingValue(path: $0, line: 2, column: "b") },
    Case("a,b,y\n1,2, \n", "line 2: no value in column 'y'") { .missingValue(path: $0, line: 2, column: "y") },
    Case("a,y\n1,2\n2,lots\n", "both numbers and text, such as 'lots' in line 3") {
      .mixedTarget(path: $0, line: 3, column: "y", text: "lots")
    },
    Case("a,y\n1,x\"y\"\n", "line 2, field 2") { .badQuote(path: $0, line: 2, column: 2) },
    Case("a,y\n1,\"x\"y\n", "line 2, field 2") { .badQuote(path: $0, line: 2, column: 2) },
    Case("a,y\n1,x\n2,\"open\n3,z\n", "line 3, field 2: the quote is never closed") {
      .openQuote(path: $0, line: 3, column: 2)
    },
    Case("a,y\n1,\0\n", "binary") { .notText(path: $0, encoding: "binary data") },
    Case("a,y\n" + String(repeating: "1,2\n", count: 5_000) + "\0", "binary") {
      .notText(path: $0, encoding: "binary data")
    },
    Case("a,y\n1e999999999,3\n", "'1e999999999'") { .notNumber(path: $0, line: 2, column: "a", text: "1e999999999") },
    Case("a,y\r1,2\r\r\r3,4\r", "line 4: a second table") { .secondTable(path: $0, line: 4) },
    Case("a,y\r\n1,\"u\rv\r\nw\"\r\nx,2\r\n", "line 5, column 'a': 'x'") {
      .strayText(path: $0, line: 5, column: "a", text: "x", isFirst: false)
    },
    Case("a,y\n1,\"" + String(repeating: "\"\"", count: 1 << 19) + "\"\"\"\n", "longer than 1048576 bytes") {
      .longField(path: $0, line: 2, column: 2, limit: 1 << 20)
    },
    Case("a,y\n1," + String(repeating: "9", count: 2_000_000) + "\n", "longer than 1048576 bytes") {
      .longField(path: $0, line: 2, column: 2, limit: 1 << 20)
    },
    Case("a,y\n" + (0...100_000).map { "1,k\($0)\n" }.joined(), "100001 distinct values") {
      .tooManyClasses(path: $0, column: "y", count: 100_001, limit: 100_000)
    },
  ])
  func reportsPlaceAndText(_ wrong: Case) {
    let path = folder.write("t.csv", wrong.text)
    let error = dataError { () throws(DataError) in try DataSet.csv(path: path, target: "y") }
    #expect(error == wrong.error(path))
    #expect(error?.message.contains(wrong.message) == true, "\(error?.message ?? "none")")
    #expect(error?.message.hasSuffix(".") == false)
  }

  @Test func suggestsColumnsForAMisspeltTarget() {
    let path = folder.write("t.csv", "sepal,petal,species\n1,2,x\n")
    let error = dataError { () throws(DataError) in try DataSet.csv(path: path, target: "specis") }
    #expect(error?.candidates == ["sepal", "petal", "species"])
    #expect(error?.hint == "the columns are sepal, petal, species")

    let header = (1...100).map { "p\($0)" }.joined(separator: ",")
    let wide = folder.write("w.csv", header + "\n")
    let hint = dataError { () throws(DataError) in try DataSet.csv(path: wide, target: "y") }?.hint
    #expect(hint?.hasSuffix("p10 … p96, p97, p98, p99, p100 (100 in all)") == true)
  }

  /// In Latin-1, é and è are different bytes. If they were repaired, both would become the same class.
  @Test func rejectsOtherEncodings() {
    let path = folder.write("t.csv", Array("a,y\n1,".utf8) + [0xE9] + Array("\n2,".utf8) + [0xE8, 0x0A])
    let error = dataError { () throws(DataError) in try DataSet.csv(path: path, target: "y") }
    #expect(error == .damagedText(path: path, line: 2, column: 2))
    #expect(error?.hint?.contains("iconv -f latin1") == true)
  }

  /// A million columns can be read, and names of a megabyte are shortened in messages.
  @Test func acceptsHugeHeaders() throws {
    let header = (1...1_000_000).map { "c\($0)" }.joined(separator: ",")
    let row = [String](repeating: "1", count: 1_000_000).joined(separator: ",")
    let path = folder.write("wide.csv", "\(header)\n\(row)\n")
    #expect(try DataSet.csv(path: path, target: "c7").inputWidth == 999_999)
    let name = String(repeating: "n", count: 1_000_000)
    let long = folder.write("long.csv", "\(name),y\nx,1\n")
    for target in ["y", "z"] {
      let error = dataError { () throws(DataError) in try DataSet.csv(path: long, target: target) }
      #expect((error?.message.utf8.count ?? .max) + (error?.hint?.utf8.count ?? 0) < 500)
    }
  }

  /// The stop is requested by the last progress report, when only the end of the table and its labels are left.
  @Test func stopsAtTheLabels() {
    let path = folder.write("t.csv", "a,y\n" + String(repeating: "1,2\n", count: 300_000))
    let token = StopToken()
    let error = StopToken.$current.withValue(token) {
      dataError { () throws(DataError) in
        try DataSet.csv(path: path, target: "y") { share in if share > 0 { token.request() } }
      }
    }
    #expect(error == .file(path: path, .stopped))
  }

  @Test func rejectsUTF16() {
    let path = folder.write("t.csv", [0xFF, 0xFE, 0x61, 0x00])
    let error = dataError { () throws(DataError) in try DataSet.csv(path: path, target: "y") }
    #expect(error == .notText(path: path, encoding: "UTF-16"))
  }
}
