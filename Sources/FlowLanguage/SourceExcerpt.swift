// SPDX-License-Identifier: GPL-3.0-or-later
import FlowText

/// A source line as a terminal shows it: tabs are expanded, control characters are made visible, and long lines are cut
/// to a window. Stores the width and the source offset of each character.
struct SourceExcerpt {
  private let cells: [(text: String, offset: Int, width: Int)]
  private let end: Int

  private static let tabWidth = 4

  /// Creates an excerpt of a line that begins at the given offset of its source.
  init(line: String, startingAt start: Int, characterWidth: (Character) -> Int) {
    var cells: [(text: String, offset: Int, width: Int)] = []
    var offset = start
    var column = 0
    for character in line {
      let text = SourceExcerpt.shown(character, at: column)
      let width = text.reduce(0) { $0 + characterWidth($1) }
      cells.append((text, offset, width))
      column += width
      offset += String(character).utf8.count
    }
    self.cells = cells
    end = offset
  }

  private static func shown(_ character: Character, at column: Int) -> String {
    if character == "\t" { return String(repeating: " ", count: tabWidth - column % tabWidth) }
    return String(character).visible()
  }

  /// Returns the columns, counted from 0, of a range of the source. They are at least one, and offsets outside the line
  /// are clamped.
  func columns(of range: SourceRange) -> Range<Int> {
    var column = 0
    var first: Int?
    var last = 0
    for cell in cells {
      if first == nil, nextOffset(after: cell.offset) > range.start { first = column }
      if cell.offset < range.end { last = column + cell.width }
      column += cell.width
    }
    let start = first ?? column
    return start..<max(last, start + 1)
  }

  private func nextOffset(after offset: Int) -> Int {
    // Cells are sorted by offset.
    var low = 0
    var high = cells.count
    while low < high {
      let middle = (low + high) / 2
      if cells[middle].offset > offset { high = middle } else { low = middle + 1 }
    }
    return low < cells.count ? cells[low].offset : end
  }

  /// Returns the columns to show of a line that is longer than `width`. Some of the text before the marked columns
  /// stays visible.
  func window(around columns: Range<Int>, width: Int) -> Range<Int> {
    let total = cells.reduce(0) { $0 + $1.width }
    guard total > width else { return 0..<total }
    let start = min(max(0, columns.lowerBound - width / 3), total - width)
    return start..<(start + width)
  }

  /// Returns the text in a window of columns, with `…` where text is cut off. It is as wide as the window or the line.
  func text(in window: Range<Int>) -> String {
    let total = cells.reduce(0) { $0 + $1.width }
    var result = ""
    var column = 0
    for cell in cells {
      let range = column..<(column + cell.width)
      column = range.upperBound
      if range.upperBound <= window.lowerBound || range.lowerBound >= window.upperBound {
        // A combining mark has no width and belongs to the preceding character.
        if !(range.isEmpty && window.contains(range.lowerBound)) { continue }
      }
      let isCut =
        (window.lowerBound > 0 && range.lowerBound <= window.lowerBound)
        || (window.upperBound < total && range.upperBound >= window.upperBound)
      let inside = range.clamped(to: window)
      result += isCut ? "…" + String(repeating: " ", count: max(0, inside.count - 1)) : cell.text
    }
    return result
  }
}
