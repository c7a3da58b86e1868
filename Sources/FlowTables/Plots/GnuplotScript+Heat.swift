// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension GnuplotScript {
  /// Returns commands that draw coloured cells and their colour scale.
  func heat(_ grid: HeatGrid, for picture: Picture?) -> [String] {
    let shown = grid.shown
    if shown.isEmpty { return nothing }
    var lines = ["unset grid", "set border 15", "set ylabel offset 0,0"]
    let stops = Self.viridis.enumerated().map { "\($0) '\($1)'" }.joined(separator: ", ")
    lines.append("set palette defined (\(stops))")
    lines.append("set cblabel \(Self.quoted(grid.axis.title ?? grid.axis.label)) noenhanced offset 0,0")
    lines += axis("cb", grid.axis, grid.axis.scale(shown))
    lines.append("set xrange [-0.5:\(grid.x.count - 1).5]")
    lines.append("set yrange [-0.5:\(grid.y.count - 1).5]")
    for (name, axis, values) in [("x", plot.x, grid.x), ("y", plot.y, grid.y)] {
      let ticks = HeatGrid.ticks(axis, values, most: name == "x" ? size.characters / 8 : 12)
      let texts = ticks.map { "\(Self.tickLabel($0.text)) \(Self.number($0.position))" }
      lines.append("set \(name)tics noenhanced\(turn(name, ticks.map(\.text))) (\(texts.joined(separator: ", ")))")
    }
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
