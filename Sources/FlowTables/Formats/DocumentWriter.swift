// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// Writes a sequence of documents in a format, including the separators between them.
public struct DocumentWriter: Sendable {
  /// The format of the following documents.
  public var format: Format
  public var options = FormatOptions()
  /// The layout of the following documents.
  public var layout: Layout
  /// A Boolean value that indicates whether plots and drawings use characters whatever the format. Set it if the user
  /// has not chosen the format.
  public var drawsPlots = false
  private var hasTable = false
  private var stream: Stream?

  /// A table whose rows are being emitted.
  private struct Stream {
    let format: Format
    let options: FormatOptions
    let headings: [Heading]
    let firstRow: [Cell]
    let layout: Layout
    var rowCount = 0
  }

  public init(_ format: Format, layout: Layout = Layout()) {
    self.format = format
    self.layout = layout
  }

  /// Returns the text of a single document.
  public static func text(
    of document: Document, _ format: Format, layout: Layout = Layout(), options: FormatOptions = FormatOptions()
  )
    -> String
  {
    var writer = DocumentWriter(format, layout: layout)
    writer.options = options
    var text = StyledText("")
    writer.print(document, to: &text)
    return text.raw
  }

  /// Writes a document, after ending any table whose rows are being emitted.
  public mutating func print(_ document: Document, to output: inout StyledText) {
    var text = StyledText("")
    finish(to: &text)
    let isPlot = document.isDrawn
    let renderer = isPlot && drawsPlots ? Format.table.renderer(options) : format.renderer(options)
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
      // A drawing needs no separator: it cannot be mistaken for a continuation of a table.
      if !(renderer is BoxRenderer) { separate(renderer, to: &output) }
      renderer.write(plot, layout, to: &output)
    case .drawing(let drawing):
      if !(renderer is BoxRenderer) { separate(renderer, to: &output) }
      renderer.write(drawing, layout, to: &output)
    case .scalar(let cell): renderer.write(cell, to: &output)
    case .text(let text): renderer.write(.text(text), to: &output)
    }
  }

  /// Replaces box-drawing characters by ASCII if the display requires it. Only the table format has frames.
  private func plain(_ text: StyledText, _ form: Format? = nil) -> StyledText {
    layout.usesUnicode || (form ?? format) != .table ? text : text.withASCIIFrames
  }

  /// Writes the rows of a table after those emitted before. They share a header as long as the column names and the
  /// format with its options stay the same.
  public mutating func emit(_ table: Table, to output: inout StyledText) {
    guard !table.columns.isEmpty else { return }
    if let open = stream,
      open.format != format || open.options != options || open.headings.map(\.name) != table.columnNames
    {
      finish(to: &output)
    }
    let renderer = format.renderer(options)
    for row in table.rows.untilStopped {
      let cells = row.cells
      var open: Stream
      if let stream {
        open = stream
      } else {
        separate(renderer, to: &output)
        open = Stream(
          format: format, options: options, headings: table.headings, firstRow: cells, layout: layout)
        output += plain(renderer.header(open.headings, firstRow: cells, layout))
      }
      output += plain(
        renderer.row(cells, open.headings, index: open.rowCount, firstRow: open.firstRow, open.layout))
      open.rowCount += 1
      stream = open
    }
  }

  /// Ends the table whose rows are being emitted. Call this after the last document, even if an error occurred.
  public mutating func finish(to output: inout StyledText) {
    guard let open = stream else { return }
    output.write(open.format.renderer(open.options).footer(rowCount: open.rowCount))
    stream = nil
  }

  private mutating func separate(_ renderer: any Renderer, to output: inout StyledText) {
    if hasTable { output.write(String(repeating: "\n", count: renderer.blankLinesBetweenTables)) }
    hasTable = true
  }
}
