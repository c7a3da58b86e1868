// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension GnuplotScript {
  /// Returns commands that draw a grid of plots with the same axes, and a legend above them. Only the first column and
  /// the last row have labels.
  func panels(_ panels: [Plot.Panel], _ mark: Plot.Mark) -> [String] {
    let all = plot.allSeries
    guard let scales = plot.pictureScales(all) else { return nothing }
    let (columns, rows) = GnuplotSize.grid(panels.count, width: size.width)
    let floor = plot.floor(all)
    let drawn = panels.enumerated().map { drawing($1.series, mark, scales, floor: floor, prefix: "\($0 + 1)_") }
    // Each row has the titles of its panels above it.
    let (gap, title) = (size.em * 1.2, size.line * 1.3)
    var whole = area(layout.top)
    let estimate = whole.width * 0.85 / Double(columns)
    let below = axis("x", plot.x, scales.x, room: estimate, titleRoom: estimate)
    whole.bottom -= axisRoom(below)
    whole.right -= overhang(below)
    let height = (whole.height - gap * 0.6 * Double(rows - 1)) / Double(rows) - title
    whole.left += labelRoom(axis("y", plot.y, scales.y, room: height, titleRoom: height))
    let width = (whole.width - gap * Double(columns - 1)) / Double(columns)
    let names = size.fitting.shortened(panels.map(\.name.visibleUntilStopped), to: width)
    var lines = drawn.flatMap(\.blocks) + ["set multiplot"]
    for number in panels.indices {
      let (row, column) = (number / columns, number % columns)
      let left = whole.left + Double(column) * (width + gap)
      let bottom = whole.bottom - Double(rows - 1 - row) * (height + title + gap * 0.6)
      let area = GnuplotLayout.Area(left: left, right: left + width, top: bottom - height, bottom: bottom)
      let isLast = number + columns >= panels.count
      var x = axis("x", plot.x, scales.x, room: width, titleRoom: estimate, hasLabels: isLast)
      var y = axis("y", plot.y, scales.y, room: height, titleRoom: height, hasLabels: column == 0)
      if !isLast { x.title = [] }
      if column > 0 { y.title = [] }
      lines += ["unset label", "unset arrow", "unset object"] + layout.margins(area)
      if number == 0 { lines += heading(over: whole) }
      lines += [layout.label(names[number], x: area.middle.x, y: area.top - size.line * 0.6, "center")]
      lines += x.commands + y.commands + axisTitles(x, y, area)
      lines.append("plot " + drawn[number].curves.joined(separator: ", \\\n  "))
    }
    return lines + ["unset multiplot"]
  }
}
