// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import Testing

/// Bars next to the numbers of a table, and frames in ASCII.
struct BoxColumnBarsTests {
  private let table = Table(columns: [
    Column("layer", integers: [1, 2, 3, 4]),
    Column(
      Heading("delta_rms", .number, picture: .decades),
      cells: [.number(1e-12), .number(1e-5), .number(.nan), .number(1)]),
  ])

  private func text(_ table: Table, _ layout: Layout) -> String {
    DocumentWriter.text(of: .table(table), .table, layout: layout)
  }

  /// Each character is one decade, and a bar spans ten decades.
  @Test func eachCharacterIsADecade() {
    #expect(
      text(table, Layout(width: 80, hasBars: true)) == """
        ┌───────┬───────────┬────────────┐
        │ layer │ delta_rms │ decades    │
        ├───────┼───────────┼────────────┤
        │     1 │     1e-12 │            │
        │     2 │     1e-05 │ █████      │
        │     3 │       nan │            │
        │     4 │     1     │ ██████████ │
        └───────┴───────────┴────────────┘

        """)
  }

  @Test func logarithmsAreDrawnUnchanged() {
    let logs = Table(columns: [
      Column(Heading("log10_total", .number, picture: .decadesOfLog10), cells: [.number(-2.5), .number(0), .missing])
    ])
    #expect(text(logs, Layout(hasBars: true)).contains("│        -2.5 │ ███████▌   │"))
  }

  @Test(arguments: [(31, 7), (29, 5), (28, 0), (34, 10), (100, 10)])
  func barsUseTheRemainingWidth(width: Int, bar: Int) {
    let lines = text(table, Layout(width: width, hasBars: true)).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= width })
    #expect(lines[6].filter { $0 == "█" }.count == bar)
  }

  @Test func onlyATerminalHasBars() {
    #expect(!text(table, Layout(width: 80)).contains("decades"))
    #expect(!text(table.first(0), Layout(width: 80, hasBars: true)).contains("decades"))
  }

  @Test func framesInASCII() {
    #expect(
      text(table.first(2), Layout(width: 80, usesUnicode: false, hasBars: true)) == """
        +-------+-----------+------------+
        | layer | delta_rms | decades    |
        +-------+-----------+------------+
        |     1 |     1e-12 | ###        |
        |     2 |     1e-05 | ########## |
        +-------+-----------+------------+

        """)
    #expect(DocumentWriter.text(of: .table(table), .md, layout: Layout(usesUnicode: false)).contains("| 1e-12 |"))
  }
}
