// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// The output formats. To add one, write its renderer and name it here.
public enum Format: String, CaseIterable, Sendable {
  case table, tsv, csv, json, jsonl, md, gnuplot, vnl

  /// What `auto` means: a box table for a reader at a terminal, TSV for a program or a file.
  public static func automatic(isTerminal: Bool) -> Format { isTerminal ? .table : .tsv }

  /// What it is, in a phrase.
  public var summary: String {
    switch self {
    case .table: "boxes, fitted to the width of the terminal"
    case .tsv: "columns between tabs, with a header line"
    case .csv: "columns between commas, with a header line"
    case .json: "a document per value; a table is an array of objects"
    case .jsonl: "an object per row, each on its line"
    case .md: "a table of Markdown"
    case .gnuplot: "columns between blanks, with a header line and missing values as ?"
    case .vnl: "columns between blanks, with a header line that is a comment and missing values as nan, for feedgnuplot"
    }
  }

  /// The format of a file by the extension of its name, without a dot.
  public init?(fileExtension: String) {
    let word = fileExtension.lowercased()
    guard let format = Format(rawValue: ["dat": "gnuplot", "ndjson": "jsonl"][word] ?? word), format != .table
    else { return nil }
    self = format
  }

  /// Turns documents into the text of this format.
  var renderer: any Renderer {
    switch self {
    case .table: BoxRenderer()
    case .tsv: DelimitedRenderer(separator: "\t")
    case .csv: DelimitedRenderer(separator: ",")
    case .json: JSONRenderer()
    case .jsonl: JSONLinesRenderer()
    case .md: MarkdownRenderer()
    case .gnuplot: GnuplotRenderer()
    case .vnl: VnlogRenderer()
    }
  }
}

/// How much room there is and what the display can do. Only the `table` format looks at it.
public struct Layout: Sendable {
  /// Columns of characters; nil where nothing limits them.
  public var width: Int?
  /// Rows of characters of the window; nil where there is none.
  public var height: Int?
  /// Whether escape sequences for colour may be used.
  public var isColored: Bool
  /// What is shown of long tables and lists; nil for everything.
  public var elision: Elision?

  /// Whether the display has more characters than ASCII's.
  public var usesUnicode: Bool
  /// Whether tables may show bars beside their numbers.
  public var hasBars: Bool

  /// Everything, without colour, unless told otherwise.
  public init(
    width: Int? = nil, height: Int? = nil, isColored: Bool = false, elision: Elision? = nil, usesUnicode: Bool = true,
    hasBars: Bool = false
  ) {
    self.width = width
    self.height = height
    self.isColored = isColored
    self.elision = elision
    self.usesUnicode = usesUnicode
    self.hasBars = hasBars
  }

  /// A table of more than `head + tail` rows shows those, a count, and the hint.
  public struct Elision: Sendable {
    /// Rows shown from the start.
    public var head: Int
    /// Rows shown from the end.
    public var tail: Int
    /// Tables of at most so many rows are shown whole.
    public var most: Int
    /// How to see everything, such as `print(_) shows all`.
    public var hint: String

    /// Shows that many rows, and the hint, when there are more than `most`, which is as many unless told otherwise.
    public init(head: Int, tail: Int, most: Int? = nil, hint: String) {
      self.head = head
      self.tail = tail
      self.most = max(most ?? 0, head + tail)
      self.hint = hint
    }
  }
}

/// One output format.
///
/// A table is a header, its rows and a footer, so that rows can also be written one by one as they come. `Layout` holds
/// what is known of the display.
protocol Renderer: Sendable {
  /// Empty lines between one table and the next.
  var blankLinesBetweenTables: Int { get }
  /// What stands above the rows; `firstRow` is what is known of the cells when rows are written as they come.
  func header(_ headings: [Heading], firstRow: [Cell], _ layout: Layout) -> StyledText
  /// A row with its line end; `index` counts from 0.
  func row(_ cells: [Cell], _ headings: [Heading], index: Int, firstRow: [Cell], _ layout: Layout) -> StyledText
  /// What stands below the rows.
  func footer(rowCount: Int) -> String
  /// A whole table at once.
  func write(_ table: Table, _ layout: Layout, to output: inout StyledText)
  /// A record.
  func write(_ record: [Document.Field], _ layout: Layout, to output: inout StyledText)
  /// A matrix: rows of equal length.
  func write(grid: [[Cell]], _ layout: Layout, to output: inout StyledText)
  /// Any list that is no matrix.
  func write(list: [Document], _ layout: Layout, to output: inout StyledText)
  /// A single value.
  func write(_ cell: Cell, to output: inout StyledText)
  /// A plot; formats without a drawing of their own have its data.
  func write(_ plot: Plot, _ layout: Layout, to output: inout StyledText)
}

extension Format {
  /// Whether programs that read JSON take it.
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

  /// One element per line.
  func write(list: [Document], _ layout: Layout, to output: inout StyledText) {
    for element in list.untilStopped { write(element.tableCell, to: &output) }
  }

  func write(_ cell: Cell, to output: inout StyledText) { output.write(cell.exactText + "\n") }

  func write(_ plot: Plot, _ layout: Layout, to output: inout StyledText) {
    write(plot.table, layout, to: &output)
  }
}
