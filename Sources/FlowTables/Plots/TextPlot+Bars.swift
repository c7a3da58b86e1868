// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

extension TextPlot {
  private struct Bar {
    var label = ""
    var series = 0
    /// The value, or nil if it cannot be drawn.
    var value: Double?
    /// The text after the bar.
    var text: String
  }

  /// Draws a bar for each value, grouped by place.
  func bars(_ all: [Plot.Series], rows: Int) -> [StyledText] {
    var groups = [[Bar]](repeating: [], count: plot.x.names.count)
    for (number, series) in all.enumerated() {
      for case (let place?, let value) in zip(series.x, series.y).untilStopped {
        guard let group = Int(exactly: place - 1), groups.indices.contains(group) else { continue }
        let text = value.map { NumberStyle.significant($0) } ?? ""
        let shown = value.flatMap { plot.y.shows($0) ? $0 : nil }
        groups[group].append(Bar(series: number, value: shown, text: text))
      }
    }
    for (place, name) in plot.x.names.enumerated().untilStopped where !groups[place].isEmpty {
      groups[place][0].label = name
    }
    let legend = all.count > 1 ? self.legend(all.map(\.name)) : []
    let bars = groups.joined().map { $0 }
    guard let scale = plot.barScale(bars.compactMap(\.value)) else { return nothing }
    let names = [plot.y.title ?? plot.y.label, plot.x.title ?? plot.x.label].filter { !$0.isEmpty }.joined(
      separator: " by ")
    let start = plot.y.isLogarithmic ? ", log from \(NumberStyle.significant(scale.lower))" : ""
    let header = legend + (names.isEmpty ? [] : captionLines(names + start).map { StyledText($0) })
    let room = max(3, rows - header.count)
    let (lines, note) = shortened(draw(bars, scale, hasSigns: all.count > 1), room)
    return header + lines + note
  }

  /// Draws a bar for each interval, with its edges and count. Adjacent intervals are merged if there are too many.
  func bars(_ histogram: Histogram, rows: Int) -> [StyledText] {
    guard !histogram.counts.isEmpty else { return nothing }
    let header = captionLines(plot.x.caption).map { StyledText($0) }
    let count = histogram.counts.count
    var room = max(3, rows - header.count)
    // Below the bars is a line that says what was merged.
    if count > room { room = max(3, room - 1) }
    let size = (count + room - 1) / room
    let merged = histogram.merged(size)
    let edges = NumberStyle.distinct(merged.edges).alignedAtPoint
    let bars = merged.counts.indices.map { place in
      Bar(
        label: "\(edges[place]) .. \(edges[place + 1])", value: Double(merged.counts[place]),
        text: String(merged.counts[place]))
    }
    let most = Double(merged.counts.max() ?? 0)
    // Logarithmic bars start at one half, so that a count of 1 is visible.
    let limits = plot.y.limits ?? (plot.y.isLogarithmic ? 0.5 : 0)...max(1, most)
    let scale = Scale(limits.lowerBound, limits.upperBound, isLogarithmic: plot.y.isLogarithmic)
    let rest = count % size == 0 ? "" : ", the last one \(count % size)"
    let note = size == 1 ? [] : "each bar counts \(size) bins\(rest)".wrapped(width).map(characters.frame)
    return header + draw(bars, scale, hasSigns: false, areIntervals: true) + note
  }

  /// Draws bars below each other. A label that does not fit loses its middle, or the end of an interval, because a number
  /// without its middle would be another one.
  private func draw(_ bars: [Bar], _ scale: Scale, hasSigns: Bool, areIntervals: Bool = false) -> [StyledText] {
    let signs = hasSigns ? 2 : 0
    let longest = bars.map(\.text.displayWidth).max() ?? 0
    // Ten columns are enough for the bars of intervals, whose labels are numbers.
    let mostLabel = areIntervals ? max(width / 3, width - longest - 13) : width / 3
    let labelWidth = min(mostLabel, bars.map(\.label.displayWidth).max() ?? 0)
    // Leave out the numbers if there is hardly any room for the bars.
    let hasTexts = width - labelWidth - signs - 3 - longest >= 4
    let textWidth = hasTexts ? longest : 0
    let room = max(1, width - labelWidth - signs - 2 - 1 - textWidth)
    let zero = scale.isLogarithmic ? 0 : scale.position(0) * Double(room)
    let whole = bars.untilStopped.map(\.label)
    let labels =
      areIntervals
      ? whole.untilStopped.map { $0.fitted(labelWidth) }
      : TextFitting.columns.shortened(whole, to: Double(labelWidth))
    return zip(bars, labels).untilStopped.map { bar, label in
      var line = StyledText(label.padded(labelWidth) + " ")
      if hasSigns { line += characters.ink(String(characters.marker(bar.series)), bar.series) + " " }
      line += characters.frame("│")
      let end = bar.value.map { scale.position($0) * Double(room) } ?? zero
      // A bar to the left starts at a whole character, because no block character fills from the right.
      let isEmpty = bar.value == nil || bar.value == 0
      let last = isEmpty ? room : end < zero ? Int(zero.rounded(.up)) - 1 : room - 1
      let blanks = max(0, min(Int(min(zero, end).rounded()), last))
      let exact = end < zero ? (zero - Double(blanks)).rounded() : end - Double(blanks)
      // A bar that is too short to be drawn is visible nevertheless, unless it is outside of the given limits.
      let length = isEmpty ? 0 : plot.y.limits == nil ? max(exact, 0.1) : exact
      let picture = characters.bar(length)
      line += StyledText("".padded(blanks)) + characters.ink(picture, bar.series)
      return line + (bar.text.isEmpty || !hasTexts ? "" : " \(bar.text)")
    }
  }

  /// Returns the lines that fit, and if some do not, a note with their total number.
  private func shortened(_ lines: [StyledText], _ room: Int) -> (lines: [StyledText], note: [StyledText]) {
    guard lines.count > room else { return (lines, []) }
    let shown = max(1, room - 1)
    let note = "\(shown) of \(lines.count) bars; height: \(lines.count + 4) shows all"
    return (Array(lines.prefix(shown)), note.wrapped(width).map(characters.frame))
  }
}
