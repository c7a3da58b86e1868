// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import FlowTables

struct PlotMergingTests {
  private func plot(_ count: Int, isLogarithmic: Bool = false) -> Plot {
    let x = (1...count).map { Optional(Double($0)) }
    let y = (1...count).map { place in
      Optional(place == 20_001 ? 1e4 : place == 30_000 ? -2e4 : isLogarithmic ? 1e-3 : 0.5)
    }
    return Plot(
      x: Plot.Axis("name", names: (1...count).map { "row \($0)" }),
      y: Plot.Axis("y", isLogarithmic: isLogarithmic), .series([Plot.Series("y", x: x, y: y)], .bar))
  }

  @Test func picturesOfManyBarsAreSmallAndKeepExtremes() throws {
    let script = GnuplotScript(plot(50_000), width: 8)
    let text = script.text(for: .svg)
    let rows = try #require(text.split(separator: "$data << EOD\n").last?.split(separator: "\nEOD").first)
      .split(separator: "\n")
    #expect(rows.count == 944 && rows[20_000 / 53] == "10000" && rows[29_999 / 53] == "-20000")
    #expect(rows.count { $0 == "0.5" } == 942)
    #expect(script.pictureNotes == ["there is no room for 50000 bars: of each 53 neighbours, the longest is drawn"])
    #expect(script.text.split(separator: "\n").count { $0 == "0.5" } == 49_998, "a script has all data")
  }

  @Test func keptBarHasItsOwnName() {
    let merged = plot(50_000).mergingBars(dots: 945)
    #expect(merged.x.names[20_000 / 53] == "row 20001" && merged.x.names[29_999 / 53] == "row 30000")
  }

  /// The second series has its extreme elsewhere, and shows what it has at the place that the first one decides.
  @Test func allSeriesShowTheSamePlace() throws {
    let x = (1...4000).map { Optional(Double($0)) }
    func series(_ name: String, _ place: Int, _ height: Double) -> Plot.Series {
      Plot.Series(name, x: x, y: x.map { $0 == Double(place) ? height : 0.5 })
    }
    let plot = Plot(
      x: Plot.Axis("name", names: (1...4000).map { "row \($0)" }), y: Plot.Axis("y"),
      .series([series("a", 2, 9), series("b", 3, -7)], .bar))
    let merged = plot.mergingBars(dots: 800)
    #expect(merged.x.names.count == 400 && merged.x.names[0] == "row 2" && merged.x.names[1] == "row 11")
    #expect(merged.allSeries.map { $0.y[0] } == [9, 0.5])
  }

  @Test func omissionsAreStatedForTheWholeData() {
    let notes = GnuplotScript(plot(50_000, isLogarithmic: true)).pictureNotes
    #expect(notes.contains { $0.hasPrefix("1 bar is not above 0") })
  }

  @Test func fewBarsAreNotMerged() {
    #expect(plot(200).mergingBars(dots: 945).x.names.count == 200)
  }
}
