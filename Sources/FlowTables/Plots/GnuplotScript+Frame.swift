// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension GnuplotScript {
  /// The area that the title, the legend and the edges of the picture leave.
  func area(_ top: Double) -> GnuplotLayout.Area {
    GnuplotLayout.Area(
      left: size.edge, right: size.width - size.edge - size.em * 0.6, top: top + size.em * 0.3,
      bottom: size.height - size.edge * 0.5)
  }

  /// Returns the width of the labels and of the title of a vertical axis.
  func labelRoom(_ axis: AxisForm) -> Double {
    (axis.labelWidth + 0.9 + (axis.title.isEmpty ? 0 : 0.1 + 1.3 * Double(axis.title.count))) * size.em
  }

  /// Returns the height of the labels and of the title of a horizontal axis.
  func axisRoom(_ axis: AxisForm) -> Double {
    size.axisHeight(titleLines: axis.title.count) - size.edge * 0.5 + axis.turnedHeight * size.em
  }

  /// Returns how far the labels of a horizontal axis reach beyond the edge of the picture.
  func overhang(_ axis: AxisForm) -> Double { max(0, axis.overhang - size.em * 0.6) }

  /// Returns commands that set up the axes, the title and the legend of a plot.
  func frame(_ x: (axis: Plot.Axis, scale: Scale?), _ y: (axis: Plot.Axis, scale: Scale?)) -> [String] {
    var area = area(layout.top)
    // The number of labels depends on the room for them.
    let below = axis("x", x.axis, x.scale, room: area.width * 0.85)
    area.bottom -= axisRoom(below)
    let left = axis("y", y.axis, y.scale, room: area.height)
    area.left += labelRoom(left)
    var bottom = axis("x", x.axis, x.scale, room: area.width)
    if overhang(bottom) > 0 {
      area.right -= overhang(bottom)
      bottom = axis("x", x.axis, x.scale, room: area.width)
    }
    area.bottom -= max(0, axisRoom(bottom) - axisRoom(below))
    return layout.margins(area) + heading(over: area) + bottom.commands + left.commands
      + axisTitles(bottom, left, area)
  }

  /// Returns commands that write the titles of the axes of an area. gnuplot itself would place them differently in each
  /// format.
  func axisTitles(_ x: AxisForm, _ y: AxisForm, _ area: GnuplotLayout.Area) -> [String] {
    let bottom = area.bottom + axisRoom(x) - size.edge * 0.5 - size.em * 0.65
    let left = area.left - labelRoom(y) + size.em * 0.55
    let middle = size.fitting.centre(x.title, area.middle.x, in: size.edge...size.width - size.edge)
    return x.title.enumerated().map { line, text in
      layout.label(text, x: middle, y: bottom - Double(x.title.count - 1 - line) * size.em * 1.3, "center")
    } + upright(y.title, x: left, area)
  }

  /// Returns commands that write lines next to each other, from the bottom to the top, centred beside an area.
  func upright(_ lines: [String], x: Double, _ area: GnuplotLayout.Area) -> [String] {
    let below = max(area.bottom, size.height - size.axisHeight(titleLines: layout.titleBelow))
    let middle = size.fitting.centre(lines, area.middle.y, in: layout.top...max(layout.top, below))
    return lines.enumerated().map { line, text in
      layout.label(text, x: x + Double(line) * size.em * 1.3, y: middle, "center rotate by 90")
    }
  }

  /// Returns commands that write the title and the legend above an area.
  func heading(over area: GnuplotLayout.Area) -> [String] { layout.heading(over: area) + legend(over: area) }

  /// Returns commands that draw the legend. The legend of gnuplot drops the entries that do not fit.
  private func legend(over area: GnuplotLayout.Area) -> [String] {
    let legend = layout.legend
    guard legend.rows > 0 else { return [] }
    let mark: Plot.Mark
    let counts: [Int]
    switch plot.content {
    case .series(let all, let own): (mark, counts) = (own, all.map(\.y.count))
    case .panels(let panels, let own):
      mark = own
      counts = (panels.first?.series ?? []).indices.map { number in
        panels.map { $0.series[number].y.count }.max() ?? 0
      }
    case .histogram, .heat: return []
    }
    let start = min(
      max(area.middle.x - legend.width / 2, size.edge), max(size.edge, size.width - size.edge - legend.width))
    let top = layout.top - 0.35 * size.line - Double(legend.rows) * size.legendLine
    return legend.names.enumerated().flatMap { number, name -> [String] in
      let place = legend.place(number, size)
      let (x, y) = (start + place.x, top + place.y)
      return sample(number, mark, count: counts[number], of: counts.count, x: x, y: y)
        + [layout.label(name, x: x + size.sample + size.em * 0.4, y: y, "left")]
    }
  }

  /// Returns commands that draw the sample of a series in the legend.
  private func sample(
    _ number: Int, _ mark: Plot.Mark, count: Int, of series: Int, x: Double, y: Double
  ) -> [String] {
    let look = look(number, count: count, of: series, mark)
    let end = x + size.sample
    if mark == .bar {
      let half = size.em * 0.35
      return [
        "set object rectangle from \(layout.x(end - 3 * half)),\(layout.y(y + half)) "
          + "to \(layout.x(end)),\(layout.y(y - half)) fillcolor rgb '\(Self.color(number))' "
          + "fillstyle \(Self.filling(number))"
      ]
    }
    var lines: [String] = []
    if let line = look.line {
      lines.append("set arrow from \(layout.x(x)),\(layout.y(y)) to \(layout.x(end)),\(layout.y(y)) nohead \(line)")
    }
    if let point = look.point {
      lines.append("set label '' at \(layout.x((x + end) / 2)),\(layout.y(y)) point \(point)")
    }
    return lines
  }
}
