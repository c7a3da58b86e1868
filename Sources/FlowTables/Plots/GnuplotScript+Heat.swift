// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension GnuplotScript {
  /// Returns commands that draw coloured cells and their colour scale.
  func heat(_ grid: HeatGrid, for picture: Picture?) -> [String] {
    let shown = grid.shown
    if shown.isEmpty { return nothing }
    let stops = Self.viridis.enumerated().map { "\($0) '\($1)'" }.joined(separator: ", ")
    var area = area(layout.top)
    let box = size.em * 1.1
    func words(_ name: String, _ axis: Plot.Axis, _ values: [Double], room: Double) -> AxisForm {
      let most = name == "x" ? room / (size.em * 3.5) : room / (size.line * 1.3)
      let ticks = HeatGrid.ticks(axis, values, most: max(2, Int(most)))
      return self.words(name, axis, ticks.map { ($0.text, $0.position) }, room: room)
    }
    let y = words("y", plot.y, grid.y, room: area.height)
    area.left += labelRoom(y)
    let color = axis("cb", grid.axis, grid.axis.scale(shown), room: area.height)
    area.right -= box + 0.9 * size.em + color.labelWidth * size.em + (color.title.isEmpty ? 0 : 1.6 * size.em)
    let x = words("x", plot.x, grid.x, room: area.width)
    area.bottom -= axisRoom(x)
    let middle = area.middle.y
    var lines =
      layout.margins(area) + heading(over: area) + x.commands + y.commands + color.commands
      + axisTitles(x, y, area) + [
        "unset grid", "set border 15", "set palette defined (\(stops))", "unset cblabel",
        "set colorbox vertical user origin \(layout.x(area.right + 0.5 * size.em)),\(layout.y(area.bottom)) "
          + "size \(Self.number(box / size.width)),\(Self.number(area.height / size.height))",
        layout.label(
          color.title, x: size.width - size.edge - 0.55 * size.em, y: middle, "center rotate by 90"),
      ]
    lines.append("set xrange [-0.5:\(grid.x.count - 1).5]")
    lines.append("set yrange [-0.5:\(grid.y.count - 1).5]")
    lines += Self.block(
      "data",
      grid.y.indices.untilStopped.map { row in
        let cells = grid.given[row * grid.x.count..<(row + 1) * grid.x.count]
        return cells.untilStopped.lazy.map { Self.number($0, grid.axis) }.joined(separator: " ")
      })
    // Viewers blur a small bitmap inside a vector graphic. With `pixels` each cell is a box, which is slow for many.
    let isDrawn = picture == .svg || picture == .pdf
    let form = isDrawn && grid.given.count <= 20_000 ? "with image pixels" : "with image"
    lines.append("plot $data matrix using 1:2:3 \(form)")
    return lines
  }
}
