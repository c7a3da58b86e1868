// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import FlowText
import Testing

/// Cells that are difficult to format: NaN, infinity, missing values, quotes, tabs, line ends, wide characters.
let awkward = Table(columns: [
  Column("layer", integers: [1, 2, 3, 4]),
  Column("norm", optionalNumbers: [0.1, .nan, nil, -.infinity]),
  Column("note", texts: ["plain", "a\tb \"q\"", "日本 | x, y", "two\nlines"]),
  Column("good", booleans: [true, false, true, false]),
])

struct RendererTests {
  private func text(_ document: Document, _ format: Format, _ layout: Layout = Layout()) -> String {
    DocumentWriter.text(of: document, format, layout: layout)
  }

  @Test(
    arguments: [
      (
        .tsv,
        "layer\tnorm\tnote\tgood\n1\t0.1\tplain\ttrue\n2\tnan\t\"a\tb \"\"q\"\"\"\tfalse\n3\t\t日本 | x, y\ttrue\n"
          + "4\t-inf\t\"two\nlines\"\tfalse\n"
      ),
      (
        .csv,
        "layer,norm,note,good\n1,0.1,plain,true\n2,nan,\"a\tb \"\"q\"\"\",false\n3,,\"日本 | x, y\",true\n"
          + "4,-inf,\"two\nlines\",false\n"
      ),
      (
        .md,
        "| layer | norm | note | good |\n| --: | --: | :-- | :-- |\n| 1 | 0.1 | plain | true |\n"
          + "| 2 | nan | a\tb \"q\" | false |\n| 3 |  | 日本 \\| x, y | true |\n| 4 | -inf | two<br>lines | false |\n"
      ),
      (
        .gnuplot,
        "layer norm note good\n1 0.1 plain 1\n2 nan \"a b 'q'\" 0\n3 ? \"日本 | x, y\" 1\n4 -inf \"two lines\" 0\n"
      ),
      (
        .vnl,
        "# layer norm note good\n1 0.1 plain 1\n2 nan a_b__q_ 0\n3 nan 日本___x,_y 1\n4 -inf two_lines 0\n"
      ),
      (
        .jsonl,
        #"{"layer": 1, "norm": 0.1, "note": "plain", "good": true}"# + "\n"
          + #"{"layer": 2, "norm": null, "note": "a\tb \"q\"", "good": false}"# + "\n"
          + #"{"layer": 3, "norm": null, "note": "日本 | x, y", "good": true}"# + "\n"
          + #"{"layer": 4, "norm": null, "note": "two\nlines", "good": false}"# + "\n"
      ),
      (
        .table,
        """
        ┌───────┬──────┬─────────────┬───────┐
        │ layer │ norm │ note        │ good  │
        ├───────┼──────┼─────────────┼───────┤
        │     1 │  0.1 │ plain       │ true  │
        │     2 │  nan │ a\\tb "q"    │ false │
        │     3 │      │ 日本 | x, y │ true  │
        │     4 │ -inf │ two\\nlines  │ false │
        └───────┴──────┴─────────────┴───────┘

        """
      ),
    ] as [(Format, String)])
  func awkwardTable(format: Format, expected: String) {
    #expect(text(.table(awkward), format) == expected)
  }

  @Test func jsonIsStrict() throws {
    let rows = try #require(try StrictJSON.parse(text(.table(awkward), .json)).array)
    #expect(rows.map { $0["norm"] } == [.number(0.1), .null, .null, .null])
    #expect(rows.map { $0["note"] } == [.text("plain"), .text("a\tb \"q\""), .text("日本 | x, y"), .text("two\nlines")])
    #expect(rows.map { $0["good"] } == [.boolean(true), .boolean(false), .boolean(true), .boolean(false)])
  }

