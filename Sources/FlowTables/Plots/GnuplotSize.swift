// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The size of a picture and of the text in it.
public struct GnuplotSize: Sendable, Equatable {
  /// The width and the height in centimetres.
  public let width: Double
  public let height: Double

  /// The width of a picture by default: that of the text on a page.
  public static let defaultWidth = 16.0
  /// The widths and heights that can be chosen. In a narrower picture, the labels of the axes would leave no room.
  public static let widths = 5.0...100.0
  public static let heights = 3.0...100.0

  /// Creates a size. Without a height, a plot has the proportions of 16 to 10, and each of several panels those of 4
  /// to 3. The lines of a title, and of a legend of more than one line, are added to that.
  public init(_ plot: Plot, width: Double? = nil, height: Double? = nil) {
    self.init(width: width ?? Self.defaultWidth, height: height ?? 0)
    if height != nil { return }
    var high = self.width / 1.6
    var rows = 1
    if case .panels(let panels, _) = plot.content {
      let grid = Self.grid(panels.count, width: self.width)
      rows = grid.rows
      high = self.width / Double(grid.columns) * 0.75 * Double(rows) + 1.5
    }
    let layout = GnuplotLayout(plot, self)
    high += Double(layout.title.count) * titleLine + Double(max(0, layout.legend.rows - 1)) * legendLine
    high += Double(max(0, layout.titleBelow - 1)) * line
    // Long names below the axis take some of the height.
    if turn(plot.x.names.untilStopped.map { $0 }, room: self.width * 0.8, height: 0).angle > 0 {
      high += min(Self.mostNames, plot.x.names.untilStopped.map(fitting.measure).max() ?? 0)
    }
    high = max(high, layout.leastHeight(rows: rows) + 1)
    self = GnuplotSize(width: self.width, height: min(Self.heights.upperBound, high))
  }

  private init(width: Double, height: Double) { (self.width, self.height) = (width, height) }

  /// Returns the number of columns and rows for panels: at most two columns on a narrow picture.
  static func grid(_ count: Int, width: Double) -> (columns: Int, rows: Int) {
    let most = width < 12 ? 2 : 3
    let columns = count == 4 ? 2 : max(1, min(count, most))
    return (columns, (count + columns - 1) / columns)
  }

  /// The size of the text in points, as in the captions of a journal.
  var font: Double { width < 12 ? 8 : 9 }

  /// The size of the text of the title in points.
  var emphasizedPoints: Double { font + 1 }

  /// The size of the font, and of that of the title, in centimetres.
  var em: Double { font / 72 * 2.54 }
  var emphasized: Double { emphasizedPoints / 72 * 2.54 }

  /// The height of a line of text in centimetres.
  var line: Double { em * 1.3 }
  var titleLine: Double { emphasized * 1.3 }
  var legendLine: Double { em * 1.35 }

  /// The width of the sample of a line in a legend.
  var sample: Double { em * 2.4 }

  /// The distance of the parts of a picture from its edges.
  var edge: Double { em * 0.45 }

  /// The largest height that a picture gets for rotated names.
  private static let mostNames = 2.0

  /// The least height of the area of a plot.
  var leastArea: Double { 3.5 * line }

  /// The length of the title of an axis along the whole picture.
  var titleRoom: Double { width - 2 * edge }

  /// The largest number of lines of the title of an axis.
  static let mostTitleLines = 3

  /// How texts of the usual size are fitted into a width in centimetres.
  var fitting: TextFitting { TextFitting { TextWidth.of($0) * em } }

  /// How the bold text of the title is fitted into a width in centimetres.
  var titleFitting: TextFitting { TextFitting { TextWidth.of($0) * emphasized * 1.12 } }

  /// Returns the height of the ticks of the horizontal axis, their labels, and the title of the axis.
  func axisHeight(titleLines: Int) -> Double {
    edge + 1.9 * em + (titleLines > 0 ? (0.05 + 1.3 * Double(titleLines)) * em : 0)
  }

  /// Returns the longest width of names below a horizontal axis of the given length, and the angle in degrees by which
  /// they are rotated: the smallest one at which they neither touch each other nor leave the picture, if the rotated
  /// names have no more than the given height.
  func turn(_ names: [String], room: Double, height: Double) -> (longest: Double, angle: Int) {
    let longest = names.map(fitting.measure).max() ?? 0
    let share = room / Double(max(1, names.count))
    if longest + 0.8 * em <= share { return (longest, 0) }
    // To the left of the first name, there are the labels of the other axis.
    let left = share / 2 + 2.5 * em
    for (angle, across, up) in [(35, 0.82, 0.57), (60, 0.5, 0.87)]
    where longest * across <= left && longest * up <= height { return (longest, angle) }
    return (height, 90)
  }

  /// The number of characters of average width that fit next to each other.
  var characters: Int { Int(width / 2.54 * 72 / (font * 0.52)) }

  /// Returns the width and height in dots at a resolution.
  func dots(perInch resolution: Double) -> (width: Int, height: Int) {
    (Int((width / 2.54 * resolution).rounded()), Int((height / 2.54 * resolution).rounded()))
  }

  /// The resolutions of pictures for the screen and for paper, in dots per inch.
  static let (screen, print) = (96.0, 300.0)

  /// The width and height in dots of a size that cannot be distinguished in print, a quarter of the width of a line.
  var dots: (width: Int, height: Int) { dots(perInch: Self.print) }

  /// Returns commands that select the best available terminal for a picture. Lines of width 1 are 0.75 points wide.
  func terminal(_ picture: GnuplotScript.Picture) -> String {
    func text(_ number: Double) -> String { NumberStyle.shortest((number * 1000).rounded() / 1000) }
    switch picture {
    case .svg:
      let size = dots(perInch: Self.screen)
      return "set terminal svg size \(size.width),\(size.height) fixed enhanced "
        + "font 'Helvetica,\(text(font * Self.screen / 72))' background 'white'\n"
    case .png:
      let size = dots(perInch: Self.print)
      return """
        if (strstrt(GPVAL_TERMINALS, 'pngcairo')) {
          set terminal pngcairo size \(size.width),\(size.height) enhanced font 'Helvetica,\(text(font))' \
            fontscale \(text(Self.print / Self.screen)) linewidth 3.1 pointscale 3.1
        } else {
          set terminal png size \(size.width),\(size.height) enhanced
        }

        """
    case .pdf:
      return """
        if (strstrt(GPVAL_TERMINALS, 'pdfcairo')) {
          set terminal pdfcairo size \(text(width))cm,\(text(height))cm enhanced font 'Helvetica,\(text(font))' \
            fontscale 0.75 linewidth 1.5
        } else {
          set terminal pdf enhanced
        }

        """
    }
  }
}
