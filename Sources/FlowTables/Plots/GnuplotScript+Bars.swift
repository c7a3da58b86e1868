// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension GnuplotScript {
  /// Returns commands that draw groups of bars.
  func bars(_ all: [Plot.Series]) -> [String] {
    var lines = [
      "set style data histograms", "set style histogram clustered gap 1", "set boxwidth 0.9", "unset grid",
      "set grid ytics linecolor rgb '#D8D8D8' linetype 1 linewidth 0.5", names("x", plot.x.names),
    ]
    let shown = all.flatMap { plot.points($0) }.compactMap { $0?.y }
    lines += axis("y", plot.y, plot.y.scale(plot.y.isLogarithmic ? shown : shown + [0]))
    if !plot.y.isLogarithmic, plot.y.limits == nil {
      lines.append("set yrange [\(shown.contains { $0 < 0 } ? "*" : "0"):*]")
    }
    lines.append("set xrange [-0.6:\(plot.x.names.count - 1).6]")
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
      return "$data using \(number + 1) linecolor rgb '\(color)' fillstyle solid noborder \(title)"
    }
    return lines + ["plot " + pieces.joined(separator: ", \\\n  ")]
  }

  /// Returns commands that draw a box over each interval.
  func bars(_ histogram: Histogram) -> [String] {
    if histogram.counts.isEmpty { return nothing }
    let counts = histogram.counts.map(Double.init)
    var lines =
      axis("x", plot.x, plot.x.scale(histogram.edges))
      + axis("y", plot.y, plot.y.scale(plot.y.isLogarithmic ? counts : counts + [0]))
    let base = plot.y.isLogarithmic ? "0.5" : "0"
    lines += ["unset grid", "set grid ytics linecolor rgb '#D8D8D8' linetype 1 linewidth 0.5"]
    if plot.y.limits == nil { lines.append("set yrange [\(base):*]") }
    let rows = histogram.counts.indices.map { place in
      let (low, high) = (histogram.edges[place], histogram.edges[place + 1])
      return "\(Self.number(low)) \(Self.number(high)) \(histogram.counts[place])"
    }
    lines += Self.block("data", rows)
    lines.append(
      "plot $data using 1:(\(base)):1:2:(\(base)):3 with boxxyerror fillstyle solid 0.7 border linecolor rgb '#004B76' linewidth 0.6 "
        + "fillcolor rgb '\(Self.colors[0])' notitle")
    return lines
  }

  /// A Boolean value that indicates whether the plot has groups of bars, whose places gnuplot counts from 0, not 1.
  var isBars: Bool { if case .series(_, .bar) = plot.content { true } else { false } }
}
