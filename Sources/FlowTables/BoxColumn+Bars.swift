// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension BoxColumn {
  /// Ten powers of ten fill a bar.
  private static let decades = 10.0
  /// As wide as a power of ten is a character, and narrower where there is less room.
  private static let widths = 5...10

  /// Bars beside the shown columns for the first column of a table that is to be pictured; nil if there is none, or no
  /// room for it.
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
