// SPDX-License-Identifier: GPL-3.0-or-later

/// A plot as a script for gnuplot 5 or later. The script contains the data.
public struct GnuplotScript: Sendable {
  let plot: Plot

  /// The picture formats, named by their file extensions.
  public enum Picture: String, CaseIterable, Sendable {
    case svg, png, pdf
  }

  public init(_ plot: Plot) { self.plot = plot }

  /// The script to run by hand. It shows the plot in a window, or draws it with characters if gnuplot cannot open one.
  /// The comment at its start describes how to make a picture.
  public var text: String {
    """
    # To show this plot, run gnuplot -p FILE. To make a picture of it, run
    # gnuplot -e "set terminal pngcairo size 1600,1000 fontscale 1.6 linewidth 2; set output 'plot.png'" FILE
    if (GPVAL_TERM eq 'unknown') set terminal dumb size 100,30

    """ + body(for: nil)
  }

  /// Returns the script that makes gnuplot write a picture to its standard output.
  public func text(for picture: Picture) -> String {
    Self.prepared(Self.terminal(picture) + "unset output\n" + body(for: picture) + "unset output\n", for: picture)
  }

  /// Returns commands that select the best available terminal for a picture.
  private static func terminal(_ picture: Picture) -> String {
    switch picture {
    case .svg: "set terminal svg size 800,500 dynamic enhanced font 'Helvetica,15' background 'white'\n"
    case .png:
      """
      if (strstrt(GPVAL_TERMINALS, 'pngcairo')) {
        set terminal pngcairo size 1600,1000 enhanced font 'Sans,13' fontscale 1.9 linewidth 2 pointscale 1.8
      } else {
        set terminal png size 1600,1000 enhanced
      }

      """
    case .pdf:
      """
      if (strstrt(GPVAL_TERMINALS, 'pdfcairo')) {
        set terminal pdfcairo size 16cm,10cm enhanced font 'Sans,11' linewidth 1.2
      } else {
        set terminal pdf enhanced
      }

      """
    }
  }

  private func body(for picture: Picture?) -> String {
    var lines = [
      "reset", "set encoding utf8", "set datafile missing '?'", "set border 3 linewidth 0.8", "set tics nomirror out",
      "set grid linecolor rgb '#D8D8D8' linetype 1 linewidth 0.5",
      "set key noenhanced outside right top Left reverse samplen 3",
    ]
    if let title = plot.title { lines.append("set title \(Self.quoted(title)) noenhanced") }
    lines.append("set xlabel \(Self.quoted(plot.x.label)) noenhanced")
    lines.append("set ylabel \(Self.quoted(plot.y.label)) noenhanced")
    switch plot.content {
    case .series(let series, .bar): lines += bars(series)
    case .series(let series, let mark): lines += curves(series, mark)
    case .histogram(let histogram): lines += bars(histogram)
    case .heat(let grid): lines += heat(grid, for: picture)
    }
    lines += plot.omissions.map(Self.comment)
    return lines.joined(separator: "\n") + "\n"
  }

  /// Returns a number for a data block. A number that cannot be shown on the axis becomes `NaN`, which breaks the line.
  static func number(_ value: Double?, _ axis: Plot.Axis? = nil) -> String {
    guard let value, axis?.shows(value) ?? value.isFinite else { return "NaN" }
    return NumberStyle.shortest(value)
  }

  static func block(_ name: String, _ lines: [String]) -> [String] { ["$\(name) << EOD"] + lines + ["EOD"] }

  // The colours of Okabe and Ito (Color Universal Design, 2008), except for a darker yellow. Dashes and shapes also
  // distinguish the series.

  static let colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8A8A00"]
  static let shapes = [7, 5, 9, 13, 6, 4, 8, 12]
  static let dashes = ["1", "'_'", "'-'", "'_.'", "'.'", "'-..'", "'__.'", "'--..'"]

  static let viridis = [
    "#440154", "#482878", "#3E4989", "#31688E", "#26828E", "#1F9E89", "#35B779", "#6ECE58", "#B5DE2B", "#FDE725",
  ]
}
