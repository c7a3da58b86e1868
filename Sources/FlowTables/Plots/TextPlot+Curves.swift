// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

extension TextPlot {
  /// Draws lines or points with dots, and a sign for each series.
  func curves(_ all: [Plot.Series], _ mark: Plot.Mark, rows: Int) -> [StyledText] {
    let points = all.map(plot.points)
    let shown = points.lazy.joined().compactMap { $0 }
    guard let x = Self.scale(plot.x, shown.lazy.map(\.x)), let tight = Self.scale(plot.y, shown.lazy.map(\.y)) else {
      return nothing
    }
    let legend = all.count > 1 ? self.legend(all.map(\.name), rows: max(1, rows / 4)) : []
    let isCaptioned = [plot.y.caption.isEmpty, plot.x.caption.isEmpty].map { $0 ? 0 : 1 }.reduce(0, +)
    let areaHeight = max(3, rows - legend.count - isCaptioned - 2)
    let most = max(3, (areaHeight + 1) / 2)
    let y = plot.y.names.isEmpty ? tight.widened(most: most) : tight
    let (yLabels, yOffset) = rowLabels(y, areaHeight, most: most)
    let areaWidth = areaWidth(beside: yLabels)
    let (xLabels, xOffset) = columnLabels(plot.x, areaWidth: areaWidth) { most in
      if !plot.x.names.isEmpty {
        let names = Self.thinned(plot.x.names, most: most)
        return (names.map { (Self.column(x, Double($0.place), areaWidth), $0.name) }, nil)
      }
      let ticks = Ticks(x, most: most, isWhole: plot.x.isWhole)
      return (zip(ticks.values, ticks.labels).map { (Self.column(x, $0, areaWidth), $1) }, ticks.offset)
    }
    var canvas = Canvas(width: areaWidth, height: areaHeight)
    for (number, points) in points.enumerated() {
      let dots = points.untilStopped.map { point in point.map { canvas.dot(x.position($0.x), y.position($0.y)) } }
      draw(dots, series: number, mark, on: &canvas)
    }
    for (number, points) in points.enumerated() {
      let dots = points.untilStopped.compactMap { point in
        point.map { canvas.dot(x.position($0.x), y.position($0.y)) }
      }
      sign(dots, series: number, of: all.count, mark, on: &canvas)
    }
    let caption = Self.caption(plot.y, yOffset)
    return legend + (caption.isEmpty ? [] : [StyledText(caption.fitted(width))])
      + framed(
        canvas.lines(characters), areaWidth: areaWidth, rows: yLabels, columns: xLabels,
        caption: Self.caption(plot.x, xOffset))
  }

  private func draw(_ dots: [Canvas.Dot?], series: Int, _ mark: Plot.Mark, on canvas: inout Canvas) {
    var previous: Canvas.Dot?
    for dot in dots.untilStopped {
      if let dot {
        canvas.draw(from: mark == .line ? previous ?? dot : dot, to: dot, ink: series)
      }
      previous = dot
    }
  }

  /// Puts signs on all points if there are few. Otherwise, if there are several series, puts signs at intervals to tell
  /// them apart.
  private func sign(_ dots: [Canvas.Dot], series: Int, of count: Int, _ mark: Plot.Mark, on canvas: inout Canvas) {
    let sign = characters.marker(series)
    if dots.count <= canvas.width / (mark == .line ? 3 : 1) {
      for dot in dots { canvas.mark(dot, sign, ink: series) }
    } else if count > 1 {
      let parts = max(2, canvas.width / 12)
      for part in 0..<parts {
        let share = (Double(part) + (Double(series) + 0.5) / Double(count)) / Double(parts)
        let start = Int(share * Double(dots.count))
        // If another line has its sign here, use a nearby point instead.
        for dot in dots[start...].prefix(max(1, dots.count / canvas.width * 4)) {
          if canvas.mark(dot, sign, ink: series) { break }
        }
      }
    }
  }

  /// Returns the names of the series with their signs in at most `rows` lines, and one more line with the number of
  /// series if they do not fit.
  func legend(_ names: [String], rows: Int) -> [StyledText] {
    var lines: [[(number: Int, name: String)]] = [[]]
    var used = 0
    var isWhole = true
    for (number, name) in names.enumerated().untilStopped {
      let name = name.fitted(width - 4)
      let size = name.displayWidth + 2 + (used > 0 ? 3 : 0)
      if used > 0, used + size > width {
        guard lines.count < rows else {
          isWhole = false
          break
        }
        lines.append([])
        used = 0
      }
      lines[lines.count - 1].append((number, name))
      used += name.displayWidth + 2 + (used > 0 ? 3 : 0)
    }
    var texts = lines.map { items in
      items.map { number, name -> StyledText in
        "\(characters.ink(String(characters.marker(number)), number)) \(name)"
      }.joined(separator: "   ")
    }
    if !isWhole { texts.append(StyledText("… \(names.count) series".fitted(width))) }
    return texts
  }

  private func rowLabels(_ scale: Scale, _ areaHeight: Int, most: Int) -> (labels: [Label], offset: String?) {
    func row(_ value: Double) -> Int {
      Int(((1 - scale.position(value)) * Double(4 * areaHeight - 1)).rounded()) / 4
    }
    if !plot.y.names.isEmpty {
      return (Self.thinned(plot.y.names, most: most).map { (row(Double($0.place)), $0.name) }, nil)
    }
    let ticks = Ticks(scale, most: most, isWhole: plot.y.isWhole)
    return (zip(ticks.values, ticks.labels).map { (row($0), $1) }, ticks.offset)
  }

  /// Returns the scale of an axis. An axis of words shows all of them; an axis of numbers shows the range of the data.
  private static func scale(_ axis: Plot.Axis, _ numbers: some Sequence<Double>) -> Scale? {
    let scale = Scale(numbers, isLogarithmic: axis.isLogarithmic)
    if scale == nil || axis.names.isEmpty { return scale }
    return Scale(1, Double(axis.names.count), isLogarithmic: axis.isLogarithmic)
  }

  private static func column(_ scale: Scale, _ value: Double, _ areaWidth: Int) -> Int {
    Int((scale.position(value) * Double(2 * areaWidth - 1)).rounded()) / 2
  }
}
