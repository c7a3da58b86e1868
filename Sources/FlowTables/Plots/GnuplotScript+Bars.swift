// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension GnuplotScript {
  /// Returns commands that draw groups of bars.
  func bars(_ all: [Plot.Series]) -> [String] {
    let shown = all.flatMap { plot.points($0) }.compactMap { $0?.y }
    guard var scale = plot.barScale(shown) else { return nothing }
    if plot.y.limits == nil { scale = scale.padded(isFixedAtZero: true) }
    let frame = frame((plot.x, nil), (plot.y, scale))
    var lines =
      frame + [
        "set style data histograms", "set style histogram clustered gap 1", "set boxwidth 0.9", "unset grid",
        "set grid ytics linecolor rgb '#D8D8D8' linetype 1 linewidth 0.5",
        "set xrange [-0.6:\(plot.x.names.count - 1).6]",
      ]
    // One row per place. If a series has two bars at the same place, the last one is shown.
    var rows = [[Double?]](repeating: Array(repeating: nil, count: all.count), count: plot.x.names.count)
    for (number, series) in all.enumerated() {
      for case (let place?, let value) in zip(series.x, series.y).untilStopped {
        guard let row = Int(exactly: place - 1), rows.indices.contains(row) else { continue }
        rows[row][number] = value
      }
    }
    lines += Self.block(
      "data", rows.untilStopped.map { row in row.map { bar($0, on: scale) }.joined(separator: " ") })
    let pieces = all.enumerated().map { number, _ in
      "$data using \(number + 1) linecolor rgb '\(Self.color(number))' fillstyle \(Self.filling(number)) notitle"
    }
    return lines + ["plot " + pieces.joined(separator: ", \\\n  ")]
  }

  /// Returns the end of a bar. The shortest bars of an automatic logarithmic axis are lengthened so that they are
  /// visible: no number is small enough to begin below the smallest one.
  private func bar(_ value: Double?, on scale: Scale) -> String {
    guard let value, scale.isLogarithmic, plot.y.limits == nil, plot.y.shows(value) else {
      return Self.number(value, on: scale)
    }
    return Self.number(max(value, scale.number(Plot.leastBar)), on: scale)
  }

  /// Returns commands that draw a box over each interval.
  func bars(_ histogram: Histogram) -> [String] {
    let counts = histogram.counts.map(Double.init)
    let base = plot.y.isLogarithmic ? 0.5 : 0
    guard let x = plot.x.scale(histogram.edges), var y = plot.y.scale(counts + [base]) else { return nothing }
    if plot.y.limits == nil { y = y.padded(isFixedAtZero: true) }
    var lines =
      frame((plot.x, x), (plot.y, y))
      + ["unset grid", "set grid ytics linecolor rgb '#D8D8D8' linetype 1 linewidth 0.5"]
    let rows = histogram.counts.indices.map { place in
      let (low, high) = (histogram.edges[place], histogram.edges[place + 1])
      return "\(Self.number(low, on: x)) \(Self.number(high, on: x)) \(histogram.counts[place])"
    }
    lines += Self.block("data", rows)
    lines.append(
      "plot $data using 1:(\(Self.number(base))):1:2:(\(Self.number(base))):3 with boxxyerror fillstyle solid 0.7 border linecolor rgb '#004B76' linewidth 0.6 "
        + "fillcolor rgb '\(Self.color(0))' notitle")
    return lines
  }

  /// A Boolean value that indicates whether the plot has groups of bars, whose places gnuplot counts from 0, not 1.
  var isBars: Bool { if case .series(_, .bar) = plot.content { true } else { false } }
}
