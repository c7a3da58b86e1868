// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension GnuplotScript {
  /// Returns commands that draw lines or points, with a data block per series.
  func curves(_ all: [Plot.Series], _ mark: Plot.Mark) -> [String] {
    guard let scales = plot.pictureScales(all) else { return nothing }
    let drawn = drawing(all, mark, scales, floor: plot.floor(all))
    return frame((plot.x, scales.x), (plot.y, scales.y)) + drawn.blocks
      + ["plot " + drawn.curves.joined(separator: ", \\\n  ")]
  }

  /// Returns the data blocks of series and the parts of a plot command that draw them: all bands behind all curves
  /// before smoothing, and these behind all lines.
  func drawing(
    _ all: [Plot.Series], _ mark: Plot.Mark, _ scales: (x: Scale, y: Scale), floor: Double?, prefix: String = ""
  ) -> (blocks: [String], curves: [String]) {
    let thinning = thinning(scales)
    var (blocks, bands, raw, curves): ([String], [String], [String], [String]) = ([], [], [], [])
    for (number, series) in all.enumerated() {
      let color = "linecolor rgb '\(Self.color(number))'"
      let name = "\(prefix)\(number + 1)"
      if series.band != nil {
        let spans = plot.spans(series, floor: floor)
        let shown = thinning.map { mark == .points ? $0.bars(spans) : $0.band(spans) } ?? spans
        blocks += Self.block("band\(name)", [Self.rows(shown, scales)])
        // The error bars of gnuplot erase what is behind their point, even if the point is not drawn.
        let errorBars =
          "using 1:2:(0):($3-$2) with vectors heads size screen 0.006,90 nofilled \(color) linewidth 0.8 notitle"
        let area = "using 1:2:3 with filledcurves \(color) fillstyle transparent solid 0.2 noborder notitle"
        bands.append("$band\(name) \(mark == .points ? errorBars : area)")
        let alone = mark == .points ? [] : Thinning.alone(spans)
        if !alone.isEmpty {
          blocks += Self.block("range\(name)", [Self.rows(thinning?.bars(alone) ?? alone, scales)])
          bands.append("$range\(name) \(errorBars)")
        }
      }
      if series.raw != nil {
        let points = plot.rawPoints(series)
        blocks += Self.block("raw\(name)", [Self.rows(thinning?.line(points) ?? points, scales)])
        raw.append("$raw\(name) using 1:2 with lines linecolor rgb '\(Self.faint(number))' linewidth 0.6 notitle")
      }
      let points = plot.points(series)
      let shown = thinning.map { mark == .points ? $0.dots(points) : $0.line(points) } ?? points
      blocks += Self.block("data\(name)", [Self.rows(shown, scales)])
      let form = form(number, count: series.y.count, drawn: shown.count, of: all.count, mark)
      curves.append("$data\(name) using 1:2 \(form) notitle")
      let alone = mark == .points || points.count <= Self.mostShapes ? [] : Thinning.alone(points)
      if !alone.isEmpty {
        let alone = thinning?.dots(alone) ?? alone
        blocks += Self.block("alone\(name)", [Self.rows(alone, scales)])
        curves.append("$alone\(name) using 1:2 with points \(Self.point(number)) \(color) notitle")
      }
    }
    return (blocks, bands + raw + curves)
  }

  /// Returns the rows of a data block. A single long string is cheaper than one string per row.
  private static func rows(_ points: [(x: Double, y: Double)?], _ scales: (x: Scale, y: Scale)) -> String {
    let rows = points.untilStopped.lazy.map {
      $0.map { "\(number($0.x, on: scales.x)) \(number($0.y, on: scales.y))" } ?? "NaN NaN"
    }
    return points.isEmpty ? "NaN NaN" : rows.joined(separator: "\n")
  }

  /// Returns the rows of a data block of a band. Areas end at empty lines.
  private static func rows(_ spans: [Plot.Span?], _ scales: (x: Scale, y: Scale)) -> String {
    let rows = spans.untilStopped.lazy.map {
      $0.map {
        "\(number($0.x, on: scales.x)) \(number($0.low, on: scales.y)) \(number($0.high, on: scales.y))"
      } ?? ""
    }
    return spans.contains { $0 != nil } ? rows.joined(separator: "\n") : "NaN NaN NaN"
  }

  /// Returns how a picture of these scales thins long series, or nil for a script to run by hand, which contains all of
  /// the data.
  private func thinning(_ scales: (x: Scale, y: Scale)) -> Thinning? {
    guard layout.picture != nil else { return nil }
    let dots = size.dots
    return Thinning(x: scales.x, y: scales.y, columns: dots.width, rows: dots.height)
  }

  /// Returns the style of a curve of `count` points, of which some are drawn.
  private func form(_ number: Int, count: Int, drawn: Int, of series: Int, _ mark: Plot.Mark) -> String {
    let look = look(number, count: count, of: series, mark)
    let color = "linecolor rgb '\(Self.color(number))'"
    guard let line = look.line else { return "with points \(look.point ?? color)" }
    guard look.point != nil else { return "with lines \(line)" }
    // The shapes of different series are at different points.
    let interval = count <= Self.mostShapes ? "" : " pointinterval \(max(1, drawn / 8))"
    return "with linespoints \(line) \(Self.point(number))\(interval)"
  }

  /// The number of points of a line up to which all of them have a shape.
  private static let mostShapes = 40

  private static func point(_ number: Int) -> String {
    "pointtype \(shape(number)) pointsize 0.5"
  }

  /// Returns the looks of the line and of the points of a series, or nil if it has none. All points of a short line have
  /// a shape. On a long one they have a shape at intervals, to distinguish it from other lines, or none if there are no
  /// others.
  func look(_ number: Int, count: Int, of series: Int, _ mark: Plot.Mark) -> (line: String?, point: String?) {
    let color = "linecolor rgb '\(Self.color(number))'"
    let point = "\(Self.point(number)) \(color)"
    if mark == .points { return (nil, point) }
    let width = "linewidth \(count <= 300 ? 1.3 : 1)"
    if series == 1, count > Self.mostShapes { return ("\(width) \(color)", nil) }
    let dash = "dashtype \(Self.dash(number))"
    return ("\(width) \(dash) \(color)", point)
  }
}
