// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import Testing

struct GnuplotSizeTests {
  private let plot = Plot(x: Plot.Axis("x"), y: Plot.Axis("y"), .series([], .line))

  /// A centimetre is 96/2.54 units of an SVG and 300/2.54 pixels of a PNG.
  @Test(
    arguments: [
      (.svg, 8, "svg size 302,189 fixed enhanced font 'Helvetica,10.667'"),
      (.svg, 17, "svg size 643,402 fixed enhanced font 'Helvetica,12'"),
      (.png, 8, "pngcairo size 945,591 enhanced font 'Helvetica,8'"),
      (.pdf, 17, "pdfcairo size 17cm,10.625cm enhanced font 'Helvetica,9'"),
    ] as [(GnuplotScript.Picture, Double, String)])
  func widths(picture: GnuplotScript.Picture, width: Double, line: String) {
    #expect(GnuplotScript(plot, width: width).text(for: picture).contains(line))
  }

  @Test func heightCanBeChosen() {
    #expect(GnuplotScript(plot, width: 8, height: 4).text(for: .pdf).contains("size 8cm,4cm"))
    #expect(GnuplotSize(plot).height == 10)
  }

  /// A legend of several lines does not make the curves lower.
  @Test func legendsMakePicturesHigher() {
    var many = plot
    many.content = .series((1...12).map { Plot.Series("series \($0)", x: [1], y: [1]) }, .line)
    #expect(GnuplotSize(many, width: 8).height > GnuplotSize(plot, width: 8).height + 1)
  }
}
