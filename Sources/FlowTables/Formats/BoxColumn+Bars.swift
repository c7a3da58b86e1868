// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension BoxColumn {
  /// The number of decades that a full bar spans.
  private static let decades = 10.0
  /// The possible widths of a bar. At full width, one character is one decade.
  private static let widths = 5...10

  /// Creates a column of bars for the first column of `table` whose heading has a `picture`.
  ///
  /// A nil in `rows` stands for the rows elided in the middle. Returns nil if there is no such column, if none of its
  /// cells can be drawn, or if the layout has no room for bars next to `columns`.
  init?(barsOf table: Table, rows: [Int?], beside columns: [BoxColumn], _ layout: Layout) {
    guard layout.hasBars, let column = table.columns.first(where: { $0.heading.picture != nil }) else { return nil }
    let room = (layout.width ?? .max) - columns.boxWidth - 3
    guard room >= Self.widths.lowerBound else { return nil }
    let width = min(room, Self.widths.upperBound)
    let numbers = (0..<column.count).untilStopped.map { row in
      column[row].number.map { column.heading.picture == .decades ? Real.log10($0) : $0 }
    }
    guard let most = numbers.lazy.compactMap({ $0 }).filter(\.isFinite).max() else { return nil }
    let characters = PlotCharacters(usesUnicode: layout.usesUnicode, isColored: false)
    self.init(
      Heading("decades", .text),
      texts: rows.untilStopped.map { row in
        guard let number = row.flatMap({ numbers[$0] }), number.isFinite else { return row == nil ? "⋮" : "" }
        return characters.bar(Double(width) * max(0, 1 + (number - most) / Self.decades))
      }, width: width)
  }
}
