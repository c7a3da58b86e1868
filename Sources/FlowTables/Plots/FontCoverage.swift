// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The characters that the fonts of a machine can draw.
///
/// gnuplot fills a bitmap or a PDF with the enlarged outline of a character that no font has, so such characters must
/// not reach it.
public struct FontCoverage: Sendable {
  private let scalars: RangeSet<UInt32>

  /// The command whose output lists the characters of every font.
  public static let command = ["fc-list", "--format", "%{fontformat} %{charset}\n", ":", "fontformat", "charset"]

  /// The formats that Pango, which draws the text for gnuplot, can read.
  private static let formats: Set<Substring> = ["TrueType", "CFF"]

  /// Creates the coverage from the output of `command`: a line for each font, with its format and ranges of hexadecimal
  /// numbers.
  public init(_ listing: String) {
    var ranges: Set<Range<UInt32>> = []
    for line in listing.split(separator: "\n").untilStopped {
      let words = line.split(separator: " ")
      guard let format = words.first, Self.formats.contains(format) else { continue }
      for word in words.dropFirst() {
        let ends = word.split(separator: "-").compactMap { UInt32($0, radix: 16) }
        if let first = ends.first, let last = ends.last, first <= last, last < .max { ranges.insert(first..<last + 1) }
      }
    }
    scalars = RangeSet(ranges.sorted { $0.lowerBound < $1.lowerBound })
  }

  /// Returns the plot with a question mark for each character that no font has, and a note about them. Returns the plot
  /// itself if there are none, or if nothing is known about the fonts.
  public func drawable(_ plot: Plot) -> (plot: Plot, note: String?) {
    let missing = scalars.isEmpty ? [] : plot.unusualScalars.filter { !scalars.contains($0.value) }
    guard let first = missing.min() else { return (plot, nil) }
    let code = "U+" + String(first.value, radix: 16, uppercase: true)
    let others = missing.count > 1 ? " and \(missing.count - 1) more" : ""
    let drawn = plot.mapTexts { text in
      String(
        text.untilStopped.map { character in
          character.unicodeScalars.contains(where: missing.contains) ? "?" : character
        })
    }
    return (
      drawn,
      "no font on this machine has the character \(first) (\(code))\(others); ? is drawn instead; "
        + "a .svg keeps the text"
    )
  }
}

extension Plot {
  /// The characters in the texts of the plot that a font may lack. Joiners and variation selectors are not drawn.
  public var unusualScalars: Set<Unicode.Scalar> {
    var found: Set<Unicode.Scalar> = []
    _ = mapTexts { text in
      for scalar in text.unicodeScalars.untilStopped
      where !scalar.isASCII && !scalar.properties.isDefaultIgnorableCodePoint { found.insert(scalar) }
      return text
    }
    return found
  }

  /// Returns the plot with each of its texts replaced by the result of a function.
  func mapTexts(_ change: (String) -> String) -> Plot {
    func changed(_ axis: Axis) -> Axis {
      var axis = axis
      axis.label = change(axis.label)
      axis.title = axis.title.map(change)
      axis.names = axis.names.untilStopped.map(change)
      return axis
    }
    func changed(_ all: [Series]) -> [Series] {
      all.map { series in
        var series = series
        series.name = change(series.name)
        return series
      }
    }
    var plot = self
    plot.title = title.map(change)
    plot.remarks = remarks.map(change)
    (plot.x, plot.y) = (changed(x), changed(y))
    switch content {
    case .series(let all, let mark): plot.content = .series(changed(all), mark)
    case .panels(let panels, let mark):
      plot.content = .panels(panels.map { Panel(change($0.name), changed($0.series)) }, mark)
    case .heat(var grid):
      grid.axis = changed(grid.axis)
      plot.content = .heat(grid)
    case .histogram: break
    }
    return plot
  }
}
