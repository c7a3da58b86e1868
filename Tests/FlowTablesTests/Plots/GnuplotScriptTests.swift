// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowTables
import Foundation
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
    #expect(lines.contains("set xtics (\"1\" 1, \"2\" 2, \"3\" 3)"))
    #expect(lines.contains("# 1 point is not finite and is left out"))
    #expect(lines.contains("# 1 point is not above 0 and is left out; log: none shows all"))
  }

  /// Twelve lines differ in colour, and without colour in dashes and in shapes.
  @Test(arguments: ["linecolor rgb (\\S+)", "dashtype (\\S+)", "pointtype (\\S+)"])
  func twelveSeriesDiffer(pattern: String) throws {
    var plot = plot
    plot.content = .series((1...12).map { Plot.Series("s\($0)", x: [1, 2], y: [1, 2]) }, .line)
    let curves = GnuplotScript(plot).text.split(separator: "\n").filter { $0.contains("with linespoints") }
    let looks = try curves.compactMap { try Regex(pattern).firstMatch(in: $0).map { String($0.0) } }
    #expect(looks.count == 12 && Set(looks).count == 12)
  }

  /// Series beyond the twelfth have other combinations of colours with dashes and shapes, or with patterns of bars.
  @Test(
    arguments: [
      (.line, "linecolor rgb (\\S+)", "dashtype (\\S+)"), (.points, "linecolor rgb (\\S+)", "pointtype (\\S+)"),
      (.line, "dashtype (\\S+)", "pointtype (\\S+)"), (.bar, "linecolor rgb (\\S+)", "fillstyle (\\S+ \\S+)"),
    ] as [(Plot.Mark, String, String)])
  func manySeriesDiffer(mark: Plot.Mark, first: String, second: String) throws {
    var plot = plot
    plot.y.isLogarithmic = false
    if mark == .bar { plot.x = Plot.Axis("x", names: ["a", "b"]) }
    plot.content = .series((1...60).map { Plot.Series("s\($0)", x: [1, 2], y: [1, 2]) }, mark)
    let curves = GnuplotScript(plot).text.split(separator: "\n").filter {
      $0.contains(" using ") && $0.contains("notitle")
    }
    let looks = try curves.compactMap { line in
      try [first, second].map { try Regex($0).firstMatch(in: line).map { String($0.0) } ?? "?" }
    }
    #expect(looks.count == 60 && Set(looks).count == 60)
  }

  /// A point between two gaps has a shape, because no line reaches it.
  @Test(arguments: [1, 2])
  func pointsBetweenGapsAreDrawn(series: Int) {
    var plot = plot
    let y = (0..<100).map { $0 % 10 == 3 ? Double($0 + 1) : nil }
    let rest = (0..<100).map { Double($0 + 1) }
    plot.y.isLogarithmic = false
    plot.content = .series(
      [Plot.Series("a", x: rest, y: y), Plot.Series("b", x: rest, y: rest)].prefix(series).map { $0 }, .line)
    let text = GnuplotScript(plot).text
    #expect(text.contains("$alone1 << EOD\n4 4\n14 14\n24 24\n") && text.contains("$alone1 using 1:2 with points"))
    #expect(!text.contains("$alone2"))
  }

  /// The labels of a logarithmic axis are the numbers at their places, whatever its length.
  @Test func labelsOfLogarithmicAxesAreTrue() throws {
    for step in 0..<60 {
      let low = Real.power(10, -3 + Double(step) / 20)
      for factor in [90, 100, 105, 120, 1000] as [Double] {
        var plot = plot
        plot.content = .series([Plot.Series("", x: [1, 2], y: [low, low * factor])], .line)
        let line = try #require(GnuplotScript(plot).text.split(separator: "\n").first { $0.hasPrefix("set ytics") })
        let ticks = line.matches(of: /"([^"]+)" ([0-9.e+-]+)/)
        #expect(ticks.count >= 2)
        for tick in ticks {
          // Braces and digits after them are written as octal numbers.
          let plain = ["\\173": "", "\\175": "", "\\060": "0", "10^": "1e"].reduce(String(tick.1)) {
            $0.replacing($1.key, with: $1.value)
          }
          let label = plain.replacing(/\\06(\d)/) { $0.1 }
          #expect(abs((Double(label) ?? .nan) / (Double(tick.2) ?? .nan) - 1) < 1e-9, "\(line)")
        }
      }
    }
  }

  /// The shortest bar of a logarithmic axis has a height.
  @Test func logarithmicBarsBeginBelowTheSmallest() {
    var bars = Plot(
      x: Plot.Axis("x", names: ["a", "b"]), y: Plot.Axis("y", isLogarithmic: true),
      .series([Plot.Series("", x: [1, 2], y: [20, 900])], .bar))
    #expect(GnuplotScript(bars).text.contains("set yrange [10:"))
    bars.content = .series([Plot.Series("", x: [1, 2], y: [10, 900])], .bar)
    #expect(GnuplotScript(bars).text.contains("set yrange [1:"))
  }

  /// A band is drawn behind its line, and an end that has no place on the axis is moved to the smallest number.
  @Test func bands() throws {
    var plot = plot
    plot.content = .series(
      [
        Plot.Series(
          "", x: [1, 2, 3], y: [1, 2, 4], band: Plot.Series.Band(low: [0.5, 0, nil], high: [2, 3, 5]))
      ], .line)
    let text = GnuplotScript(plot).text
    #expect(text.contains("$band1 << EOD\n1 0.5 2\n2 0.5 3\n\nEOD\n"))
    let (band, line) = (try #require(text.range(of: "with filledcurves")), try #require(text.range(of: "with lines")))
    #expect(band.lowerBound < line.lowerBound)
    #expect(text.contains("# the band reaches 0 or less at 1 point and is cut off there"))
  }

  @Test func smoothedLinesHaveFaintData() {
    var plot = plot
    plot.content = .series([Plot.Series("", x: [1, 2, 3], y: [1, 4, 1])], .line)
    plot.smooth(Smoothing(span: 3, .median))
    let text = GnuplotScript(plot).text
    #expect(text.contains("$raw1 << EOD\n1 1\n2 4\n3 1\nEOD\n$data1 << EOD\n1 1\n2 1\n3 1\n"))
    #expect(text.contains("linecolor rgb '#AAD0E5'"))
  }

  @Test func limitsAndLabels() {
    var plot = plot
    (plot.x.limits, plot.y.limits, plot.x.title) = (1...2, 0.1...10, "Layer\n")
    let lines = GnuplotScript(plot).text.split(separator: "\n")
    #expect(lines.contains("set xrange [1:2]") && lines.contains("set yrange [0.1:10]"))
    #expect(lines.contains { $0.hasPrefix("set label \"Layer\\134n\" at screen ") })
    #expect(plot.table.columnNames == ["series", "layer", "grad_norm"])
  }

  /// An area has no width between two gaps, so the range there is drawn as a line.
  @Test func rangesBetweenGapsAreVisible() {
    let plot = Plot(
      x: Plot.Axis("x"), y: Plot.Axis("y"),
      .series(
        [
          Plot.Series(
            "", x: [1, 2, 3, 4, 5], y: [2, nil, 2, 2, 2],
            band: Plot.Series.Band(low: [1, nil, 1, 1, nil], high: [3, nil, 3, 3, nil]))
        ], .line))
    let text = GnuplotScript(plot).text
    #expect(
      text.contains("$range1 << EOD\n1 1 3\nEOD\n") && text.contains("$range1 using 1:2:(0):($3-$2) with vectors"))
  }

  /// Points have error bars from the lower to the upper end.
  @Test func bandsOfPoints() {
    var plot = plot
    plot.content = .series(
      [Plot.Series("", x: [1], y: [2], band: Plot.Series.Band(low: [1], high: [3]))], .points)
    let text = GnuplotScript(plot).text
    #expect(text.contains("$band1 << EOD\n1 1 3\nEOD\n"))
    #expect(text.contains("$band1 using 1:2:(0):($3-$2) with vectors heads"))
  }

  private func lines(_ numbers: [Double], isLogarithmic: Bool = false, width: Double = 8) -> [String] {
    let series = Plot.Series("", x: numbers.indices.map { Double($0) }, y: numbers)
    let plot = Plot(x: Plot.Axis("x"), y: Plot.Axis("y", isLogarithmic: isLogarithmic), .series([series], .line))
    return GnuplotScript(plot, width: width).text.split(separator: "\n").map(String.init)
  }

  @Test(
    arguments: [
      ([0, 1], false, "set ytics (\"0.0\" 0, \"0.2\" 0.2, "), ([3, 3], false, "set yrange [1.5:4.5]"),
      ([1_000_001, 1_000_004], false, "set ytics (\"+0\" 1000001, \"+1\" 1000002, "),
      ([1, 2], true, "set ytics (\"1.0\" 1, \"1.2\" 1.2"),
      ([1e-3, 1], true, "set ytics (\"10^\\173-3\\175\" 0.001, "),
      ([1e-300, 1], true, "set ytics (\"10^\\173-300\\175\" 0.0370"),
    ] as [([Double], Bool, String)])
  func ticks(numbers: [Double], isLogarithmic: Bool, start: String) {
    let lines = lines(numbers, isLogarithmic: isLogarithmic)
    #expect(lines.contains { $0.hasPrefix(start) }, "\(lines.filter { $0.contains("y") })")
  }

  /// Names that do not fit next to each other are rotated, and if they do not fit then, some are left out.
  @Test func namesOfBars() {
    func tics(_ count: Int, _ name: String) -> String? {
      let plot = Plot(
        x: Plot.Axis("x", names: (1...count).map { "\(name)\($0)" }), y: Plot.Axis("y"),
        .series([Plot.Series("", x: (1...count).map(Double.init), y: (1...count).map(Double.init))], .bar))
      return GnuplotScript(plot, width: 8).text.split(separator: "\n").first { $0.hasPrefix("set xtics") }.map(
        String.init)
    }
    #expect(tics(3, "a") == "set xtics noenhanced (\"a1\" 0, \"a2\" 1, \"a3\" 2)")
    #expect(
      tics(5, "a longer name ")?.hasPrefix("set xtics noenhanced rotate by 60 right (\"a longer name 1\" 0, ") == true)
    #expect(tics(100, "n")?.split(separator: ",").count ?? 99 < 20)
  }

  /// The title and the legend have places of their own: those that gnuplot chooses for long texts cover each other.
  @Test func titles() throws {
    let text = GnuplotScript(plot).text
    #expect(text.contains("set label \"it\\047s\\134nbroken\" at screen 0.5"))
    #expect(text.contains("set label \"tanh\" at screen ") && text.contains("set label \"relu\" at screen "))
    #expect(text.contains("\nunset key\n"))
    var single = plot
    single.content = .series([Plot.Series("only", x: [1], y: [1])], .line)
    #expect(!GnuplotScript(single).text.contains("only"))
  }

  /// All panels have the same axes, and only those at the edge have labels.
  @Test func panels() {
    var plot = Plot(x: Plot.Axis("x"), y: Plot.Axis("y"), .series([], .line))
    plot.content = .panels(
      (0..<5).map { Plot.Panel("p\($0)", [Plot.Series("", x: [Double($0)], y: [Double(10 * $0)])]) }, .line)
    let lines = GnuplotScript(plot, width: 17).text.split(separator: "\n").map(String.init)
    #expect(lines.count { $0 == "set xrange [0:4]" } == 5 && lines.count { $0 == "set yrange [-1.6:41.6]" } == 5)
    #expect(lines.count { $0.hasPrefix("set ytics (\"0\" 0, ") } == 2)
    #expect(lines.count { $0.hasPrefix("set ytics (\"\" 0, ") } == 3)
    #expect(lines.count { $0.hasPrefix("set xtics (\"0\" 0, ") } == 3)
    func columns(_ width: Double) -> Int {
      Set(GnuplotScript(plot, width: width).text.split(separator: "\n").filter { $0.hasPrefix("set lmargin") }).count
    }
    #expect(columns(17) == 3 && columns(8) == 2)
    #expect(plot.table.columnNames == ["panel", "x", "y"])
  }

  /// Panels whose titles name their only series need no legend, and others do.
  @Test func legendsOfPanels() {
    func series(_ name: String, _ numbers: [Double]) -> Plot.Series { Plot.Series(name, x: numbers, y: numbers) }
    var plot = Plot(
      x: Plot.Axis("x"), y: Plot.Axis("y"),
      .panels(
        [
          Plot.Panel("a", [series("a", [1, 2]), series("b", [])]),
          Plot.Panel("b", [series("a", []), series("b", [1, 2])]),
        ], .line))
    func count(_ name: String) -> Int { GnuplotScript(plot).text.ranges(of: "set label \"\(name)\"").count }
    #expect(count("a") == 1 && count("b") == 1)
    plot.content = .panels([Plot.Panel("c", [series("a", [1, 2]), series("b", [3, 4])])], .line)
    #expect(count("a") == 1 && count("b") == 1 && count("c") == 1)
  }

  /// A plateau at the largest or the smallest number does not lie on the frame, but bars stand on it.
  @Test func automaticRangesHaveMargins() {
    #expect(lines([-1, -1, 1]).contains("set yrange [-1.08:1.08]"))
    #expect(lines([1, 100], isLogarithmic: true).contains { $0.hasPrefix("set yrange [0.83") })
    let bars = Plot(
      x: Plot.Axis("x", names: ["a"]), y: Plot.Axis("y"), .series([Plot.Series("", x: [1], y: [50])], .bar))
    #expect(GnuplotScript(bars).text.contains("set yrange [0:52]"))
  }

  /// If there are very many series, a note says that the legend does not name all of them.
  @Test func longLegends() {
    var plot = plot
    plot.content = .series((1...70).map { Plot.Series("s\($0)", x: [1, 2], y: [1, 2]) }, .line)
    #expect(GnuplotScript(plot).pictureNotes.contains { $0.hasPrefix("the legend lists 60 of 70 series") })
    #expect(GnuplotScript(plot).text.contains("set label \"s60\"") && !GnuplotScript(plot).text.contains("\"s61\""))
  }

  @Test func textsAreQuoted() {
    let text = GnuplotScript(plot).text
    #expect(text.contains("\"it\\047s\\134nbroken\""))
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
