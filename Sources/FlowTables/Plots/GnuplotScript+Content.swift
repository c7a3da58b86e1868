// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension GnuplotScript {
  /// Returns commands that draw lines or points, with a data block per series.
  func curves(_ all: [Plot.Series], _ mark: Plot.Mark) -> [String] {
    let points = all.map(plot.points)
    let shown = points.joined().untilStopped.compactMap { $0 }
    var lines = axis("x", plot.x, shown.map(\.x)) + axis("y", plot.y, shown.map(\.y))
    if all.count == 1 { lines.append("unset key") }
    if shown.isEmpty { return lines + nothing }
    for (number, points) in points.enumerated() {
      let data = points.untilStopped.lazy.map { point in
        point.map { "\(Self.number($0.x)) \(Self.number($0.y))" } ?? "NaN NaN"
      }
      // A single long string is cheaper than one string per point.
      lines += Self.block("data\(number + 1)", [points.isEmpty ? "NaN NaN" : data.joined(separator: "\n")])
    }
    let curves = all.enumerated().map { number, series in
      let title = all.count == 1 ? "notitle" : "title \(Self.quoted(series.name))"
      return "$data\(number + 1) using 1:2 \(form(number, count: series.y.count, of: all.count, mark)) \(title)"
    }
    lines.append("plot " + curves.joined(separator: ", \\\n  "))
    return lines
  }

  /// Returns the style of a curve. All points of a short line have a shape. On a long one they have a shape at
  /// intervals, to tell it apart from other lines, or none if there are no others.
  private func form(_ number: Int, count: Int, of series: Int, _ mark: Plot.Mark) -> String {
    let color = "linecolor rgb '\(Self.colors[number % Self.colors.count])'"
    let dash = "dashtype \(Self.dashes[number % Self.dashes.count])"
    let shape = "pointtype \(Self.shapes[number % Self.shapes.count]) pointsize 0.9"
    if mark == .points { return "with points \(shape) \(color)" }
    let width = "linewidth \(count <= 300 ? 2 : 1)"
    if count <= 40 { return "with linespoints \(width) \(dash) \(shape) \(color)" }
    if series == 1 { return "with lines \(width) \(color)" }
    return "with linespoints \(width) \(dash) \(shape) pointinterval \(max(1, count / 8)) \(color)"
  }

  /// Returns commands that draw groups of bars.
  func bars(_ all: [Plot.Series]) -> [String] {
    var lines = [
      "set style data histograms", "set style histogram clustered gap 1", "set boxwidth 0.9", "unset grid",
      "set grid ytics linecolor rgb '#D8D8D8' linetype 1 linewidth 0.5", names("x", plot.x.names),
    ]
    if plot.x.names.joined().count > 60 || plot.x.names.contains(where: { $0.count > 12 }) {
      lines.append("set xtics rotate by -35")
    }
    let shown = all.flatMap { plot.points($0) }.compactMap { $0?.y }
    lines += axis("y", plot.y, shown)
    if !plot.y.isLogarithmic { lines.append("set yrange [\(shown.contains { $0 < 0 } ? "*" : "0"):*]") }
    lines.append("set xrange [-0.6:\(plot.x.names.count - 1).6]")
    if all.count == 1 { lines.append("unset key") }
    if shown.isEmpty { return lines + nothing }
    // One row per place. If a series has two bars at the same place, the last one is shown.
    var rows = [[Double?]](repeating: Array(repeating: nil, count: all.count), count: plot.x.names.count)
    for (number, series) in all.enumerated() {
      for case (let place?, let value) in zip(series.x, series.y).untilStopped {
        guard let row = Int(exactly: place - 1), rows.indices.contains(row) else { continue }
        rows[row][number] = value
      }
    }
    lines += Self.block(
      "data", rows.untilStopped.map { row in row.map { Self.number($0, plot.y) }.joined(separator: " ") })
    let pieces = all.enumerated().map { number, series in
      let color = Self.colors[number % Self.colors.count]
      let title = all.count == 1 ? "notitle" : "title \(Self.quoted(series.name))"
      return "$data using \(number + 1) linecolor rgb '\(color)' fillstyle solid border -1 \(title)"
    }
    return lines + ["plot " + pieces.joined(separator: ", \\\n  ")]
  }

  /// Returns commands that draw a box over each interval.
  func bars(_ histogram: Histogram) -> [String] {
    if histogram.counts.isEmpty { return nothing }
    var lines = axis("x", plot.x, histogram.edges) + axis("y", plot.y, histogram.counts.map(Double.init))
    let base = plot.y.isLogarithmic ? "0.5" : "0"
    lines += ["unset grid", "set grid ytics linecolor rgb '#D8D8D8' linetype 1 linewidth 0.5"]
    lines.append("set yrange [\(base):*]")
    let rows = histogram.counts.indices.map { place in
      let (low, high) = (histogram.edges[place], histogram.edges[place + 1])
      return "\(Self.number(low)) \(Self.number(high)) \(histogram.counts[place])"
    }
    lines += Self.block("data", rows)
    lines.append(
      "plot $data using 1:(\(base)):1:2:(\(base)):3 with boxxyerror fillstyle solid 0.7 border linecolor rgb '#004B76' "
        + "fillcolor rgb '\(Self.colors[0])' notitle")
    return lines
  }

  /// Returns commands that draw coloured cells and their colour scale.
  func heat(_ grid: HeatGrid, for picture: Picture?) -> [String] {
    let shown = grid.shown
    if shown.isEmpty { return nothing }
    var lines = ["unset grid", "unset key", "set border 15"]
    let stops = Self.viridis.enumerated().map { "\($0) '\($1)'" }.joined(separator: ", ")
    lines.append("set palette defined (\(stops))")
    lines.append("set cblabel \(Self.quoted(grid.axis.label)) noenhanced")
    lines += axis("cb", grid.axis, shown)
    if Set(shown).count == 1, let value = shown.first, let scale = Scale([value], isLogarithmic: false) {
      lines.append("set cbrange [\(Self.number(scale.lower)):\(Self.number(scale.upper))]")
    }
    lines.append("set xrange [-0.5:\(grid.x.count - 1).5]")
    lines.append("set yrange [-0.5:\(grid.y.count - 1).5]")
    for (name, axis, values) in [("x", plot.x, grid.x), ("y", plot.y, grid.y)] {
      let ticks = HeatGrid.ticks(axis, values, most: name == "x" ? 12 : 16)
      let texts = ticks.map { "\(Self.tickLabel($0.text)) \($0.index)" }
      lines.append("set \(name)tics noenhanced (\(texts.joined(separator: ", ")))")
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

  /// Commands that draw an empty frame with a note in it.
  private var nothing: [String] {
    [
      "unset logscale", "set xrange [0:1]", "set yrange [0:1]", "unset tics", "set key off",
      "set label 1 'nothing to draw' at graph 0.5,0.5 center", "plot NaN",
    ]
  }

  /// Returns commands that set the scale and the tick labels of an axis.
  private func axis(_ name: String, _ axis: Plot.Axis, _ numbers: [Double]) -> [String] {
    if !axis.names.isEmpty { return [names(name, axis.names)] }
    guard let scale = Scale(numbers, isLogarithmic: axis.isLogarithmic) else { return [] }
    var lines: [String] = []
    if axis.isLogarithmic {
      lines.append("set logscale \(name)")
      // gnuplot labels only whole decades, of which there may be one or none.
      if scale.decades < 2 {
        let ticks = Ticks(scale, most: 8, isWhole: axis.isWhole)
        let texts = zip(ticks.labels, ticks.values).map { "\(Self.tickLabel($0)) \(Self.number($1))" }
        lines.append("set \(name)tics (\(texts.joined(separator: ", ")))")
        if numbers.count > 1 { lines.append("set autoscale \(name)fix") }
      } else {
        lines.append("set format \(name) '10^{%L}'")
      }
    } else if axis.isWhole, scale.upper - scale.lower < 8 {
      lines.append("set \(name)tics 1")
    }
    if name == "x", numbers.count > 1 { lines.append("set autoscale xfix") }
    return lines
  }

  private func names(_ name: String, _ names: [String]) -> String {
    let texts = names.enumerated().untilStopped.map { "\(Self.tickLabel($1)) \(name == "x" && isBars ? $0 : $0 + 1)" }
    return "set \(name)tics noenhanced (\(texts.joined(separator: ", ")))"
  }

  /// A Boolean value that indicates whether the plot has groups of bars, whose places gnuplot counts from 0, not 1.
  private var isBars: Bool { if case .series(_, .bar) = plot.content { true } else { false } }
}
