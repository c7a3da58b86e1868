// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import Testing

struct BoxRendererTests {
  private func lines(_ document: Document, _ layout: Layout) -> [String] {
    DocumentWriter.text(of: document, .table, layout: layout).split(separator: "\n").map(String.init)
  }

  /// The width of a line without emoji and combining marks: two columns for each Chinese or Japanese character.
  private func columns(_ line: String) -> Int {
    line.unicodeScalars.reduce(0) { $0 + (("\u{3000}"..."\u{9FFF}").contains($1) ? 2 : 1) }
  }

  private let wide = Table(columns: [
    Column("layer", integers: [1, 20]), Column("first_number", numbers: [0.5, 12.25]),
    Column("second_number", numbers: [1e-9, 1]), Column("log10_total", importance: 2, numbers: [-3.25, 0]),
    Column("state", .state, texts: ["vanishing", "ok"]),
  ])

  @Test func decimalPointsAreAligned() {
    let table = Table(columns: [Column("x", numbers: [0.5, 12.25, 1e-9, 100, .nan])])
    #expect(
      DocumentWriter.text(of: .table(table), .table) == """
        ┌─────────┐
        │       x │
        ├─────────┤
        │   0.5   │
        │  12.25  │
        │   1e-09 │
        │ 100     │
        │     nan │
        └─────────┘

        """)
  }

  @Test(arguments: [20, 30, 40, 50, 60, 65, 66, 80])
  func fitsEveryWidth(width: Int) {
    let lines = lines(.table(wide), Layout(width: width))
    for line in lines { #expect(columns(line) <= width, "\(line)") }
    #expect(lines.joined(separator: " ").contains(/columns? do/) == (width < 66))
    #expect(lines[1].contains("layer"))
  }

  @Test func importantColumnsAreKeptAndTheOthersListed() {
    let lines = lines(.table(wide), Layout(width: 40))
    #expect(lines[1] == "│ layer │ log10_total │ state     │")
    #expect(lines.last == "2 columns do not fit: first_number, …")
  }

  /// Texts with the same beginning lose their middle.
  @Test func differentTextsStayDifferent() {
    let names = [
      "normalisation and shortcuts", "normalisation and a larger rate", "plain", "a long name on its own here",
    ]
    let table = Table(columns: [
      Column("name", texts: names), Column("first_number", integers: [1, 2, 3, 4]),
      Column("second", integers: [1, 2, 3, 4]),
    ])
    let cells = lines(.table(table), Layout(width: 46)).dropFirst(3).prefix(4).map { String($0.prefix(20)) }
    #expect(Set(cells).count == 4 && cells.allSatisfy { $0.hasPrefix("│ ") }, "\(cells)")
    #expect(cells[3].contains("a long na") && cells[2].contains("plain "))
  }

  /// Long texts are shortened before a column is left out, and the names below the table are whole.
  @Test func textsMakeRoomForOtherColumns() {
    let text = String(repeating: "lorem ipsum ", count: 5)
    let numbers = ["price", "area", "rooms", "year", "bath"].map { Column($0, integers: [1999]) }
    let table = Table(columns: [Column("name", texts: [text]), Column("notes", texts: [text])] + numbers)
    let lines = lines(.table(table), Layout(width: 80))
    #expect(lines[1].contains("│ bath │") && lines[1].contains("year"))
    #expect(lines[3].components(separatedBy: "lorem ipsu").count == 3)
    let name = "a name with blanks that is wider than the window"
    let wide = Table(columns: [Column("x", integers: [1]), Column(name, integers: [1])])
    #expect(self.lines(.table(wide), Layout(width: 30)).last == "1 column does not fit …")
  }

  /// The names below the table take time only as long as they fit.
  @Test func manyColumnsAreLeftOutQuickly() {
    let table = Table(columns: (0..<8000).map { Column("column_\($0)", integers: [1]) })
    let duration = ContinuousClock().measure {
      #expect(
        lines(.table(table), Layout(width: 60)).last == "7995 columns do not fit: column_5, column_6, column_7, …")
    }
    #expect(duration < .seconds(10))
  }

  @Test func longTextIsTruncated() {
    let table = Table(columns: [Column("text", texts: [String(repeating: "日", count: 60)]), Column("n", integers: [1])])
    let lines = lines(.table(table), Layout(width: 40))
    #expect(lines[3].contains("…"))
    #expect(lines.allSatisfy { columns($0) == columns(lines[0]) })
    #expect(columns(lines[0]) <= 40)
  }

  /// A text that fits without its trailing blanks is not marked as truncated.
  @Test func paddingIsNotTruncated() {
    let table = Table(columns: [
      Column("name", texts: ["short", String(repeating: "x", count: 40)]), Column("rest", texts: ["a", "b"]),
    ])
    let lines = lines(.table(table), Layout(width: 36))
    #expect(lines[3].hasPrefix("│ short   ") && !lines[3].contains("…"))
    #expect(lines[4].contains("x…"))
  }

  /// Columns of prose are wrapped and share the remaining width. A rule separates the rows.
  @Test func proseIsWrapped() {
    let table = Table(columns: [
      Column("layer", integers: [1, 2]),
      Column("cause", .prose, texts: ["the slopes of sigmoid shrink the gradient in every layer", "depth"]),
      Column("remedy", .prose, texts: ["relu", "a word like abcdefghijklmnopqrstuvwxyzabcdef is cut"]),
    ])
    #expect(
      DocumentWriter.text(of: .table(table), .table, layout: Layout(width: 50)) == """
        ┌───────┬───────────────────┬───────────────────┐
        │ layer │ cause             │ remedy            │
        ├───────┼───────────────────┼───────────────────┤
        │     1 │ the slopes of     │ relu              │
        │       │ sigmoid shrink    │                   │
        │       │ the gradient in   │                   │
        │       │ every layer       │                   │
        ├───────┼───────────────────┼───────────────────┤
        │     2 │ depth             │ a word like       │
        │       │                   │ abcdefghijklmnop… │
        │       │                   │ is cut            │
        └───────┴───────────────────┴───────────────────┘

        """)
    // Nothing is wrapped if everything fits.
    #expect(lines(.table(table), Layout(width: 200)).count == 6)
  }

  @Test func longTablesShowHeadAndTail() {
    let table = Table(columns: [Column("i", integers: Array(1...480))])
    let elision = Layout.Elision(head: 3, tail: 2, hint: "print(_) shows all")
    let lines = lines(.table(table), Layout(elision: elision))
    #expect(lines.count == 3 + 3 + 1 + 2 + 1 + 1)
    #expect(lines[6] == "│   ⋮ │")
    #expect(lines[8] == "│ 480 │")
    #expect(lines.last == "480 rows, 5 shown; print(_) shows all")
    #expect(self.lines(.table(table.first(5)), Layout(elision: elision)).count == 5 + 4)
  }

  @Test func coloursDoNotChangeTheText() {
    let plain = DocumentWriter.text(of: .table(wide), .table)
    let colored = DocumentWriter.text(of: .table(wide), .table, layout: Layout(isColored: true))
    #expect(!plain.contains("\u{1B}"))
    #expect(colored.contains("\u{1B}[33mvanishing\u{1B}[0m"))
    #expect(colored.contains("\u{1B}[32mok       \u{1B}[0m"))
    var stripped = ""
    var isEscape = false
    for scalar in colored.unicodeScalars {
      if scalar == "\u{1B}" { isEscape = true }
      if !isEscape { stripped.unicodeScalars.append(scalar) }
      if scalar == "m" { isEscape = false }
    }
    #expect(stripped == plain)
  }

  @Test(arguments: ["\u{1B}", "\u{9B}", "\u{202E}", "\u{2067}", "\r", "\u{7F}"] as [Unicode.Scalar])
  func controlCharactersAreMadeVisible(scalar: Unicode.Scalar) {
    let table = Table(columns: [Column("t", texts: ["\(scalar)[31mred"])])
    let text = DocumentWriter.text(of: .table(table), .table)
    #expect(!text.unicodeScalars.contains(scalar))
    #expect(text.contains("[31mred"))
  }

  @Test func matricesAndListsFit() {
    let row = (0..<30).map { Double($0) / 7 }
    let matrix = lines(
      .matrix(Array(repeating: row, count: 40)), Layout(width: 60, elision: .init(head: 4, tail: 2, hint: "")))
    #expect(matrix.allSatisfy { columns($0) <= 60 })
    #expect(matrix.count == 6 + 1 + 1)
    #expect(matrix.last == "40 × 30 elements")
    let list = lines(.numbers(row), Layout(width: 40))
    #expect(list.allSatisfy { columns($0) <= 40 })
    #expect(list.joined().filter { $0 == "," }.count == 29)
    #expect(lines(.scalar(.number(1.0 / 3)), Layout()) == ["0.3333333333333333"])
    #expect(lines(.scalar(.missing), Layout()) == ["none"])
  }

  /// The frame is as wide as the text on a terminal, plus a blank and a corner on each side.
  @Test(
    arguments: [
      ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("🙂", 2), ("👩‍👩‍👧", 2), ("∂L/∂W", 5), ("─│", 2), ("🇨🇭", 2),
      ("한글", 4),
    ] as [(String, Int)])
  func widthOnTheTerminal(text: String, width: Int) {
    let lines = lines(.table(Table(columns: [Column("", texts: [text])])), Layout())
    #expect(lines[0].count == width + 4)
  }
}
