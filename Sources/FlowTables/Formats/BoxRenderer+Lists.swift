// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

extension BoxRenderer {
  /// Writes a matrix with aligned columns. Rows and columns in the middle are elided if there is no room for them.
  func write(grid: [[Cell]], _ layout: Layout, to output: inout StyledText) {
    let rows = Self.ends(grid.count, layout.elision.map { $0.head + $0.tail })
    let columns = grid[0].indices.map { column in
      let cells = rows.untilStopped.map { $0.map { Self.element(grid[$0][column]) } ?? "⋮" }
      let isNumeric = grid.untilStopped.allSatisfy { $0[column].number != nil }
      let texts = isNumeric ? cells.alignedAtPoint : cells
      let width = texts.lazy.map(\.displayWidth).max() ?? 0
      return texts.untilStopped.map { $0.padded(width) }
    }
    guard columns.allSatisfy({ $0.count == rows.count }) else { return }
    var shown = Self.ends(columns.count, nil)
    if let width = layout.width {
      var room = columns.count
      func size() -> Int { shown.reduce(4) { $0 + ($1.map { columns[$0][0].displayWidth } ?? 1) + 2 } }
      while size() > width, room > 2 {
        room -= 1
        shown = Self.ends(columns.count, room)
      }
    }
    for row in rows.indices.untilStopped {
      let texts = shown.map { $0.map { columns[$0][row] } ?? "…" }
      let (start, end) = (row == 0 ? "[[" : " [", row == rows.count - 1 ? "]]" : "],")
      output.write(start + texts.joined(separator: ", ") + end + "\n")
    }
    if rows.count < grid.count || shown.count < columns.count {
      output += BoxPaint(isOn: layout.isColored).note("\(grid.count) × \(columns.count) elements\n")
    }
  }

  /// Writes a list as in source code, with line breaks between elements.
  func write(list: [Document], _ layout: Layout, to output: inout StyledText) {
    let limit = layout.elision.map { 5 * ($0.head + $0.tail) }
    var line = "["
    var isFirst = true
    for place in Self.ends(list.count, limit).untilStopped {
      let text = place.map { list[$0].inlineText(Self.number) } ?? "…"
      if !isFirst { line += "," }
      if let width = layout.width, !isFirst, line.displayWidth + text.displayWidth + 3 > width {
        output.write(line + "\n")
        line = ""
      }
      line += (isFirst ? "" : " ") + text
      isFirst = false
    }
    output.write(line + "]\n")
    if let limit, list.count > limit {
      output += BoxPaint(isOn: layout.isColored).note("\(list.count) elements\n")
    }
  }

  /// Writes a single value in full. A missing value is written as `none`.
  func write(_ cell: Cell, to output: inout StyledText) {
    output.write((cell == .missing ? "none" : cell.exactText) + "\n")
  }

  /// Returns the indices `0..<count`. If there are more than `limit`, a single nil replaces those in the middle.
  private static func ends(_ count: Int, _ limit: Int?) -> [Int?] {
    guard let limit, count > limit else { return Array(0..<count) }
    let head = (limit + 1) / 2
    return Array(0..<head) + [nil] + Array(count - (limit - head)..<count)
  }

  private static func element(_ cell: Cell) -> String { Document.scalar(cell).inlineText(number) }

  /// Formats whole numbers in full and others with four significant digits.
  private static func number(_ value: Double) -> String { NumberStyle.integer(value) }
}
