// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

extension TextPlot {
  /// Draws lines or points with dots, and a sign for each series.
  func curves(_ all: [Plot.Series], _ mark: Plot.Mark, rows: Int) -> [StyledText] {
    guard let scales = plot.scales(all) else { return nothing }
    let legend = all.count > 1 ? self.legend(all.map(\.name)) : []
    // A long legend makes the plot higher.
    let room = max(rows - legend.count, min(rows * 3 / 4, Self.leastRows))
    return legend + curves(all, mark, scales, rows: room, hasCaption: true)
  }

  /// Draws small plots next to each other that have the same axes, and a legend above them.
  func panels(_ panels: [Plot.Panel], _ mark: Plot.Mark, rows: Int) -> [StyledText] {
    guard let scales = plot.scales(plot.allSeries) else { return nothing }
    let legend = plot.legend.isEmpty ? [] : self.legend(plot.legend)
    let columns = max(1, min(panels.count, (width + Self.gap) / (Self.leastPanel + Self.gap)))
    let panelWidth = (width + Self.gap) / columns - Self.gap
    let lines = (panels.count + columns - 1) / columns
    let room = max(Self.leastPanelRows, (rows - legend.count - 1) / lines)
    let part = TextPlot(plot, width: panelWidth, height: room, characters: characters)
    var result = legend + captionLines(plot.y.caption).map { StyledText($0) }
    let names = TextFitting.columns.shortened(panels.map(\.name), to: Double(panelWidth))
    for start in stride(from: 0, to: panels.count, by: columns) {
      let row = (start..<min(start + columns, panels.count)).map { number in
        let area = part.curves(panels[number].series, mark, scales, rows: room - 1, hasCaption: false)
        return [characters.title(names[number])] + area
      }
      for line in 0..<(row.map(\.count).max() ?? 0) {
        let texts = row.map { panel -> StyledText in
          let text = line < panel.count ? panel[line] : StyledText("")
          return text + StyledText("".padded(panelWidth - text.plain.displayWidth))
        }
        result.append(texts.joined(separator: StyledText("".padded(Self.gap))))
      }
    }
    return result
  }

  /// The height that is left for a plot, including its axes, if the legend is long.
  private static let leastRows = 9

  /// The least size of a panel, and the distance between panels.
  private static let (leastPanel, leastPanelRows, gap) = (36, 11, 2)

  private func curves(
    _ all: [Plot.Series], _ mark: Plot.Mark, _ scales: (x: Scale, y: Scale), rows: Int, hasCaption: Bool
  ) -> [StyledText] {
    let x = scales.x
    let captions = (hasCaption ? captionLines(plot.y.caption).count : 0) + captionLines(plot.x.caption).count
    let areaHeight = max(3, rows - captions - 2)
    let most = max(3, (areaHeight + 1) / 2)
    let y = plot.y.names.isEmpty && plot.y.limits == nil ? scales.y.widened(most: most) : scales.y
    let (yLabels, yOffset) = rowLabels(y, areaHeight, most: most)
    let areaWidth = areaWidth(beside: yLabels)
    let (xLabels, xOffset) = columnLabels(plot.x, areaWidth: areaWidth) { most in
      if !plot.x.names.isEmpty {
        let names = Self.thinned(plot.x.names, most: most)
        return (Self.shortened(names.map { (Self.column(x, Double($0.place), areaWidth), $0.name) }), nil)
      }
      let ticks = Ticks(x, most: most, isWhole: plot.x.isWhole)
      return (zip(ticks.values, ticks.labels).map { (Self.column(x, $0, areaWidth), $1) }, ticks.offset)
    }
    var canvas = CurveCanvas(Canvas(width: areaWidth, height: areaHeight), x: x, y: y)
    let floor = y.isLogarithmic ? y.lower : nil
    for (number, series) in all.enumerated() { canvas.shade(plot.spans(series, floor: floor), ink: number) }
    for (number, series) in all.enumerated() {
      canvas.draw(plot.rawPoints(series), isJoined: mark == .line, ink: number, isFaint: true)
    }
    let points = all.map(plot.points)
    for (number, points) in points.enumerated() { canvas.draw(points, isJoined: mark == .line, ink: number) }
    for (number, points) in points.enumerated() {
      let dots = points.untilStopped.compactMap { $0.flatMap(canvas.dot) }
      sign(dots, series: number, of: all.count, mark, on: &canvas.canvas)
    }
    let caption = Self.caption(plot.y, yOffset)
    return (hasCaption ? captionLines(caption).map { StyledText($0) } : [])
      + framed(
        canvas.canvas.lines(characters), areaWidth: areaWidth, rows: yLabels, columns: xLabels,
        caption: Self.caption(plot.x, xOffset))
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

  /// Returns the names of the series with their signs. If there are more series than signs, those beyond are counted.
  func legend(_ names: [String]) -> [StyledText] {
    var lines: [StyledText] = []
    var used = 0
    let shown = TextFitting.columns.shortened(Array(names.prefix(characters.signCount)), to: Double(width - 4))
    for (number, name) in shown.enumerated().untilStopped {
      let item: StyledText = "\(characters.ink(String(characters.marker(number)), number)) \(name)"
      let size = name.displayWidth + 2
      if lines.isEmpty || used + 3 + size > width {
        lines.append(item)
        used = size
      } else {
        lines[lines.count - 1] += "   " + item
        used += 3 + size
      }
    }
    let more = names.count - characters.signCount
    if more > 0 { lines += "… and \(more) more series with the same markers".wrapped(width).map { StyledText($0) } }
    return lines
  }

  private func rowLabels(_ scale: Scale, _ areaHeight: Int, most: Int) -> (labels: [Label], offset: String?) {
    func row(_ value: Double) -> Int {
      Int(((1 - scale.position(value)) * Double(4 * areaHeight - 1)).rounded()) / 4
    }
    if !plot.y.names.isEmpty {
      return (Self.shortened(Self.thinned(plot.y.names, most: most).map { (row(Double($0.place)), $0.name) }), nil)
    }
    let ticks = Ticks(scale, most: most, isWhole: plot.y.isWhole)
    return (zip(ticks.values, ticks.labels).map { (row($0), $1) }, ticks.offset)
  }

  private static func column(_ scale: Scale, _ value: Double, _ areaWidth: Int) -> Int {
    Int((scale.position(value) * Double(2 * areaWidth - 1)).rounded()) / 2
  }
}
