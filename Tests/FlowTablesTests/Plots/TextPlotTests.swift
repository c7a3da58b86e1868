import FlowTables
// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

struct TextPlotTests {
  /// A line over x = 1, 2, 3 and so on.
  private func line(_ numbers: [Double?], log: Bool = false) -> Plot {
    let series = Plot.Series("", x: numbers.indices.map { Double($0 + 1) }, y: numbers)
    return Plot(
      x: Plot.Axis("layer", isWhole: true), y: Plot.Axis("y", isLogarithmic: log), .series([series], .line))
  }

  private func text(_ plot: Plot, width: Int = 30, height: Int = 10, usesUnicode: Bool = true) -> String {
    var plot = plot
    (plot.width, plot.height) = (width, height)
    return DocumentWriter.text(of: .plot(plot), .table, layout: Layout(usesUnicode: usesUnicode))
  }

  @Test func straightLine() {
    #expect(
      text(line([0, 1, 2, 3])) == """
        y
          │                       ⣀⠤⠒●
          │                  ⢀⡠⠔⠊⠉
        2 ┤             ⢀⡠⠤⠒●⠁
          │        ⢀●⠤⠒⠊⠁
          │    ⣀⡠⠔⠊⠁
        0 ┤●⠤⠒⠉
          └┬────────────────┬─────────
           1                3
                      layer

        """)
  }

  @Test func lineInASCII() {
    let text = text(line([0, 1, 2, 3]), usesUnicode: false)
    #expect(
      text == """
        y
          |                       .--*
          |                  ..-''
        2 +             ..--*'
          |        .*--''
          |    ..-''
        0 +*--'
          ++----------------+---------
           1                3
                      layer

        """)
    #expect(text.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test func logarithmicAxisWithGaps() {
    #expect(
      text(line([1e-6, 1e-4, .nan, 0, 1e-2, 1], log: true), width: 40) == """
        y (log)
           1 ┤                            ⣀⡠⠤⠔⠒●
        1e-3 ┤      ●                    ●
        1e-6 ┤●⠤⠔⠒⠊⠉
             └┬────────────┬─────────────┬──────
              1            3             5
                            layer
        1 point is not finite and is left out
        1 point is not above 0 and is left out;
        log: none shows all

        """)
  }

  @Test func severalSeries() {
    var plot = line([1, 2, 3, 4])
    plot.content = .series(
      [
        Plot.Series("up", x: [1, 2, 3, 4], y: [1, 2, 3, 4]), Plot.Series("down", x: [1, 2, 3, 4], y: [4, 3, 2, 1]),
      ], .line)
    #expect(
      text(plot) == """
        ● up   ■ down
        y
        4 ┤■⠒⠢⠤⣀⡀               ⢀⣀⠤⠔⠒●
          │     ⠈⠉⠒⠢■⣀     ⣀●⠔⠒⠉⠁
          │           ⣉⡱⠶⢎⣉
        2 ┤     ⢀⣀⠤⠔●⠉     ⠉■⠢⠤⣀⡀
          │●⠤⠔⠒⠉⠁               ⠈⠉⠒⠢⠤■
          └┬────────────────┬─────────
           1                3
                      layer

        """)
  }

  /// The band is dotted sparsely around its line, and colons stand for it in ASCII.
  @Test func band() {
    var plot = line([2, 2])
    plot.content = .series(
      [Plot.Series("", x: [1, 2], y: [2, 2], band: Plot.Series.Band(low: [1, 1], high: [3, 4]))], .line)
    plot.remarks = ["shaded: a to b"]
    let drawn = """
      y
      4 ┤             ⡀ ⡀ ⡀⠄⡀⠄⡂⠄⡂⠄⡂⠅
        │⠄⡀⠄⡀⠄⡂⠄⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅
        │⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅
      2 ┤●⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒●
        │⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅
        └┬─────────────────────────┬
         1                         2
                    layer
      shaded: a to b

      """
    #expect(text(plot, height: 10) == drawn)
    let plain = text(plot, height: 10, usesUnicode: false).split(separator: "\n")
    #expect([2, 3, 5].map { plain[$0] }.allSatisfy { $0.contains("::::") })
    #expect(plain[4].hasPrefix("2 +*----"))
  }

  @Test func smoothedLinesKeepTheirData() {
    var plot = line([1, 9, 1, 9, 1])
    plot.smooth(Smoothing(span: 3, .median))
    #expect(plot.allNumbers == [1, 1, 9, 1, 1])
    #expect(plot.table.columnNames == ["layer", "y", "raw"])
    #expect(text(plot, width: 60).contains("smoothed: moving median over 3 points; the data are faint"))
  }

  /// What is outside of the limits is cut off, and the other axis shows only what is inside.
  @Test func limits() {
    var plot = line([0, 100, 1, 2, 50])
    plot.x.limits = 3...4
    let lines = text(plot, height: 8).split(separator: "\n").map(String.init)
    #expect(lines[1].hasPrefix("2.0 ┤") && lines[1].hasSuffix("●"))
    #expect(lines.contains { $0.hasPrefix("1.0 ┤●") })
    plot.y.limits = 0...1
    let cut = text(plot, height: 8)
    #expect(cut.contains("1.0 ┤●") && cut.count { $0 == "●" } == 1)
    plot.x.limits = 7...8
    #expect(text(plot).hasPrefix("(nothing to draw within x_ran"))
  }

  /// The legend names every series, each with a sign of its own.
  @Test(arguments: [true, false])
  func everySeriesIsNamed(usesUnicode: Bool) {
    var plot = line([])
    let names = (1...12).map { "series number \($0)" }
    plot.content = .series(
      names.enumerated().map { Plot.Series($1, x: [1, 2], y: [Double($0), Double($0)]) }, .line)
    let text = text(plot, width: 80, height: 20, usesUnicode: usesUnicode)
    #expect(names.allSatisfy(text.contains))
    let signs = names.compactMap { name in text.range(of: name).map { text[..<$0.lowerBound].dropLast().last } }
    #expect(Set(signs).count == 12)
    // Each line carries its sign.
    #expect(signs.allSatisfy { sign in text.count { $0 == sign } >= 3 })
  }

  @Test func moreSeriesThanSignsAreCounted() {
    var plot = line([])
    plot.content = .series((1...100).map { Plot.Series("s\($0)", x: [1], y: [1]) }, .line)
    #expect(text(plot, width: 80).contains("… and 36 more series with the same markers"))
  }

  /// Panels have the same axes, two next to each other in 80 columns.
  @Test func panels() {
    var plot = line([])
    plot.content = .panels(
      [
        Plot.Panel("first", [Plot.Series("", x: [1, 2], y: [0, 1])]),
        Plot.Panel("second", [Plot.Series("", x: [3, 4], y: [3, 4])]),
      ], .line)
    let lines = text(plot, width: 80, height: 14).split(separator: "\n").map(String.init)
    #expect(lines[1].split(separator: " ") == ["first", "second"])
    #expect(lines.contains { $0.split(separator: " ").filter { $0 == "4" }.count == 2 })
    #expect(lines[2].contains("●") && lines[2].hasSuffix("●"))
    #expect(text(plot, width: 40).split(separator: "\n").count { $0.contains("└") } == 2)
  }

  @Test func bars() {
    let series = Plot.Series("", x: [1, 2, 3], y: [1, -0.5, .infinity])
    let plot = Plot(
      x: Plot.Axis("act", names: ["sigmoid", "tanh", "relu"]), y: Plot.Axis("change"), .series([series], .bar))
    #expect(
      text(plot) == """
        change by act
        sigmoid │     ███████████ 1
        tanh    │█████ -0.5
        relu    │      inf
        1 bar is not finite and is
        left out

        """)
  }

  @Test func histogram() {
    let plot = Plot(
      x: Plot.Axis("w"), y: Plot.Axis("count"), .histogram(Histogram([1, 2, 2, 3, 3, 3, 7, .nan])))
    #expect(
      text(plot) == """
        w
        0 .. 2 │████ 1
        2 .. 4 │████████████████████ 5
        4 .. 6 │ 0
        6 .. 8 │████ 1
        1 number is not finite and is
        left out

        """)
  }

  /// Each column shows the mean of up to two steps. The scale of the colours is below.
  @Test func heatMap() throws {
    let cells = (1...3).flatMap { y in (1...40).map { x in (Double(x), Double(y)) } }
    let grid = try #require(
      HeatGrid(
        x: cells.map(\.0), y: cells.map(\.1), z: cells.map { $0 == 20 && $1 == 2 ? nil : $0 * $1 },
        Plot.Axis("drift")))
    let plot = Plot(x: Plot.Axis("step", isWhole: true), y: Plot.Axis("layer", isWhole: true), .heat(grid))
    #expect(
      text(plot, height: 11) == """
        layer
        3 ┤░░░░░░░▒▒▒▒▒▒▒▓▓▓▓▓▓███████
        2 ┤░░░░░░░░░░▒▒▒ ▒▒▒▒▒▒▓▓▓▓▓▓▓
        1 ┤░░░░░░░░░░░░░░░░░░░░░▒▒▒▒▒▒
          └┬───────────┬─────────────┬
           1          20            40
                      step
        drift ░░░░░░▒▒▒▒▒▒▓▓▓▓▓▓██████
                      50        100
        a cell is the mean of up to 2
        × 1 values

        """)
  }

  @Test(
    arguments: [
      ([], "(nothing to draw)"), ([.nan, .infinity], "(nothing to draw)\n2 points are not finite"),
      ([5], "●"), ([5, 5, 5], "●"), ([1e300, -1e300], "1e300"), ([.leastNonzeroMagnitude, 0], "layer"),
    ] as [([Double], String)])
  func degenerateData(numbers: [Double], part: String) {
    #expect(text(line(numbers)).contains(part))
  }

  @Test func textsCannotControlTheTerminal() {
    var plot = line([1, 2])
    plot.title = "a\u{1B}[31mtitle\nb"
    plot.y.label = "y\u{202E}"
    plot.content = .series([Plot.Series("one\u{9B}2J", x: [1], y: [1]), Plot.Series("two", x: [2], y: [2])], .line)
    let text = text(plot)
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value != 0x9B && $0 != "\u{202E}" })
    #expect(text.hasPrefix("a\\u{1B}[31mtitle\\nb\n"))
  }

  @Test func narrowWindowsShowAMessage() {
    #expect(text(line([1, 2]), width: 12) == "a plot needs\n16 columns\n")
  }

  /// No line is wider than the window, whatever the data, and the text does not depend on colours.
  @Test func staysInTheWindow() {
    var random = Numbers(seed: 3)
    for round in 0..<1500 {
      let plot = anyPlot(&random)
      let width = 16 + random.whole(below: 150)
      let layout = Layout(
        width: width, height: 5 + random.whole(below: 60), isColored: round % 2 == 0, usesUnicode: round % 3 > 0)
      let text = DocumentWriter.text(of: .plot(plot), .table, layout: layout)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { columns(String($0)) }
      #expect(lines.allSatisfy { $0 <= width }, "\(width)\n\(text)")
      #expect(lines.count > 1)
      var plain = layout
      plain.isColored = false
      if layout.isColored {
        #expect(
          withoutColour(text).split(separator: "\n").map(trimmed)
            == DocumentWriter.text(of: .plot(plot), .table, layout: plain).split(separator: "\n").map(trimmed))
      }
      _ = GnuplotScript(plot).text(for: .svg)
      #expect(!plot.table.columns.isEmpty)
    }
  }

  private func anyPlot(_ random: inout Numbers) -> Plot {
    let count = random.whole(below: 4) == 0 ? random.whole(below: 400) : random.whole(below: 12)
    func numbers() -> [Double?] { (0..<count).map { _ in random.whole(below: 20) == 0 ? nil : random.next() } }
    func axis() -> Plot.Axis {
      Plot.Axis(
        ["", "x", "a label that is much longer than a narrow window is wide"][random.whole(below: 3)],
        isLogarithmic: random.whole(below: 2) == 0, isWhole: random.whole(below: 2) == 0)
    }
    let title = [nil, "title", "a title of many words that has to be broken into lines"][random.whole(below: 3)]
    let kind = random.whole(below: 6)
    let names = (0..<max(1, count)).map { "name \($0)" }
    var plot = Plot(title: title, x: axis(), y: axis(), .series([], .line))
    let places = (0..<count).map { Optional(Double($0 % names.count + 1)) }
    switch kind {
    case 0, 1:
      let all = (0..<1 + random.whole(below: 12)).map { Plot.Series("series \($0)", x: numbers(), y: numbers()) }
      plot.content = .series(all, kind == 0 ? .line : .points)
    case 2:
      plot.x = Plot.Axis("names", names: names)
      let all = (0..<1 + random.whole(below: 3)).map { Plot.Series("series \($0)", x: places, y: numbers()) }
      plot.content = .series(all, .bar)
    case 3:
      plot.content = .histogram(Histogram(numbers().compactMap { $0 }, isLogarithmic: plot.x.isLogarithmic))
    case 4:
      let band = Plot.Series.Band(low: numbers(), high: numbers())
      let panels = (0..<1 + random.whole(below: 5)).map { number in
        Plot.Panel("panel \(number)", [Plot.Series("one", x: numbers(), y: numbers(), band: band)])
      }
      plot.content = .panels(panels, .line)
      if random.whole(below: 2) == 0 { plot.smooth(Smoothing(span: 3, .average)) }
      if random.whole(below: 2) == 0 { (plot.x.limits, plot.y.limits) = (0.2...1, 0.1...3) }
    default:
      plot.x.isLogarithmic = false
      plot.y.isLogarithmic = false
      if let grid = HeatGrid(x: numbers(), y: numbers(), z: numbers(), axis()) { plot.content = .heat(grid) }
    }
    return plot
  }

  private func columns(_ line: String) -> Int { withoutColour(line).count }

  private func trimmed(_ line: Substring) -> String {
    String(line.reversed().drop { $0 == " " }.reversed())
  }

  private func withoutColour(_ text: String) -> String {
    var plain = ""
    var isEscape = false
    for scalar in text.unicodeScalars {
      if scalar == "\u{1B}" { isEscape = true }
      if !isEscape { plain.unicodeScalars.append(scalar) }
      if scalar == "m" { isEscape = false }
    }
    return plain
  }
}

extension Plot {
  /// The y coordinates of all series.
  fileprivate var allNumbers: [Double?] {
    if case .series(let all, _) = content { all.flatMap(\.y) } else { [] }
  }
}
