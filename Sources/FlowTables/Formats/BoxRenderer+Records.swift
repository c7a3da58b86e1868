// SPDX-License-Identifier: GPL-3.0-or-later
import FlowText

extension BoxRenderer {
  /// Whether a table is easier to read with a line per cell: it has few rows and several columns of prose.
  static func showsRecords(_ table: Table) -> Bool {
    (1...mostRecords).contains(table.rowCount) && table.columns.count { $0.role == .prose } >= leastProse
  }

  private static var mostRecords: Int { 3 }
  private static var leastProse: Int { 3 }

  /// Writes the rows of a table as records, with an empty line between them. Empty cells are left out, and each item of
  /// a list in prose begins a line.
  func writeRecords(_ table: Table, _ layout: Layout, to output: inout StyledText) {
    let paint = BoxPaint(isOn: layout.isColored)
    let nameWidth = table.columns.map { $0.name.visibleUntilStopped.displayWidth }.max() ?? 0
    let limit = layout.width.map { max(1, $0 - nameWidth - 2) } ?? .max
    for row in 0..<table.rowCount {
      if row > 0 { output.write("\n") }
      for column in table.columns {
        let text = BoxColumn.visible(column[row], column.role)
        if text.isEmpty { continue }
        let lines = column.role == .prose ? Self.items(text, limit) : [text.fitted(limit)]
        for (number, line) in lines.enumerated() {
          let name = paint.title((number == 0 ? column.name.visibleUntilStopped : "").padded(nameWidth))
          output += "\(name)  \(paint.cell(line, column.role))\n"
        }
      }
    }
  }

  /// Returns prose in lines. If it does not fit in one, every item that ends with a semicolon begins a line.
  private static func items(_ text: String, _ limit: Int) -> [String] {
    if text.displayWidth <= limit { return [text] }
    return text.split(separator: "; ").flatMap { item in
      item.description.wrapped(max(limit - 2, 1)).enumerated().map { $0.offset == 0 ? $0.element : "  \($0.element)" }
    }
  }
}
