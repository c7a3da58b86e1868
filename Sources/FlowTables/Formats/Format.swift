// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// The output formats. To add one, write its renderer and add it here.
public enum Format: String, CaseIterable, Sendable {
  case table, tsv, csv, json, jsonl, md, gnuplot, vnl

  /// Returns the format that `auto` stands for: box tables on a terminal, TSV for a program or a file.
  public static func automatic(isTerminal: Bool) -> Format { isTerminal ? .table : .tsv }

  /// A short description for the help.
  public var summary: String {
    switch self {
    case .table: "box tables, fitted to the width of the terminal"
    case .tsv: "tab-separated columns with a header line"
    case .csv: "comma-separated columns with a header line"
    case .json: "one document per value; a table is an array of objects"
    case .jsonl: "one object per row, each on its own line"
    case .md: "Markdown tables"
    case .gnuplot: "space-separated columns with a header line; a missing value is ?"
    case .vnl: "space-separated columns with a header comment, for feedgnuplot; a missing value is nan"
    }
  }

  /// Creates the format that belongs to a file extension, given without a dot. Returns nil if there is none.
  public init?(fileExtension: String) {
    let word = fileExtension.lowercased()
    guard let format = Format(rawValue: ["dat": "gnuplot", "ndjson": "jsonl"][word] ?? word), format != .table
    else { return nil }
    self = format
  }

  /// Returns the renderer of the format with the given options.
  func renderer(_ options: FormatOptions) -> any Renderer {
    switch self {
    case .table: BoxRenderer()
    case .tsv: DelimitedRenderer(separator: "\t", hasHeader: options.hasHeader)
    case .csv: DelimitedRenderer(separator: ",", hasHeader: options.hasHeader)
    case .json: JSONRenderer(nonfinite: options.nonfinite)
    case .jsonl: JSONLinesRenderer(nonfinite: options.nonfinite)
    case .md: MarkdownRenderer()
    case .gnuplot: GnuplotRenderer()
    case .vnl: VnlogRenderer()
    }
  }
}

/// An output format.
///
/// A table consists of a header, its rows and a footer, so that rows can also be written one at a time.
protocol Renderer: Sendable {
  /// The number of empty lines between two tables.
  var blankLinesBetweenTables: Int { get }
  /// Returns the text above the rows. `firstRow` has the first row's cells if rows are written one at a time, and is
  /// empty if a whole table is written.
  func header(_ headings: [Heading], firstRow: [Cell], _ layout: Layout) -> StyledText
  /// Returns a row including its line end. `index` counts from 0.
  func row(_ cells: [Cell], _ headings: [Heading], index: Int, firstRow: [Cell], _ layout: Layout) -> StyledText
  /// Returns the text below the rows.
  func footer(rowCount: Int) -> String
  /// Writes a whole table.
  func write(_ table: Table, _ layout: Layout, to output: inout StyledText)
  func write(_ record: [Document.Field], _ layout: Layout, to output: inout StyledText)
  /// Writes a matrix, given as rows of equal length.
  func write(grid: [[Cell]], _ layout: Layout, to output: inout StyledText)
  /// Writes a list that is not a matrix.
  func write(list: [Document], _ layout: Layout, to output: inout StyledText)
  func write(_ cell: Cell, to output: inout StyledText)
  /// Writes a plot. Formats that cannot draw one write its data.
  func write(_ plot: Plot, _ layout: Layout, to output: inout StyledText)
  /// Writes a drawing. Formats that cannot draw it write its data.
  func write(_ drawing: any Drawing, _ layout: Layout, to output: inout StyledText)
}

extension Format {
  /// A Boolean value that indicates whether the format is JSON or JSON Lines.
  public var isJSON: Bool { self == .json || self == .jsonl }
}

extension Renderer {
  func write(_ table: Table, _ layout: Layout, to output: inout StyledText) {
    let headings = table.headings
    output += header(headings, firstRow: [], layout)
    for index in (0..<table.rowCount).untilStopped {
      output += row(table[index].cells, headings, index: index, firstRow: [], layout)
    }
    output.write(footer(rowCount: table.rowCount))
  }

  func footer(rowCount: Int) -> String { "" }

  func write(_ record: [Document.Field], _ layout: Layout, to output: inout StyledText) {
    write(Table(record: record), layout, to: &output)
  }

  /// Writes one element per line.
  func write(list: [Document], _ layout: Layout, to output: inout StyledText) {
    for element in list.untilStopped { write(element.tableCell, to: &output) }
  }

  func write(_ cell: Cell, to output: inout StyledText) { output.write(cell.exactText + "\n") }

  func write(_ plot: Plot, _ layout: Layout, to output: inout StyledText) {
    write(plot.table, layout, to: &output)
  }

  func write(_ drawing: any Drawing, _ layout: Layout, to output: inout StyledText) {
    write(drawing.table, layout, to: &output)
  }
}
