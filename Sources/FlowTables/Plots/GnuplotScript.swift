// SPDX-License-Identifier: GPL-3.0-or-later

/// A plot as a script for gnuplot 5 or later. The script contains the data.
public struct GnuplotScript: Sendable {
  private(set) var plot: Plot
  let size: GnuplotSize
  private(set) var layout: GnuplotLayout

  /// The picture formats, named by their file extensions.
  public enum Picture: String, CaseIterable, Sendable {
    case svg, png, pdf
  }

  /// Creates a script for a picture of the given size. If the width or the height is nil, a suitable one is chosen.
  public init(_ plot: Plot, width: Double? = nil, height: Double? = nil) {
    self.plot = plot
    size = GnuplotSize(plot, width: width, height: height)
    layout = GnuplotLayout(plot, size)
  }

  /// The script to run by hand. It shows the plot in a window, or draws it with characters if gnuplot cannot open one.
  /// The comment at its start describes how to make a picture.
  public var text: String {
    """
    # To show this plot, run gnuplot -p FILE. To make a picture of it, run
    # gnuplot -e "set terminal pngcairo size 1600,1000 fontscale 2 linewidth 3 pointscale 3; set output 'plot.png'" FILE
    if (GPVAL_TERM eq 'unknown') set terminal dumb size 100,30

    """ + body(for: nil)
  }

  /// Returns the script that makes gnuplot write a picture to its standard output.
  public func text(for picture: Picture) -> String {
    var script = self
    script.layout.picture = picture
    script.plot = plot.mergingBars(dots: size.dots.width)
    return Self.prepared(
      size.terminal(picture) + "unset output\n" + script.body(for: picture) + "unset output\n", for: picture)
  }

  /// Notes on a picture of the plot: how the data are shown, and what is left out.
  public var pictureNotes: [String] {
    var noted = plot
    noted.remarks = plot.mergingBars(dots: size.dots.width).remarks
    return noted.pictureNotes
  }

  /// The least height in centimetres at which the title, the legend and the axes fit.
  public var leastHeight: Double {
    guard case .panels(let panels, _) = plot.content else { return layout.leastHeight(rows: 1) }
    return layout.leastHeight(rows: GnuplotSize.grid(panels.count, width: size.width).rows)
  }

  private func body(for picture: Picture?) -> String {
    var lines = [
      "reset", "set encoding utf8", "set datafile missing '?'", "set border 3 linewidth 0.6", "set tics nomirror out",
      // gnuplot derives the length of ticks from the size of the font, but differently for SVG.
      "set tics scale \(picture == .svg ? "0.4,0.2" : "0.6,0.3")",
      "set grid linecolor rgb '#D8D8D8' linetype 1 linewidth 0.4", "set clip two", "unset key",
    ]
    if picture == .svg { lines.append("set xtics offset 0,0.3") }
    switch plot.content {
    case .series(let series, .bar): lines += bars(series)
    case .series(let series, let mark): lines += curves(series, mark)
    case .panels(let panels, let mark): lines += self.panels(panels, mark)
    case .histogram(let histogram): lines += bars(histogram)
    case .heat(let grid): lines += heat(grid, for: picture)
    }
    lines += plot.pictureNotes.map(Self.comment)
    return lines.joined(separator: "\n") + "\n"
  }

  /// Returns a finite number as text.
  static func number(_ value: Double) -> String { NumberStyle.shortest(value) }

  /// Returns a number for a data block. A number that cannot be shown on the scale becomes `NaN`, which leaves a gap.
  static func number(_ value: Double?, on scale: Scale) -> String {
    guard let value, value.isFinite, !scale.isLogarithmic || value > 0 else { return "NaN" }
    return NumberStyle.shortest(scale.coordinate(value))
  }

  static func block(_ name: String, _ lines: [String]) -> [String] { ["$\(name) << EOD"] + lines + ["EOD"] }

  private static let shapes = [7, 5, 9, 13, 6, 4, 8, 12, 11, 15, 10, 14]

  /// The colour of a series.
  static func color(_ number: Int) -> String { SeriesLook.color(number) }

  /// The dashes of a series as a type of gnuplot.
  static func dash(_ number: Int) -> String {
    let dash = SeriesLook.dash(number)
    return dash.isEmpty ? "1" : "(\(dash.map(String.init).joined(separator: ",")))"
  }

  /// The shape of the points of a series. Those of the same colour have different shapes, and so have those of the same
  /// dashes.
  static func shape(_ number: Int) -> Int { shapes[(number + SeriesLook.turn(number) * 11) % shapes.count] }

  /// The filling of the bars of a series. Those of the same colour have different patterns.
  static func filling(_ number: Int) -> String {
    let turn = SeriesLook.turn(number)
    return turn == 0 ? "solid noborder" : "pattern \(patterns[(turn - 1) % patterns.count]) border"
  }

  private static let patterns = [4, 5, 2, 6, 1, 7]

  /// Returns the colour of a series mixed with two thirds of white.
  static func faint(_ number: Int) -> String {
    let color = Int(color(number).dropFirst(), radix: 16) ?? 0
    let parts = [16, 8, 0].map { 170 + (color >> $0 & 255) / 3 }
    return "#" + parts.map { String($0, radix: 16, uppercase: true) }.joined()
  }

  static let viridis = [
    "#440154", "#482878", "#3E4989", "#31688E", "#26828E", "#1F9E89", "#35B779", "#6ECE58", "#B5DE2B", "#FDE725",
  ]
}
