// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// A plot drawn with characters. No line is wider than the available width.
struct TextPlot {
  let plot: Plot
  let width: Int
  /// The height to use, in lines. A few lines are needed in any case.
  let height: Int
  let characters: PlotCharacters

  /// The size of the window if it is not known.
  private static let (defaultWidth, defaultRows) = (80, 24)
  /// The smallest width at which a plot is drawn.
  private static let leastWidth = 16

  init(_ plot: Plot, _ layout: Layout) {
    self.plot = plot.mapTexts(\.visibleUntilStopped)
    let room = layout.width ?? plot.width ?? Self.defaultWidth
    width = min(room, plot.width ?? room)
    // Keep the command that drew the plot in view.
    let rows = (layout.height ?? Self.defaultRows) - 4
    height = max(6, plot.height ?? min(rows, max(12, width / 4)))
    characters = PlotCharacters(usesUnicode: layout.usesUnicode, isColored: layout.isColored)
  }

  /// Creates a part of a plot.
  init(_ plot: Plot, width: Int, height: Int, characters: PlotCharacters) {
    (self.plot, self.width, self.height, self.characters) = (plot, width, height, characters)
  }

  /// The lines from top to bottom, without line ends.
  var lines: [StyledText] {
    let notes = (plot.remarks + plot.contentNotes + plot.omissions).flatMap { $0.wrapped(width) }.map(characters.frame)
    if width < Self.leastWidth {
      return "a plot needs \(Self.leastWidth) columns".wrapped(width).map { StyledText($0) }
    }
    var lines = plot.title.map { $0.wrapped(width).map { characters.title($0) } } ?? []
    let room = height - lines.count - notes.count
    switch plot.content {
    case .series(let series, .bar): lines += bars(series, rows: room)
    case .series(let series, let mark): lines += curves(series, mark, rows: room)
    case .panels(let panels, let mark): lines += self.panels(panels, mark, rows: room)
    case .histogram(let histogram): lines += bars(histogram, rows: room)
    case .heat(let grid): lines += heat(grid, rows: room)
    }
    return (lines + notes).untilStopped.map(\.withoutTrailingBlanks)
  }

  /// The lines to show if there is nothing to draw.
  var nothing: [StyledText] { [StyledText("(\(plot.emptiness))".fitted(width))] }

  /// A label next to or below the plot area, and its row or column in the area.
  typealias Label = (place: Int, text: String)

  /// Returns the width that is left next to the row labels and the axis.
  func areaWidth(beside labels: [Label]) -> Int { width - labelWidth(labels) - 2 }

  /// Returns the width of the row labels. They take at most half of the width; longer ones are truncated.
  private func labelWidth(_ labels: [Label]) -> Int {
    min(width / 2, labels.map(\.text.displayWidth).max() ?? 0)
  }

  /// Returns a caption in lines. It is shortened if it does not fit into a few of them.
  func captionLines(_ caption: String) -> [String] {
    TextFitting.columns.lines(caption, width: Double(width), most: Self.mostCaptionLines)
  }

  private static let mostCaptionLines = 3

  /// Returns the area with its axes, with row labels to the left and column labels below.
  func framed(
    _ area: [StyledText], areaWidth: Int, rows: [Label], columns: [Label], caption: String
  ) -> [StyledText] {
    let labelWidth = labelWidth(rows)
    let labels = TextFitting.columns.shortened(rows.map(\.text), to: Double(labelWidth))
    let texts = Dictionary(zip(rows.map(\.place), labels), uniquingKeysWith: { first, _ in first })
    var lines = area.enumerated().map { row, line -> StyledText in
      let label = (texts[row] ?? "").padded(labelWidth, toRight: true)
      return "\(label) \(characters.frame(texts[row] == nil ? "│" : "┤"))\(line)"
    }
    let marked = Set(columns.map(\.place))
    let rule = String((0..<areaWidth).map { marked.contains($0) ? "┬" : "─" as Character })
    lines.append(StyledText("".padded(labelWidth + 1)) + characters.frame("└" + rule))
    let below = labelLine(columns, indent: labelWidth + 2)
    if !below.isEmpty { lines.append(StyledText(below)) }
    lines += captionLines(caption).map { StyledText(centered($0, over: areaWidth, indent: labelWidth + 2)) }
    return lines
  }

  /// Returns a line with texts below their columns. A text that would touch the previous one is left out.
  func labelLine(_ labels: [Label], indent: Int) -> String {
    var line = ""
    var used = -1
    for label in labels {
      let text = label.text.fitted(width)
      let size = text.displayWidth
      let start = max(0, min(indent + label.place - size / 2, width - size))
      guard start > used else { continue }
      line = line.padded(start) + text
      used = start + size
    }
    return line
  }

  private func centered(_ text: String, over areaWidth: Int, indent: Int) -> String {
    let start = indent + (areaWidth - text.displayWidth) / 2
    return "".padded(min(max(0, start), width - text.displayWidth)) + text
  }

  /// Returns the labels below an area, for as many ticks as possible without labels touching each other.
  func columnLabels(
    _ axis: Plot.Axis, areaWidth: Int, _ ticks: (_ most: Int) -> (labels: [Label], offset: String?)
  ) -> (labels: [Label], offset: String?) {
    for most in stride(from: max(2, areaWidth / 9), through: 1, by: -1) {
      let found = ticks(most)
      let fits = zip(found.labels, found.labels.dropFirst()).allSatisfy { left, right in
        right.place - left.place >= (left.text.displayWidth + right.text.displayWidth) / 2 + 2
      }
      if fits { return found }
    }
    return ([], nil)
  }

  /// Returns at most `most` evenly spaced names, each with its place counted from 1.
  static func thinned(_ names: [String], most: Int) -> [(place: Int, name: String)] {
    let step = max(1, (names.count + most - 1) / max(1, most))
    return stride(from: 0, to: names.count, by: step).map { ($0 + 1, names[$0]) }
  }

  /// Returns labels that are names without the middle of those that are too long.
  static func shortened(_ labels: [Label]) -> [Label] {
    let names = TextFitting.columns.shortened(labels.map(\.text), to: longestName)
    return Array(zip(labels.map(\.place), names))
  }

  /// The width in columns beyond which the names of an axis are shortened.
  private static let longestName = 16.0

  /// Returns the caption of an axis, including the offset of its labels if there is one.
  static func caption(_ axis: Plot.Axis, _ offset: String?) -> String {
    offset.map { "\(axis.caption) above \($0)" } ?? axis.caption
  }
}
