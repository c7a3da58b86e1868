// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowReading
import FlowRuntime
import FlowTables

/// The table in one of several files that are stacked.
///
/// The types of columns are determined for each file separately. Where they differ, the result is that of a single file
/// with all rows, or an error.
struct FileTable {
  let file: String
  var table: Table

  /// Throws if the table cannot be stacked below the first one.
  func check(against first: FileTable?) throws(Complaint) {
    if table[column: "file"] != nil {
      throw Complaint(
        "duplicate-column", "'\(file)' already has a column 'file', which is needed for the file names",
        notes: ["read them one by one, and combine them with concat(a, b)"])
    }
    guard let first else { return }
    let different = Set(table.columnNames).symmetricDifference(first.table.columnNames).sorted()
    guard different.isEmpty else {
      let names = different.prefix(5).joined(separator: ", ")
      throw Complaint(
        "data", "'\(file)' and '\(first.file)' have different columns: one of them lacks \(names)",
        notes: ["read them one by one, and combine them with concat(a, b), which fills missing columns"])
    }
  }

  /// Stacks tables with the same columns. The first column, `file`, contains the names of the files.
  static func concatenating(_ parts: [FileTable]) throws(Complaint) -> Table {
    var parts = parts
    for name in parts.first?.table.columnNames ?? [] { try reconcile(name, &parts) }
    var whole = Table.concatenating(
      parts.map { part in
        let names = Column("file", repeating: .text(part.file), count: part.table.rowCount)
        return Table(columns: [names] + part.table.columns)
      })
    // In JSON, texts such as "nan" stand for numbers if the other cells of the column are numbers.
    if parts.allSatisfy(\.isJSON) { whole = Table(columns: whole.columns.map(\.withNonfiniteNumbers)) }
    try Complaint.checkStop()
    return whole
  }

  private var isJSON: Bool { FileFormat(path: file).map { $0 == .json || $0 == .jsonl } ?? false }

  /// Handles a column that contains only texts in some files and no texts in others. Words for missing numbers become
  /// missing cells. Any other text would make the whole column text if all rows were in one file, kept verbatim, but
  /// the tables no longer contain the original text. Columns of JSON may contain values of several types.
  private static func reconcile(_ name: String, _ parts: inout [FileTable]) throws(Complaint) {
    let contents = parts.map { ColumnContent($0.table[column: name]) }
    guard
      let other = parts.indices.first(where: { contents[$0].values != nil && contents[$0].text == nil }),
      let values = contents[other].values
    else { return }
    for index in parts.indices where !parts[index].isJSON && contents[index].values == nil {
      guard let row = contents[index].text, let column = parts[index].table[column: name] else { continue }
      if contents[index].isMissing {
        parts[index].table = parts[index].table.with(name, repeating: .missing)
      } else if !parts[other].isJSON {
        let text = quoted(column[row].text ?? "")
        throw Complaint(
          "data", "column '\(name)' contains \(values) in '\(parts[other].file)' and text in '\(parts[index].file)'",
          notes: [
            "the first text is \(text), in row \(row + 1) of '\(parts[index].file)'",
            "read the files one by one, convert the column with map, and combine them with concat(a, b)",
          ])
      }
    }
  }
}

/// The kinds of cells in a column.
private struct ColumnContent {
  /// The first type of values other than texts, in words, or nil if there are none.
  var values: String?
  /// The row of the first text that is not a word for a missing number, or else of the first text; nil without texts.
  var text: Int?
  /// Whether all texts are words for missing numbers.
  var isMissing = true

  init(_ column: Column?) {
    guard let column else { return }
    for row in (0..<column.count).untilStopped {
      switch column[row] {
      case .number: values = values ?? "numbers"
      case .boolean: values = values ?? "booleans"
      case .missing: break
      case .text(let word):
        guard isMissing else { continue }
        isMissing = DelimitedText.isMissingWord(word)
        if text == nil || !isMissing { text = row }
      }
    }
  }
}
