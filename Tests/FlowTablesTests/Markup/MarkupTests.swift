// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import FlowTables

struct MarkupTests {
  @Test func charactersWithAMeaningAreEscaped() {
    #expect(
      Markup.escaped("<script>alert('1' & \"2\")</script>")
        == "&lt;script&gt;alert(&#39;1&#39; &amp; &quot;2&quot;)&lt;/script&gt;")
    // A bracket or a quote followed by a combining mark is a different `Character`.
    #expect(Markup.escaped("<\u{301}\"\u{301}") == "&lt;\u{301}&quot;\u{301}")
    #expect(Markup.escaped("&amp;") == "&amp;amp;")
  }

  @Test func disturbingCharactersBecomeVisible() {
    #expect(Markup.escaped("a\u{0}b\u{1B}[31m\u{202E}c\u{FFFE}") == "a\\u{0}b\\u{1B}[31m\\u{202E}c\\u{FFFE}")
    #expect(Markup.escaped("two\nlines") == "two\nlines")
  }

  @Test func attributesAreQuoted() {
    let element = Markup.element("p", ["class": "a\" onclick=\"b", "id": nil], Markup("x < y"))
    #expect(element.source == "<p class=\"a&quot; onclick=&quot;b\">x &lt; y</p>")
    #expect(Markup.empty("br").source == "<br/>")
  }

  @Test func coordinatesAreShort() {
    #expect([1, 1.26, -0.01, 1e3].map(Markup.coordinate) == ["1", "1.3", "0", "1000"])
  }

  @Test func tableCellsAreEscapedAndNamed() {
    let table = Table(columns: [
      Column("layer", integers: [1, 2]), Column("<b>", numbers: [0.123456, 10]),
      Column("state", .state, texts: ["ok", "<i>"]),
    ])
    let html = table.html(caption: "\"1\" & 2").source
    #expect(html.contains("<caption>&quot;1&quot; &amp; 2</caption>"))
    #expect(html.contains("<th scope=\"col\" class=\"number\">&lt;b&gt;</th>"))
    #expect(html.contains("<th scope=\"row\" class=\"number\">1</th>"))
    #expect(html.contains("<td class=\"number\"> 0.1235</td>") && html.contains("<td class=\"number\">10     </td>"))
    #expect(html.contains("<td class=\"bad\">&lt;i&gt;</td>"))
  }

  @Test func middleOfALongTableIsLeftOut() {
    let html = Table(columns: [Column("n", integers: Array(1...1000))]).html(caption: "").source
    #expect(html.contains("940 rows are left out") && html.contains(">  30<") && html.contains("> 971<"))
    #expect(!html.contains(">  31<") && !html.contains("> 970<"))
  }

  /// A point between two gaps is visible, also on a long curve.
  @Test(arguments: [9, 9_000]) func lonelyPointsAreVisible(_ count: Int) throws {
    let y = (0..<count).map { $0 % 2 == 1 ? nil : Optional($0 == 4 ? 1.0 : 2) }
    let plot = Plot(
      x: Plot.Axis("step"), y: Plot.Axis("loss"),
      .series([Plot.Series("loss", x: (0..<count).map(Double.init), y: y)], .line))
    let svg = try #require(plot.inlineSVG(description: "loss")).source
    #expect(svg.contains(/<circle class="dot series-1" cx="[\d.]+" cy="261.1"/))
    #expect(svg.utf8.count < 90_000)
  }

  /// A gap of a long curve stays a gap.
  @Test func gapsOfLongCurvesStay() throws {
    let y = (0..<9_000).map { $0 == 4_000 ? nil : Optional(Double($0)) }
    let plot = Plot(
      x: Plot.Axis("step"), y: Plot.Axis("loss"),
      .series([Plot.Series("loss", x: (0..<9_000).map(Double.init), y: y)], .line))
    let svg = try #require(plot.inlineSVG(description: "loss")).source
    let path = try #require(svg.firstMatch(of: /\bd="([^"]*)"/)?.1)
    #expect(path.count { $0 == "M" } == 2)
  }

  /// The data before smoothing are behind the line, and no curve lies on the axis.
  @Test func smoothedCurvesShowTheirData() throws {
    let y = (0..<500).map { Optional(Double($0 % 7)) }
    var plot = Plot(
      x: Plot.Axis("step"), y: Plot.Axis("loss"),
      .series([Plot.Series("loss", x: y.indices.map(Double.init), y: y)], .line)
    )
    #expect(try #require(plot.inlineSVG(description: "loss")).source.contains("class=\"raw") == false)
    plot.smooth(Smoothing(span: 50, .median))
    let svg = try #require(plot.inlineSVG(description: "loss")).source
    let (raw, line) = (try #require(svg.range(of: "class=\"raw")), try #require(svg.range(of: "class=\"curve")))
    #expect(raw.lowerBound < line.lowerBound)
    let ys = svg.matches(of: /[ML][\d.]+ ([\d.]+)/).compactMap { Double($0.1) }
    #expect(ys.max() ?? 270 < 269 && ys.min() ?? 0 > 31)
  }

  /// Every curve of a page has another combination of colour and dashes, and its legend shows the same.
  @Test func manyCurvesAreDistinct() throws {
    let all = (0..<60).map { Plot.Series("s\($0)", x: [1, 2], y: [Double($0), 0]) }
    let svg = try #require(
      Plot(x: Plot.Axis("x"), y: Plot.Axis("y"), .series(all, .line)).inlineSVG(description: "many")
    ).source
    func looks(_ name: String) -> [String] {
      svg.split(separator: "\n").filter { $0.hasPrefix("<\(name) class=\"curve") }.map { line in
        let dash = line.firstMatch(of: /stroke-dasharray="([^"]*)"/)?.1 ?? ""
        return "\(line.firstMatch(of: /series-\d+/)?.0 ?? "") \(dash)"
      }
    }
    #expect(Set(looks("path")).count == 60 && looks("line") == looks("path"))
  }

  /// Of a long curve, few points are drawn, and no spike is lost.
  @Test func longCurvesAreThinned() throws {
    var y = [Double?](repeating: 1, count: 100_000)
    y[54_321] = 9
    let plot = Plot(
      x: Plot.Axis("step"), y: Plot.Axis("loss"),
      .series([Plot.Series("loss", x: (0..<100_000).map(Double.init), y: y)], .line))
    let svg = try #require(plot.inlineSVG(description: "<loss>")).source
    #expect(svg.utf8.count < 30_000 && svg.contains("aria-label=\"&lt;loss&gt;\""))
    let whole = try #require(
      Plot(
        x: Plot.Axis("step"), y: Plot.Axis("loss"),
        .series([Plot.Series("loss", x: [0, 54_321, 99_999], y: [1, 9, 1])], .line)
      ).inlineSVG(description: ""))
    let top = try #require(whole.source.firstMatch(of: /L(\S+ [\d.]+)L/)?.1)
    #expect(svg.contains("L\(top)"))
  }

  @Test func nothingIsDrawnWithoutPoints() {
    let plot = Plot(x: Plot.Axis("x"), y: Plot.Axis("y"), .series([Plot.Series("", x: [1], y: [nil])], .line))
    #expect(plot.inlineSVG(description: "") == nil)
  }
}
