// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import FlowText
import Testing

struct DocumentWriterTests {
  private func row(_ step: Int, _ loss: Double) -> Table {
    Table(columns: [Column("step", integers: [step]), Column("loss", numbers: [loss])])
  }

  private let other = Table(columns: [Column("act", texts: ["tanh"])])

  @Test(arguments: [
    (Format.tsv, 2), (.csv, 2), (.gnuplot, 2), (.vnl, 1), (.md, 1), (.json, 0), (.jsonl, 0), (.table, 0),
  ])
  func blankLinesBetweenTables(format: Format, count: Int) {
    var writer = DocumentWriter(format)
    var text: StyledText = ""
    writer.print(.table(other), to: &text)
    let first = text
    #expect(!first.plain.hasPrefix("\n"))
    writer.print(.scalar(.number(1)), to: &text)
    #expect(text == first + "1\n")
    writer.print(.table(other), to: &text)
    #expect(text == "\(first)1\n\(String(repeating: "\n", count: count))\(first)")
  }

  @Test(arguments: [Format.tsv, .csv, .json, .jsonl, .md, .gnuplot, .vnl])
  func emittedRowsReadAsOneTable(format: Format) {
    var writer = DocumentWriter(format)
    var text: StyledText = ""
    for step in 1...3 { writer.emit(row(step, 0.5), to: &text) }
    writer.finish(to: &text)
    let whole = Table.concatenating((1...3).map { row($0, 0.5) })
    #expect(text.plain == DocumentWriter.text(of: .table(whole), format))
  }

  @Test func emittedRowsAreWrittenImmediately() {
    var writer = DocumentWriter(.tsv)
    var text: StyledText = ""
    writer.emit(row(1, 0.5), to: &text)
    #expect(text == "step\tloss\n1\t0.5\n")
    writer.emit(row(2, .nan), to: &text)
    #expect(text == "step\tloss\n1\t0.5\n2\tnan\n")
  }

  @Test func differentColumnsStartANewTable() throws {
    var writer = DocumentWriter(.tsv)
    var text: StyledText = ""
    writer.emit(row(1, 0.5), to: &text)
    writer.emit(other, to: &text)
    #expect(text == "step\tloss\n1\t0.5\n\n\nact\ntanh\n")

    var json = DocumentWriter(.json)
    var jsonText: StyledText = ""
    json.emit(row(1, 0.5), to: &jsonText)
    json.emit(other, to: &jsonText)
    json.print(.scalar(.number(7)), to: &jsonText)
    json.emit(other, to: &jsonText)
    json.finish(to: &jsonText)
    json.finish(to: &jsonText)
    let act = StrictJSON.list([.object(["act": .text("tanh")])])
    #expect(
      try StrictJSON.parseAll(jsonText.plain) == [
        .list([.object(["step": .number(1), "loss": .number(0.5)])]), act, .number(7), act,
      ])
  }

  @Test func emittedRowsFitTheTerminal() {
    var writer = DocumentWriter(.table, layout: Layout(width: 12))
    var text: StyledText = ""
    writer.emit(row(1, 0.5), to: &text)
    writer.emit(row(200, 0.25), to: &text)
    #expect(text == "step\n────\n1 column …\n   1\n 200\n")
  }
}
