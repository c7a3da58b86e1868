// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// The visible text of one column of a box table, all of one width; sentences are broken into lines of that width.
struct BoxColumn {
  let heading: Heading
  /// Its name as a display shows it.
  fileprivate let name: String
  private(set) var texts: [String]
  private(set) var width: Int

  /// The column's cells of the given rows; nil stands for the rows left out between.
  init(_ column: Column, rows: [Int?]) {
    heading = column.heading
    name = heading.name.visibleUntilStopped
    let cells = rows.untilStopped.map { $0.map { Self.visible(column[$0], column.role) } ?? "⋮" }
    if column.role.isNumeric {
      texts = Self.aligned(cells)
    } else if column.role == .prose {
      texts = cells
    } else {
      let width = cells.lazy.map(\.displayWidth).max() ?? 0
      texts = cells.untilStopped.map { $0.padded(width) }
    }
    width = 0
    pad(to: max(name.displayWidth, texts.lazy.map(\.displayWidth).max() ?? 0))
  }

  /// A column of texts that are not wider than `width`.
  init(_ heading: Heading, texts: [String], width: Int) {
    self.heading = heading
    name = heading.name.visibleUntilStopped
    self.texts = texts
    self.width = 0
    pad(to: width)
  }

  /// The lines of a row's cell, each of the column's width.
  func lines(_ row: Int) -> [String] {
    heading.role == .prose ? texts[row].wrapped(width).map { $0.padded(width) } : [texts[row]]
  }

  /// Whether a cell takes more than one line.
  var isBroken: Bool { heading.role == .prose && texts.untilStopped.contains { $0.wrapped(width).count > 1 } }

  /// The name over the cells: to the right over numbers.
  var title: String {
    name.fitted(width).padded(width, toRight: heading.role.isNumeric)
  }

  /// Cuts what is longer.
  mutating func limit(to limit: Int) {
    guard width > limit else { return }
    if heading.role == .prose { return width = limit }
    // The blanks that fill a shorter text up are not what is cut.
    texts = texts.untilStopped.map { text in String(text.reversed().drop { $0 == " " }.reversed()).fitted(limit) }
    width = 0
    pad(to: limit)
  }

  /// Makes room for one character more in each line of the sentences.
  mutating func widen() { width += 1 }

  private mutating func pad(to width: Int) {
    self.width = width
    if heading.role == .prose { return }
    let toRight = heading.role.isNumeric
    texts = texts.untilStopped.map { $0.padded(width, toRight: toRight) }
  }

  /// The text of a cell on one line; what would control the terminal, or turn the order of the text, is made visible, up to a stop.
  static func visible(_ cell: Cell, _ role: Role) -> String {
    cell.readableText(role).visibleUntilStopped
  }

  /// Numbers with their decimal points below each other; what has no digits stands to the right.
  static func aligned(_ numbers: [String]) -> [String] {
    var wholeWidths: [Int?] = []
    var (wholeWidth, restWidth, otherWidth) = (0, 0, 0)
    for text in numbers.untilStopped {
      guard text.utf8.last.map({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) == true else {
        wholeWidths.append(nil)
        otherWidth = max(otherWidth, text.count)
        continue
      }
      let whole = text.prefix { $0 != "." && $0 != "e" }.count
      wholeWidths.append(whole)
      wholeWidth = max(wholeWidth, whole)
      restWidth = max(restWidth, text.count - whole)
    }
    let width = max(wholeWidth + restWidth, otherWidth)
    return zip(numbers, wholeWidths).untilStopped.map { text, whole in
      let rest = whole.map { restWidth - (text.count - $0) } ?? 0
      return (text + String(repeating: " ", count: rest)).padded(width, toRight: true)
    }
  }
}

extension [BoxColumn] {
  /// The columns that fit into a width, and the names of those that do not.
  ///
  /// The first column always stays, then those of the highest importance, then from left to right.
  func fitted(_ width: Int?) -> (shown: [BoxColumn], leftOut: [String]) {
    guard let width, boxWidth > width, !isEmpty else { return (self, []) }
    var columns = self
    for index in columns.indices where !columns[index].heading.role.isNumeric {
      let least = columns[index].heading.role == .prose ? 16 : 24
      columns[index].limit(to: Swift.max(least, columns[index].name.displayWidth))
    }
    columns[0].limit(to: Swift.max(1, width - [0].boxWidth))
    let order = columns.indices.dropFirst().sorted { left, right in
      let (a, b) = (columns[left].heading.importance, columns[right].heading.importance)
      return a == b ? left < right : a > b
    }
    var chosen = [0]
    for index in order {
      if (chosen + [index]).map({ columns[$0].width }).boxWidth > width { break }
      chosen.append(index)
    }
    chosen.sort()
    // What is left of the width goes to the sentences, so that they need fewer lines.
    var spare = width - chosen.map { columns[$0].width }.boxWidth
    var growing = chosen.filter { columns[$0].width < self[$0].width && columns[$0].heading.role == .prose }
    while spare >= growing.count, !growing.isEmpty {
      for index in growing { columns[index].widen() }
      spare -= growing.count
      growing.removeAll { columns[$0].width == self[$0].width }
    }
    let leftOut = columns.indices.filter { !chosen.contains($0) }.map { columns[$0].heading.name }
    return (chosen.map { columns[$0] }, leftOut)
  }
}

extension [BoxColumn] {
  /// The width of the box.
  var boxWidth: Int { map(\.width).boxWidth }
}

extension [Int] {
  /// The width of a box with columns of these widths: a bar and two blanks each, and the last bar.
  fileprivate var boxWidth: Int { reduce(1) { $0 + $1 + 3 } }
}
