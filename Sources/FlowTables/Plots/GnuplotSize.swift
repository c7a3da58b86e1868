// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The size of a picture and of the text in it.
public struct GnuplotSize: Sendable, Equatable {
  /// The width and the height in centimetres.
  public let width: Double
  public let height: Double

  /// The width of a picture by default: that of the text on a page.
  public static let defaultWidth = 16.0
  /// The widths and heights that can be chosen.
  public static let range = 3.0...100.0

  /// Creates a size. Without a height, a plot has the proportions of 16 to 10, and each of several panels those of 4
  /// to 3. A legend of several lines is added to that.
  public init(_ plot: Plot, width: Double? = nil, height: Double? = nil) {
    self.init(width: width ?? Self.defaultWidth, height: height ?? 0)
    if height != nil { return }
    var high = self.width / 1.6
    var parts = 1
    if case .panels(let panels, _) = plot.content {
      let (columns, rows) = Self.grid(panels.count, width: self.width)
      high = self.width / Double(columns) * 0.75 * Double(rows) + 1.5
      parts = columns
    }
    high += Double(max(0, legendRows(plot.legend, parts: parts) - 1)) * line
    self = GnuplotSize(width: self.width, height: min(Self.range.upperBound, high))
  }

  private init(width: Double, height: Double) { (self.width, self.height) = (width, height) }

  /// Returns how many entries of a legend fit next to each other above one of several columns of panels. Each has a
  /// sample of the line and is as wide as the longest one.
  func legendColumns(_ names: [String], parts: Int = 1) -> Int {
    max(1, (characters / parts - 12) / ((names.map(\.count).max() ?? 0) + 9))
  }

  /// Returns the number of lines of a legend. A single series has none.
  func legendRows(_ names: [String], parts: Int = 1) -> Int {
    let columns = legendColumns(names, parts: parts)
    return names.count > 1 ? (names.count + columns - 1) / columns : 0
  }

  /// Returns the number of columns and rows for panels: at most two columns on a narrow picture.
  static func grid(_ count: Int, width: Double) -> (columns: Int, rows: Int) {
    let most = width < 12 ? 2 : 3
    let columns = count == 4 ? 2 : max(1, min(count, most))
    return (columns, (count + columns - 1) / columns)
  }

  /// The size of the text in points, as in the captions of a journal.
  var font: Double { width < 12 ? 8 : 9 }

  /// The height of a line of text in centimetres.
  var line: Double { font * 1.3 / 72 * 2.54 }

  /// The number of characters of average width that fit next to each other.
  var characters: Int { Int(width / 2.54 * 72 / (font * 0.52)) }

  /// Returns how many ticks an axis can have in one of several columns or rows of panels.
  func mostTicks(_ axis: String, parts: Int = 1) -> Int {
    let room = axis == "x" ? characters / parts / 8 : Int(height / line / Double(parts) / 1.9)
    return max(2, min(10, room))
  }

  /// Returns the width and height in dots at a resolution.
  func dots(perInch resolution: Double) -> (width: Int, height: Int) {
    (Int((width / 2.54 * resolution).rounded()), Int((height / 2.54 * resolution).rounded()))
  }

  private static let (screen, print) = (96.0, 300.0)

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
