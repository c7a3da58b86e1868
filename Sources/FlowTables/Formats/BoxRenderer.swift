// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// Renders tables for a terminal, with a frame of box-drawing characters, fitted to the available width.
///
/// Columns that do not fit are left out and named in a line below the table. Colours never carry information that is not in
/// the text.
struct BoxRenderer: Renderer {
  var blankLinesBetweenTables: Int { 0 }

  func write(_ table: Table, _ layout: Layout, to output: inout StyledText) {
    guard !table.columns.isEmpty else { return output.write("(no columns)\n") }
    if Self.showsRecords(table) { return writeRecords(table, layout, to: &output) }
    let rows = Self.shownRows(table.rowCount, layout.elision)
    var (columns, leftOut) = table.columns.map { BoxColumn($0, rows: rows) }.fitted(layout.width)
    if let bars = BoxColumn(barsOf: table, rows: rows, beside: columns, layout) { columns.append(bars) }
    let paint = BoxPaint(isOn: layout.isColored)
    func rule(_ left: String, _ middle: String, _ right: String) -> StyledText {
      let bars = columns.map { String(repeating: "─", count: $0.width + 2) }
      return paint.frame(left + bars.joined(separator: middle) + right) + "\n"
    }
    func line(_ texts: [StyledText]) -> StyledText {
      let bar = paint.frame("│")
      return bar + texts.map { " \($0) " }.joined(separator: bar) + bar + "\n"
    }
    output += rule("┌", "┬", "┐")
    output += line(columns.map { paint.title($0.title) })
    output += rule("├", "┼", "┤")
    let isBroken = columns.contains(where: \.isBroken)
    for row in rows.indices.untilStopped {
      let cells = columns.map { $0.lines(row) }
      if isBroken, row > 0 { output += rule("├", "┼", "┤") }
      for number in 0..<(cells.map(\.count).max() ?? 1) {
        output += line(
          zip(columns, cells).map { column, lines in
            number < lines.count
              ? paint.cell(lines[number], column.heading.role)
              : StyledText(String(repeating: " ", count: column.width))
          })
      }
    }
    output += rule("└", "┴", "┘")
    var notes: [String] = []
    if let elision = layout.elision, rows.count < table.rowCount {
      notes.append("\(table.rowCount) rows, \(elision.head + elision.tail) shown; \(elision.hint)")
    }
    notes += Self.leftOutNote(leftOut, layout)
    output += paint.note(notes.map { Self.note($0, layout.width) }.joined())
  }

  /// Writes one field per line: its name, then its value.
  func write(_ record: [Document.Field], _ layout: Layout, to output: inout StyledText) {
    let paint = BoxPaint(isOn: layout.isColored)
    let nameWidth = record.map { $0.name.visibleUntilStopped.displayWidth }.max() ?? 0
    for field in record {
      let role = field.role ?? Role.inferred(from: field.value.cell.map { [$0] } ?? [])
      let value =
        field.value.cell.map { BoxColumn.visible($0, role) } ?? field.value.inlineText { NumberStyle.significant($0) }
      let limit = layout.width.map { max(1, $0 - nameWidth - 2) } ?? .max
      let lines = role == .prose ? value.wrapped(limit) : [value.fitted(limit)]
      for (number, line) in lines.enumerated() {
        let name = paint.title(number == 0 ? field.name.visibleUntilStopped.padded(nameWidth) : "".padded(nameWidth))
        output += "\(name)  \(paint.cell(line, role))\n"
      }
    }
  }

  /// Draws the plot with characters.
  func write(_ plot: Plot, _ layout: Layout, to output: inout StyledText) {
    for line in TextPlot(plot, layout).lines { output += line + "\n" }
  }

  func write(_ drawing: any Drawing, _ layout: Layout, to output: inout StyledText) {
    drawing.draw(layout, to: &output)
  }

  // Streamed rows have a header line and a rule but no frame, because the widths of later rows are not known.

  func header(_ headings: [Heading], firstRow: [Cell], _ layout: Layout) -> StyledText {
    let (shown, leftOut) = Self.streamColumns(headings, firstRow, layout)
    let paint = BoxPaint(isOn: layout.isColored)
    let titles = shown.map { column in
      let heading = headings[column.place]
      return heading.name.visibleUntilStopped.padded(column.width, toRight: heading.role.isNumeric)
    }
    return paint.title(titles.joined(separator: "  ")) + "\n"
      + paint.frame(shown.map { String(repeating: "─", count: $0.width) }.joined(separator: "  ")) + "\n"
      + Self.leftOutNote(leftOut, layout).map { paint.note(Self.note($0, layout.width)) }.joined()
  }

  func row(_ cells: [Cell], _ headings: [Heading], index: Int, firstRow: [Cell], _ layout: Layout) -> StyledText {
    let paint = BoxPaint(isOn: layout.isColored)
    return Self.streamColumns(headings, firstRow, layout).shown.map { column in
      let role = headings[column.place].role
      let text = BoxColumn.visible(cells[column.place], role)
      return paint.cell(text.padded(column.width, toRight: role.isNumeric), role)
    }.joined(separator: "  ") + "\n"
  }

  /// Returns the columns to show when rows are streamed. Each is as wide as its title and its first cell; columns of
  /// numbers are at least 10 wide, so that later numbers usually fit.
  private static func streamColumns(
    _ headings: [Heading], _ firstRow: [Cell], _ layout: Layout
  ) -> (shown: [(place: Int, width: Int)], leftOut: [String]) {
    var shown: [(place: Int, width: Int)] = []
    var used = 0
    for (place, heading) in headings.enumerated() {
      let cell = BoxColumn.visible(firstRow[place], heading.role).displayWidth
      let least = heading.role == .number || heading.role == .share ? 10 : 0
      let width = max(heading.name.visibleUntilStopped.displayWidth, cell, least)
      if place > 0, let limit = layout.width, used + 2 + width > limit {
        return (shown, headings[place...].map(\.name))
      }
      used += width + (place > 0 ? 2 : 0)
      shown.append((place, width))
    }
    return (shown, [])
  }

  /// Returns the indices of all rows, or if there are too many, those of the head and the tail with nil in between.
  private static func shownRows(_ count: Int, _ elision: Layout.Elision?) -> [Int?] {
    guard let elision, count > elision.most else { return Array(0..<count) }
    return Array(0..<elision.head) + [nil] + Array(count - elision.tail..<count)
  }

  /// Returns a note on the columns that are left out, in one line, unless it has been shown before.
  private static func leftOutNote(_ names: [String], _ layout: Layout) -> [String] {
    if names.isEmpty || layout.notes?.isFirst(names) == false { return [] }
    let count = names.count == 1 ? "1 column does" : "\(names.count) columns do"
    let width = layout.width ?? .max
    // The names are there to be typed, so each is shown in full, or not at all.
    var text = "\(count) not fit: "
    var used = text.displayWidth
    var fitting: String?
    for (number, name) in zip(1..., names).untilStopped {
      let name = (number == 1 ? "" : ", ") + name.visibleUntilStopped
      used += name.displayWidth
      if used > width { break }
      text += name
      let isLast = number == names.count
      if isLast || used + Self.omission.count <= width { fitting = text + (isLast ? "" : Self.omission) }
    }
    return [fitting ?? ("\(count) not fit".wrapped(max(width - 2, 1)).first ?? "") + " …"]
  }

  /// Stands for the names that are not shown.
  private static let omission = ", …"

  private static func note(_ text: String, _ width: Int?) -> String {
    text.wrapped(width ?? .max).map { $0 + "\n" }.joined()
  }
}
