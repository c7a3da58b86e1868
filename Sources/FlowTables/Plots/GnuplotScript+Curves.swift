// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension GnuplotScript {
  /// Returns commands that draw lines or points, with a data block per series.
  func curves(_ all: [Plot.Series], _ mark: Plot.Mark) -> [String] {
    guard let scales = plot.scales(all) else { return nothing }
    var lines = axis("x", plot.x, scales.x) + axis("y", plot.y, scales.y)
    let drawn = drawing(all, mark, floor: plot.floor(all), hasTitles: all.count > 1)
    lines += drawn.blocks
    lines.append("plot " + drawn.curves.joined(separator: ", \\\n  "))
    return lines
  }

  /// Returns the data blocks of series and the parts of a plot command that draw them: all bands behind all curves
  /// before smoothing, and these behind all lines.
  func drawing(
    _ all: [Plot.Series], _ mark: Plot.Mark, floor: Double?, hasTitles: Bool, prefix: String = ""
  ) -> (blocks: [String], curves: [String]) {
    var (blocks, bands, raw, curves): ([String], [String], [String], [String]) = ([], [], [], [])
    for (number, series) in all.enumerated() {
      let color = "linecolor rgb '\(Self.colors[number % Self.colors.count])'"
      let name = "\(prefix)\(number + 1)"
      if series.band != nil {
        blocks += Self.block("band\(name)", [Self.rows(plot.spans(series, floor: floor))])
        bands.append(
          mark == .points
            ? "$band\(name) using 1:2:2:3 with yerrorbars pointtype 0 \(color) linewidth 0.8 notitle"
            : "$band\(name) using 1:2:3 with filledcurves \(color) fillstyle transparent solid 0.2 noborder notitle")
      }
      if series.raw != nil {
        blocks += Self.block("raw\(name)", [Self.rows(plot.rawPoints(series))])
        raw.append("$raw\(name) using 1:2 with lines linecolor rgb '\(Self.faint(number))' linewidth 0.6 notitle")
      }
      blocks += Self.block("data\(name)", [Self.rows(plot.points(series))])
      let title = hasTitles ? "title \(Self.quoted(series.name))" : "notitle"
      let form = form(number, count: series.y.count, of: all.count, mark)
      curves.append("$data\(name) using 1:2 \(form) \(title)")
    }
    return (blocks, bands + raw + curves)
  }

  /// Returns the rows of a data block. A single long string is cheaper than one string per row.
  private static func rows(_ points: [(x: Double, y: Double)?]) -> String {
    let rows = points.untilStopped.lazy.map { $0.map { "\(number($0.x)) \(number($0.y))" } ?? "NaN NaN" }
    return points.isEmpty ? "NaN NaN" : rows.joined(separator: "\n")
  }

  /// Returns the rows of a data block of a band. Areas end at empty lines.
  private static func rows(_ spans: [Plot.Span?]) -> String {
    let rows = spans.untilStopped.lazy.map {
      $0.map { "\(number($0.x)) \(number($0.low)) \(number($0.high))" } ?? ""
    }
    return spans.contains { $0 != nil } ? rows.joined(separator: "\n") : "NaN NaN NaN"
  }

  /// Returns the style of a curve. All points of a short line have a shape. On a long one they have a shape at
  /// intervals, to distinguish it from other lines, or none if there are no others.
  private func form(_ number: Int, count: Int, of series: Int, _ mark: Plot.Mark) -> String {
    let color = "linecolor rgb '\(Self.colors[number % Self.colors.count])'"
    let dash = "dashtype \(Self.dashes[number % Self.dashes.count])"
    let shape = "pointtype \(Self.shapes[number % Self.shapes.count]) pointsize 0.5"
    if mark == .points { return "with points \(shape) \(color)" }
    let width = "linewidth \(count <= 300 ? 1.3 : 1)"
    if count <= 40 { return "with linespoints \(width) \(dash) \(shape) \(color)" }
    if series == 1 { return "with lines \(width) \(color)" }
    // The shapes of different series are at different points.
    let interval = max(1, count / 8)
    return "with linespoints \(width) \(dash) \(shape) pointinterval \(interval) \(color)"
  }
}