  @Test func jsonOfEverythingElse() throws {
    let control = "\u{0}\u{1}\u{1f}\u{7f}\\\"/\r\n\t"
    #expect(try StrictJSON.parse(text(.text(control), .json)) == .text(control))
    #expect(try StrictJSON.parse(text(.scalar(.number(.nan)), .json)) == .null)
    #expect(try StrictJSON.parse(text(.scalar(.missing), .json)) == .null)
    #expect(try StrictJSON.parse(text(.table(Table(columns: [Column("a", numbers: [])])), .json)) == .list([]))
    #expect(
      try StrictJSON.parse(text(.matrix([[1, 2.5], [.infinity, -0.0]]), .json))
        == .list([.list([.number(1), .number(2.5)]), .list([.null, .number(0)])]))
    let record = Document.record([
      .init("a", .scalar(.number(1))), .init("b", .numbers([1, 2])), .init("c", .record([.init("d", .text("x"))])),
    ])
    for format in [Format.json, .jsonl] {
      #expect(
        try StrictJSON.parse(text(record, format))
          == .object([
            "a": .number(1), "b": .list([.number(1), .number(2)]), "c": .object(["d": .text("x")]),
          ]))
    }
  }

  @Test(
    arguments: [
      (.tsv, "0.1\n", "1\n2\n", "1\t2\n3\t4.5\n", "a\tb\n1\t[1, 2]\n"),
      (.csv, "0.1\n", "1\n2\n", "1,2\n3,4.5\n", "a,b\n1,\"[1, 2]\"\n"),
      (.json, "0.1\n", "[1, 2]\n", "[[1, 2],\n [3, 4.5]]\n", "{\"a\": 1, \"b\": [1, 2]}\n"),
      (.jsonl, "0.1\n", "[1, 2]\n", "[1, 2]\n[3, 4.5]\n", "{\"a\": 1, \"b\": [1, 2]}\n"),
      (
        .md, "0.1\n", "1\n2\n", "| 1 | 2 |\n| --: | --: |\n| 1 | 2 |\n| 3 | 4.5 |\n",
        "| a | b |\n| --: | :-- |\n| 1 | [1, 2] |\n"
      ),
      (.gnuplot, "0.1\n", "1\n2\n", "1 2\n3 4.5\n", "a b\n1 \"[1, 2]\"\n"),
      (.vnl, "0.1\n", "1\n2\n", "1 2\n3 4.5\n", "# a b\n1 [1,_2]\n"),
      (.table, "0.1\n", "[1, 2]\n", "[[1, 2  ],\n [3, 4.5]]\n", "a  1\nb  [1, 2]\n"),
    ] as [(Format, String, String, String, String)])
  func valuesInEveryFormat(format: Format, scalar: String, list: String, matrix: String, record: String) {
    #expect(text(.scalar(.number(0.1)), format) == scalar)
    #expect(text(.numbers([1, 2]), format) == list)
    #expect(text(.matrix([[1, 2], [3, 4.5]]), format) == matrix)
    #expect(text(.record([.init("a", .scalar(.number(1))), .init("b", .numbers([1, 2]))]), format) == record)
  }

  /// A single empty field would make an empty line, which readers skip.
  @Test func singleColumnWithMissingCell() {
    let table = Table(columns: [Column("x", optionalNumbers: [1, nil, 2])])
    #expect(text(.table(table), .tsv) == "x\n1\n\"\"\n2\n")
  }

  @Test(arguments: Format.allCases)
  func tablesWithoutRowsStillNameTheirColumns(format: Format) {
    let empty = text(.table(Table(columns: [Column("act", numbers: [])])), format)
    #expect(empty.contains("act") == (format != .json && format != .jsonl))
  }

  @Test func emptyTablesAndLists() {
    #expect(text(.table(Table(columns: [])), .table) == "(no columns)\n")
    #expect(text(.table(Table(columns: [])), .json) == "[]\n")
    #expect(text(.list([]), .table) == "[]\n")
    #expect(text(.list([]), .tsv) == "")
  }

  @Test func fileExtensions() {
    #expect(Format(fileExtension: "TSV") == .tsv)
    #expect(Format(fileExtension: "ndjson") == .jsonl)
    #expect(Format(fileExtension: "table") == nil)
    #expect(Format(fileExtension: "exe") == nil)
  }

  /// A special character of a format followed by a combining mark is a different `Character`, but must still be
  /// escaped.
  @Test func specialCharactersAreFoundByScalar() throws {
    let accent = "\u{301}"
    let table = Document.table(
      Table(columns: [
        Column("a|\(accent)", texts: ["|\(accent) \\\(accent) <b\(accent)> [x](y)"]),
        Column("b\"\(accent)", texts: ["\"\(accent) #\(accent)"]),
      ]))
    #expect(text(table, .md).contains("| a\\|\(accent) | b\"\(accent) |"))
    #expect(text(table, .md).contains("| \\|\(accent) \\\\\(accent) \\<b\(accent)> [x]\\(y) |"))
    #expect(text(table, .gnuplot).hasPrefix("a|\(accent) \"b'\(accent)\"\n"))
    #expect(text(table, .csv).hasPrefix("\"a|\(accent)\",\"b\"\"\(accent)\"\n"))
    let rows = text(table, .vnl).split(separator: "\n")
    #expect(rows.map { $0.split(separator: " ").count } == [3, 2])
    #expect(!rows[1].unicodeScalars.contains("#"))
  }

  /// A parser gets the same text back, and a terminal gets nothing that would control it.
  @Test func jsonEscapesControlCharacters() throws {
    let all = (0...0x10FFFF as ClosedRange<UInt32>).lazy.compactMap(Unicode.Scalar.init).filter(\.isDisturbing)
    let foreign = String(String.UnicodeScalarView(all)) + "é👩\u{200D}🔬"
    let json = text(.scalar(.text(foreign)), .json)
    #expect(json.dropLast().unicodeScalars.filter(\.isDisturbing).isEmpty)
    guard case .text(let back) = try StrictJSON.parse(json) else { throw CancellationError() }
    #expect(Array(back.unicodeScalars) == Array(foreign.unicodeScalars))
  }
}
