// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import FlowTables

struct ThinningTests {
  private let thinning = Thinning(
    x: Scale(0, 131_072, isLogarithmic: false), y: Scale(-1000, 1000, isLogarithmic: false), columns: 256, rows: 100)

  private func noise(_ count: Int) -> [Thinning.Point?] {
    var random = Numbers(seed: 3)
    return (0..<count).map { (Double($0), Double(random.whole(below: 2001)) - 1000) }
  }

  private func column(_ point: Thinning.Point) -> Int { Int(point.x / 512) }

  /// In each column of the picture, a line has the same ends and the same extremes as before.
  @Test func linesKeepTheirExtremes() {
    let points = noise(131_072)
    let thinned = thinning.line(points)
    #expect(thinned.count <= 1024)
    func extremes(_ points: [Thinning.Point?]) -> [Int: [Double]] {
      Dictionary(grouping: points.compactMap(\.self), by: column).mapValues { points in
        [points.map(\.y).min() ?? 0, points.map(\.y).max() ?? 0, points[0].y, points[points.count - 1].y]
      }
    }
    #expect(extremes(thinned) == extremes(points))
    let xs = thinned.compactMap { $0?.x }
    #expect(xs == xs.sorted())
  }

  /// A short series is drawn as it is, and a line stays broken where it was.
  @Test func gapsStay() {
    #expect(thinning.line(noise(200)).count == 200)
    var points = noise(131_072)
    for place in [0, 50_000, 50_001, 131_071] { points[place] = nil }
    let thinned = thinning.line(points)
    #expect(thinned.count { $0 == nil } == 3)
    let gap = thinned.dropFirst().firstIndex { $0 == nil } ?? 0
    #expect(thinned[gap - 1]?.x == 49_999 && thinned[gap + 1]?.x == 50_002)
  }

  /// Lines that leave the picture enter it again at the same place.
  @Test func pointsOutsideAreThinnedToo() {
    let limited = Thinning(
      x: Scale(40_000, 40_010, isLogarithmic: false), y: Scale(-1, 1, isLogarithmic: false), columns: 200, rows: 100)
    let thinned = limited.line(noise(131_072))
    #expect(thinned.count < 30)
    for place in 39_999...40_010 { #expect(thinned.contains { $0?.x == Double(place) }) }
  }

  /// A line that covers the same places again and again is reduced to what is visible, with its extremes.
  @Test func linesThatRunBackAndForth() {
    var random = Numbers(seed: 4)
    let points = (0..<50_000).map { _ -> Thinning.Point? in
      (Double(random.whole(below: 131_072)), Double(random.whole(below: 2001)) - 1000)
    }
    let thinned = thinning.line(points)
    #expect(thinned.count < 10_000)
    func range(_ points: [Thinning.Point?]) -> [Double?] {
      let (xs, ys) = (points.compactMap { $0?.x }, points.compactMap { $0?.y })
      return [xs.min(), xs.max(), ys.min(), ys.max()]
    }
    #expect(range(thinned) == range(points))
    // Every part is one of the line.
    let pairs = Set(zip(points, points.dropFirst()).map { [$0?.x, $0?.y, $1?.x, $1?.y] })
    for (start, end) in zip(thinned, thinned.dropFirst()) where start != nil && end != nil {
      #expect(pairs.contains([start?.x, start?.y, end?.x, end?.y]))
    }
  }

  @Test func bandsKeepWhatTheyCover() {
    let spans = (0..<131_072).map { number -> Plot.Span? in (Double(number), Double(-number % 7), Double(number % 11)) }
    let thinned = thinning.band(spans)
    #expect(thinned.count <= 768)
    #expect(thinned.allSatisfy { ($0?.low ?? 1) >= -6 && ($0?.high ?? 11) <= 10 })
    let columns = Dictionary(grouping: thinned.compactMap(\.self), by: { Int($0.x / 512) })
    #expect(columns.count == 256 && columns.values.allSatisfy { $0.contains { $0.low == -6 && $0.high == 10 } })
  }

  @Test func dotsAtTheSamePlaceAreOne() {
    let points = (0..<131_072).map { number -> Thinning.Point? in (Double(number), number % 2 == 0 ? 0 : 900) }
    #expect(thinning.dots(points).count == 512)
    let bars = (0..<131_072).map { number -> Plot.Span? in (Double(number), 0, 900) }
    #expect(thinning.bars(bars).count == 256)
  }

  /// A picture contains what can be seen, and a script to run by hand contains all of the data.
  @Test func picturesAreThinned() {
    let points = noise(131_072).compactMap(\.self)
    let series = Plot.Series("", x: points.map(\.x), y: points.map(\.y))
    let plot = Plot(x: Plot.Axis("x"), y: Plot.Axis("y"), .series([series], .line))
    func rows(_ script: String) -> Int { script.split(separator: "\n").count }
    let script = GnuplotScript(plot, width: 8)
    #expect(rows(script.text) > 131_072)
    for picture in GnuplotScript.Picture.allCases { #expect(rows(script.text(for: picture)) < 4000) }
    #expect(plot.pictureNotes == [])
  }
}
