// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// Writes one document after the other in a format, and knows what has to stand between them.
public struct DocumentWriter: Sendable {
  /// The format of what comes next.
  public var format: Format
  /// The room there is for what comes next.
  public var layout: Layout
  /// Whether plots are drawn whatever the format is, because nobody has chosen it.
  public var drawsPlots = false
  private var hasTable = false
  private var stream: Stream?

  /// Rows that are being emitted.
  private struct Stream {
    let format: Format
    let headings: [Heading]
    let firstRow: [Cell]
    let layout: Layout
    var rowCount = 0
  }

  /// A writer that has written nothing yet.
  public init(_ format: Format, layout: Layout = Layout()) {
    self.format = format
    self.layout = layout
  }

  /// The document alone.
  public static func text(of document: Document, _ format: Format, layout: Layout = Layout()) -> String {
    var writer = DocumentWriter(format, layout: layout)
    var text = StyledText("")
    writer.print(document, to: &text)
    return text.raw
  }

  /// Prints a document.
  public mutating func print(_ document: Document, to output: inout StyledText) {
    var text = StyledText("")
    finish(to: &text)
    let isPlot = if case .plot = document { true } else { false }
    let renderer = isPlot && drawsPlots ? Format.table.renderer : format.renderer
    write(document, renderer, to: &text)
    output += isPlot && drawsPlots ? plain(text, .table) : plain(text)
  }

  private mutating func write(
    _ document: Document, _ renderer: any Renderer, to output: inout StyledText
  ) {
    switch document {
    case .table(let table):
      separate(renderer, to: &output)
      renderer.write(table, layout, to: &output)
    case .record(let fields):
      separate(renderer, to: &output)
      renderer.write(fields, layout, to: &output)
    case .list(let elements):
      if let grid = document.grid {
        separate(renderer, to: &output)
        renderer.write(grid: grid, layout, to: &output)
      } else {
        renderer.write(list: elements, layout, to: &output)
      }
    case .plot(let plot):
      // A drawing is no table that another one could be taken for a part of.
      if !(renderer is BoxRenderer) { separate(renderer, to: &output) }
      renderer.write(plot, layout, to: &output)
    case .scalar(let cell): renderer.write(cell, to: &output)
    case .text(let text): renderer.write(.text(text), to: &output)
    }
  }

  /// Frames as the display has them; other formats have none.
  private func plain(_ text: StyledText, _ form: Format? = nil) -> StyledText {
    layout.usesUnicode || (form ?? format) != .table ? text : text.withASCIIFrames
  }

  /// Adds the rows of a table to those emitted before, under one header as long as the columns are the same.
  public mutating func emit(_ table: Table, to output: inout StyledText) {
    guard !table.columns.isEmpty else { return }
    if let open = stream, open.format != format || open.headings.map(\.name) != table.columnNames {
      finish(to: &output)
    }
    let renderer = format.renderer
    for row in table.rows.untilStopped {
      let cells = row.cells
      var open: Stream
      if let stream {
        open = stream
      } else {
        separate(renderer, to: &output)
        open = Stream(format: format, headings: table.headings, firstRow: cells, layout: layout)
        output += plain(renderer.header(open.headings, firstRow: cells, layout))
      }
      output += plain(
        renderer.row(cells, open.headings, index: open.rowCount, firstRow: open.firstRow, open.layout))
      open.rowCount += 1
      stream = open
    }
  }

  /// Ends the rows being emitted. To be called once nothing more comes, after errors too.
  public mutating func finish(to output: inout StyledText) {
    guard let open = stream else { return }
    output.write(open.format.renderer.footer(rowCount: open.rowCount))
    stream = nil
  }

  private mutating func separate(_ renderer: any Renderer, to output: inout StyledText) {
    if hasTable { output.write(String(repeating: "\n", count: renderer.blankLinesBetweenTables)) }
    hasTable = true
  }
}
