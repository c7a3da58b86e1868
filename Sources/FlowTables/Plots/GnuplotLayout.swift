// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// The places of the parts of a picture, in centimetres.
///
/// gnuplot estimates the size of text differently for each terminal, so its own layout would differ between SVG, PDF and
/// PNG, and it silently drops the entries of a legend that does not fit.
struct GnuplotLayout {
  let size: GnuplotSize
  /// The format of the picture, or nil for a script to run by hand.
  var picture: GnuplotScript.Picture?
  /// The lines of the title.
  let title: [String]
  let legend: GnuplotLegend
  /// The number of lines of the title of the horizontal axis.
  let titleBelow: Int
  /// The height of the title and the legend at the top of the picture.
  let top: Double

  init(_ plot: Plot, _ size: GnuplotSize) {
    self.size = size
    title = plot.title.map { size.titleFitting.lines($0.visibleUntilStopped, width: size.titleRoom) } ?? []
    titleBelow =
      size.fitting.lines(
        (plot.x.title ?? plot.x.label).visibleUntilStopped, width: size.titleRoom, most: GnuplotSize.mostTitleLines
      ).count
    legend = GnuplotLegend(plot.legend, size)
    var top = size.edge
    if !title.isEmpty { top += Double(title.count) * size.titleLine + (legend.rows > 0 ? 0.35 : 0.2) * size.line }
    if legend.rows > 0 { top += Double(legend.rows) * size.legendLine + 0.35 * size.line }
    self.top = top
  }

  /// Returns the least height of a picture, with room for a plot area of a few lines in each of several rows.
  func leastHeight(rows: Int) -> Double {
    let least =
      top + size.axisHeight(titleLines: max(1, titleBelow)) + Double(rows) * (size.leastArea + size.line * 1.3)
    return (least * 10).rounded(.up) / 10
  }

  /// Returns a position from the left as a share of the width.
  func x(_ place: Double) -> String { "screen \(Self.text(place / size.width))" }

  /// Returns a position from the top as a share of the height, from the bottom.
  func y(_ place: Double) -> String { "screen \(Self.text(1 - place / size.height))" }

  private static func text(_ share: Double) -> String { NumberStyle.shortest((share * 1e5).rounded() / 1e5 + 0) }

  /// Commands that set the edges of the area of a plot, given as distances from the left and the top.
  func margins(_ area: Area) -> [String] {
    [
      "set lmargin at \(x(area.left))", "set rmargin at \(x(area.right))", "set tmargin at \(y(area.top))",
      "set bmargin at \(y(area.bottom))",
    ]
  }

  /// The edges of the area of a plot, from the left and the top.
  struct Area {
    var (left, right, top, bottom): (Double, Double, Double, Double)

    var width: Double { right - left }
    var height: Double { bottom - top }
    var middle: (x: Double, y: Double) { ((left + right) / 2, (top + bottom) / 2) }
  }

  /// Returns the command that places a text, with its middle at the given height.
  func label(_ text: String, x: Double, y: Double, _ form: String) -> String {
    "set label \(GnuplotScript.quoted(text)) at \(self.x(x)),\(self.y(y)) noenhanced \(form)"
  }

  /// Commands that write the title, centred over an area.
  func heading(over area: Area) -> [String] {
    let middle = size.titleFitting.centre(title, area.middle.x, in: size.edge...size.width - size.edge)
    return title.enumerated().map { line, text in
      label(
        text, x: middle, y: size.edge + (Double(line) + 0.5) * size.titleLine,
        "center font '\(titleFont)'")
    }
  }

  /// The font of the title. The terminal of SVG has its own notation, and measures fonts in pixels.
  private var titleFont: String {
    picture == .svg
      ? "Helvetica Bold,\(Self.text(size.emphasizedPoints * 96 / 72))"
      : "Helvetica:Bold,\(Self.text(size.emphasizedPoints))"
  }
}

/// The entries of a legend in columns. All series are named, unless there are very many.
struct GnuplotLegend {
  let names: [String]
  /// The distance of each column from the left end of the legend.
  let columns: [Double]
  let width: Double
  /// The largest number of series that a legend names.
  static let mostNames = 60

  var rows: Int { names.isEmpty ? 0 : (names.count + columns.count - 1) / columns.count }

  init(_ all: [String], _ size: GnuplotSize) {
    let room = size.width - 2 * size.edge
    let entry = size.sample + size.em * 0.4
    let longest = room - entry
    names = size.fitting.shortened(all.prefix(Self.mostNames).map(\.visibleUntilStopped), to: longest)
    let widths = names.map { entry + TextWidth.of($0) * size.em }
    var (columns, width) = ([0.0], widths.max() ?? 0)
    for count in stride(from: max(1, min(names.count, 12)), to: 1, by: -1) {
      let gap = size.em * 1.3
      let parts = (0..<count).map { column in
        stride(from: column, to: widths.count, by: count).map { widths[$0] }.max() ?? 0
      }
      let total = parts.reduce(0, +) + gap * Double(count - 1)
      guard total <= room else { continue }
      // The same number of rows with fewer columns leaves no row almost empty.
      let rows = (widths.count + count - 1) / count
      if count > 2, (widths.count + count - 2) / (count - 1) == rows { continue }
      columns = parts.indices.map { index in parts[..<index].reduce(0, +) + gap * Double(index) }
      width = total
      break
    }
    (self.columns, self.width) = (columns, width)
  }

  /// Returns the place of the sample of an entry, from the left end and the top of the legend.
  func place(_ number: Int, _ size: GnuplotSize) -> (x: Double, y: Double) {
    (columns[number % columns.count], (Double(number / columns.count) + 0.5) * size.legendLine)
  }
}
