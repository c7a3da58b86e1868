// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension GnuplotScript {
  /// Returns commands that draw coloured cells and their colour scale.
  func heat(_ grid: HeatGrid, for picture: Picture?) -> [String] {
    let shown = grid.shown
    guard let scale = grid.axis.scale(shown) else { return nothing }
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
    let color = axis("cb", grid.axis, scale, room: area.height)
    area.right -=
      box + 0.9 * size.em + color.labelWidth * size.em
      + (color.title.isEmpty ? 0 : 0.3 + 1.3 * Double(color.title.count)) * size.em
    let x = words("x", plot.x, grid.x, room: area.width)
    area.bottom -= axisRoom(x)
    var lines =
      layout.margins(area) + heading(over: area) + x.commands + y.commands + color.commands
      + axisTitles(x, y, area) + [
        "unset grid", "set border 15", "set palette defined (\(stops))", "unset cblabel",
        "set colorbox vertical user origin \(layout.x(area.right + 0.5 * size.em)),\(layout.y(area.bottom)) "
          + "size \(Self.number(box / size.width)),\(Self.number(area.height / size.height))",
      ]
    lines += upright(
      color.title, x: size.width - size.edge - (1.3 * Double(color.title.count) - 0.75) * size.em, area)
    lines.append("set xrange [-0.5:\(grid.x.count - 1).5]")
    lines.append("set yrange [-0.5:\(grid.y.count - 1).5]")
    // gnuplot derives the size of a cell from the distance to the next one. A single row or column is therefore drawn as
    // two halves.
    func halves(_ count: Int) -> Int { count == 1 ? 2 : 1 }
    func place(_ column: Int, of count: Int) -> String { count == 1 ? "($\(column)/2-0.25)" : "\(column)" }
    lines += Self.block(
      "data",
      grid.y.indices.untilStopped.flatMap { row in
        let cells = grid.given[row * grid.x.count..<(row + 1) * grid.x.count]
        let numbers = cells.untilStopped.flatMap { cell in
          repeatElement(Self.number(cell, on: scale), count: halves(grid.x.count))
        }
        return repeatElement(numbers.joined(separator: " "), count: halves(grid.y.count))
      })
    // Viewers blur a small bitmap inside a vector graphic. With `pixels` each cell is a box, which is slow for many.
    let isDrawn = picture == .svg || picture == .pdf
    let form = isDrawn && grid.given.count <= 20_000 ? "with image pixels" : "with image"
    lines.append("plot $data matrix using \(place(1, of: grid.x.count)):\(place(2, of: grid.y.count)):3 \(form)")
    return lines
  }
}
