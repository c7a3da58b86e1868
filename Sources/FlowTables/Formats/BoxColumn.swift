// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// The text of one column of a box table. All cells are padded to the same width; prose is wrapped to it.
struct BoxColumn {
  let heading: Heading
  /// The column's name, made safe to show on a terminal.
  fileprivate let name: String
  private(set) var texts: [String]
  private(set) var width: Int

  /// Creates a box column from the given rows of a column. A nil row stands for the rows elided in the middle.
  init(_ column: Column, rows: [Int?]) {
    heading = column.heading
    name = heading.name.visibleUntilStopped
    let cells = rows.untilStopped.map { $0.map { Self.visible(column[$0], column.role) } ?? "⋮" }
    if column.role.isNumeric {
      texts = cells.alignedAtPoint
    } else if column.role == .prose {
      texts = cells
    } else {
      let width = cells.lazy.map(\.displayWidth).max() ?? 0
      texts = cells.untilStopped.map { $0.padded(width) }
    }
    width = 0
    pad(to: max(name.displayWidth, texts.lazy.map(\.displayWidth).max() ?? 0))
  }

  /// Creates a box column from finished texts, none of which may be wider than `width`.
  init(_ heading: Heading, texts: [String], width: Int) {
    self.heading = heading
    name = heading.name.visibleUntilStopped
    self.texts = texts
    self.width = 0
    pad(to: width)
  }

  /// Returns the lines of the cell in a row, each padded to the column's width.
  func lines(_ row: Int) -> [String] {
    heading.role == .prose ? texts[row].wrapped(width).map { $0.padded(width) } : [texts[row]]
  }

  /// A Boolean value that indicates whether there are cells, and all of them are empty.
  fileprivate var isBlank: Bool { !texts.isEmpty && texts.allSatisfy { $0.allSatisfy { $0 == " " || $0 == "⋮" } } }

  /// A Boolean value that indicates whether any cell needs more than one line.
  var isBroken: Bool { heading.role == .prose && texts.untilStopped.contains { $0.wrapped(width).count > 1 } }

  /// The name, padded to the column's width. It is right-aligned above numbers.
  var title: String {
    name.fitted(width).padded(width, toRight: heading.role.isNumeric)
  }

  /// Narrows the column to at most `limit`. Prose is wrapped; other text is truncated, or loses its middle if it would
  /// become the same as another one.
  mutating func limit(to limit: Int) {
    guard width > limit else { return }
    if heading.role == .prose { return width = limit }
    // Strip the padding first, so that only texts that are really too long are truncated.
    texts = texts.untilStopped.map { text in String(text.reversed().drop { $0 == " " }.reversed()) }
    let short = TextFitting.columns.distinctlyShortened(Set(texts), to: Double(limit)) { $0.fitted(limit) }
    texts = texts.untilStopped.map { short[$0] ?? $0 }
    width = 0
    pad(to: limit)
  }

  private mutating func pad(to width: Int) {
    self.width = width
    if heading.role == .prose { return }
    let toRight = heading.role.isNumeric
    texts = texts.untilStopped.map { $0.padded(width, toRight: toRight) }
  }

  /// Returns the text of a cell on one line, with characters that would control the terminal or reorder the text made
  /// visible. Stops early if a stop is requested.
  static func visible(_ cell: Cell, _ role: Role) -> String {
    cell.readableText(role).visibleUntilStopped
  }
}

extension [BoxColumn] {
  /// Returns the columns that fit into `width`, and the names of those that do not.
  ///
  /// The first column is always kept. Of the others, those with any value come first, then those that the user has
  /// computed, then the more important ones, then those further to the left.
  func fitted(_ width: Int?) -> (shown: [BoxColumn], leftOut: [String]) {
    guard let width, boxWidth > width, !isEmpty else { return (self, []) }
    // Shorten texts further only if that makes room for another column.
    let attempts = Self.leastTexts.map { narrowed(toTexts: $0, width) }
    var (columns, chosen) = attempts.reduce(attempts[0]) { best, next in
      next.chosen.count > best.chosen.count ? next : best
    }
    chosen.sort()
    // Give the remaining width to narrowed columns, so that prose needs fewer lines and less text is cut.
    var widths = columns.map(\.width)
    var spare = width - chosen.map { widths[$0] }.boxWidth
    var growing = chosen.filter { widths[$0] < self[$0].width }
    while spare >= growing.count, !growing.isEmpty {
      for index in growing { widths[index] += 1 }
      spare -= growing.count
      growing.removeAll { widths[$0] == self[$0].width }
    }
    for index in chosen where widths[index] > columns[index].width {
      columns[index] = self[index]
      columns[index].limit(to: widths[index])
    }
    let leftOut = columns.indices.filter { !chosen.contains($0) }.map { columns[$0].heading.name }
    return (chosen.map { columns[$0] }, leftOut)
  }

  /// The widths to which texts are narrowed, one after the other, until the columns fit.
  private static let leastTexts = [24, 20, 16, 12]

  /// Returns the columns with texts narrowed to `least`, and the positions of those that fit into `width` then.
  private func narrowed(toTexts least: Int, _ width: Int) -> (columns: [BoxColumn], chosen: [Int]) {
    var columns = self
    for index in columns.indices where !columns[index].heading.role.isNumeric {
      let least = columns[index].heading.role == .prose ? 16 : least
      columns[index].limit(to: Swift.max(least, columns[index].name.displayWidth))
    }
    columns[0].limit(to: Swift.max(1, width - [0].boxWidth))
    let order = columns.indices.dropFirst().sorted { left, right in
      if columns[left].isBlank != columns[right].isBlank { return columns[right].isBlank }
      let (a, b) = (columns[left].heading, columns[right].heading)
      if a.isComputed != b.isComputed { return a.isComputed }
      return a.importance == b.importance ? left < right : a.importance > b.importance
    }
    var chosen = [0]
    for index in order {
      if (chosen + [index]).map({ columns[$0].width }).boxWidth > width { break }
      chosen.append(index)
    }
    return (columns, chosen)
  }
}

extension [BoxColumn] {
  /// The width of a box with these columns, including its frame.
  var boxWidth: Int { map(\.width).boxWidth }
}

extension [Int] {
  /// The width of a box with columns of these widths: each adds a bar and two blanks, and a last bar closes the box.
  fileprivate var boxWidth: Int { reduce(1) { $0 + $1 + 3 } }
}
