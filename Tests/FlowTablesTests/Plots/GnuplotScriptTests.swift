// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import Testing

struct GnuplotScriptTests {
  private let plot = Plot(
    title: "it's\nbroken", x: Plot.Axis("layer", isWhole: true), y: Plot.Axis("grad_norm", isLogarithmic: true),
    .series(
      [
        Plot.Series("tanh", x: [1, 2, 3], y: [1e-6, 0, 1]), Plot.Series("relu", x: [1, 2, 3], y: [1, nil, .infinity]),
      ], .line))

  /// The script contains the data. A point that cannot be shown on the axis breaks the line.
  @Test func dataIsInBlocks() {
    let lines = GnuplotScript(plot).text.split(separator: "\n")
    let start = lines.firstIndex(of: "$data1 << EOD")
    #expect(start.map { Array(lines[($0 + 1)...($0 + 4)]) } == ["1 1e-06", "NaN NaN", "3 1", "EOD"])
    #expect(lines.contains("set logscale y"))
    #expect(lines.contains("set xtics 1"))
    #expect(lines.contains("# 1 point is not finite and is left out"))
    #expect(lines.contains("# 1 point is not above 0 and is left out"))
  }

  /// Lines differ in dashes and shapes, not only in colour.
  @Test func seriesDifferWithoutColours() {
    let text = GnuplotScript(plot).text
    #expect(text.contains("dashtype 1 pointtype 7 ") && text.contains("dashtype '_' pointtype 5 "))
  }

  @Test func textsAreQuoted() {
    let text = GnuplotScript(plot).text
    #expect(text.contains("set title \"it\\047s\\134nbroken\" noenhanced"))
  }

  @Test(
    arguments: [(.svg, "set terminal svg"), (.png, "set terminal pngcairo"), (.pdf, "set terminal pdfcairo")]
      as [(GnuplotScript.Picture, String)])
  func terminals(picture: GnuplotScript.Picture, line: String) {
    #expect(GnuplotScript(plot).text(for: picture).contains(line))
    #expect(!GnuplotScript(plot).text.contains("\nset terminal"))
  }

  @Test func machineReadableFormatsContainTheData() {
    #expect(
      DocumentWriter.text(of: .plot(plot), .tsv)
        == "series\tlayer\tgrad_norm\ntanh\t1\t1e-06\ntanh\t2\t0\ntanh\t3\t1\nrelu\t1\t1\nrelu\t2\t\nrelu\t3\tinf\n")
    #expect(DocumentWriter.text(of: .plot(plot), .gnuplot) == GnuplotScript(plot).text)
    #expect(DocumentWriter.text(of: .list([.plot(plot)]), .json).contains(#"{"series": "tanh", "layer": 1"#))
  }
}
