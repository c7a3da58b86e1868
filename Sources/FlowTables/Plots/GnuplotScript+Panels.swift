// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension GnuplotScript {
  /// Returns commands that draw a grid of plots with the same axes, and a legend above them. Only the first column and
  /// the last row have labels.
  func panels(_ panels: [Plot.Panel], _ mark: Plot.Mark) -> [String] {
    let all = plot.allSeries
    guard let scales = plot.scales(all), let names = panels.first?.series.map(\.name) else { return nothing }
    let y = plot.y.limits == nil && plot.y.names.isEmpty ? scales.y.widened(most: 5) : scales.y
    let (columns, rows) = GnuplotSize.grid(panels.count, width: size.width)
    let legendRows = size.legendRows(names, parts: columns)
    let above = Double(legendRows) * 1.2 + (plot.title == nil ? 2 : 3.5)
    // A title takes about two and a half lines.
    let keyTop = plot.title == nil ? 1 : 1 - size.line * 1.8 / size.height
    let title = plot.title.map { " title \(Self.quoted($0)) noenhanced" } ?? ""
    var lines = ["unset title", "unset xlabel", "unset ylabel"]
    var drawn: [(blocks: [String], curves: [String])] = []
    let floor = plot.floor(all)
    for (number, panel) in panels.enumerated() {
      drawn.append(
        drawing(panel.series, mark, floor: floor, hasTitles: legendRows > 0 && number == 0, prefix: "\(number + 1)_"))
    }
    lines += drawn.flatMap(\.blocks)
    lines.append(
      "set multiplot layout \(rows),\(columns)\(title) margins char 9,char 2,char 3.5,char \(Self.number(above)) "
        + "spacing char 2,char 2.5")
    for (number, panel) in panels.enumerated() {
      let (row, column) = (number / columns, number % columns)
      let isLast = number + columns >= panels.count
      lines += [
        "set title \(Self.quoted(panel.name)) noenhanced offset 0,-0.6",
        row == 0 && column == 0 && legendRows > 0
          ? "set key noenhanced at screen 0.5,screen \(Self.number(keyTop)) center top horizontal Left reverse samplen 2 "
            + "maxcols \(size.legendColumns(names, parts: columns))" : "unset key",
        column == 0
          ? "set ylabel \(Self.quoted(plot.y.title ?? plot.y.label)) noenhanced offset 0.5,0" : "unset ylabel",
        isLast ? "set xlabel \(Self.quoted(plot.x.title ?? plot.x.label)) noenhanced offset 0,0.4" : "unset xlabel",
      ]
      lines += axis("x", plot.x, scales.x, parts: columns, isFixed: true, hasLabels: isLast)
      lines += axis("y", plot.y, y, parts: rows, isFixed: true, hasLabels: column == 0)
      lines.append("plot " + drawn[number].curves.joined(separator: ", \\\n  "))
    }
    return lines + ["unset multiplot"]
  }
}
