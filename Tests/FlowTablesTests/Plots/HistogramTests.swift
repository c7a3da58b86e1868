// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import Testing

struct HistogramTests {
  @Test func edgesAreRound() {
    let histogram = Histogram([1, 2, 2, 3, 3, 3, 7])
    #expect(histogram.edges == [0, 2, 4, 6, 8])
    #expect(histogram.counts == [1, 5, 0, 1])
  }

  @Test(arguments: [5, 1, 0, -3, 1e300]) func equalNumbersHaveOneIntervalAroundThem(_ number: Double) {
    let histogram = Histogram([number, number, number])
    #expect(histogram.counts == [3] && histogram.edges[0] < number && number < histogram.edges[1])
  }

  /// A cut number would be another one.
  @Test func limitsOfIntervalsHaveRoom() {
    let plot = Plot(
      x: Plot.Axis("w"), y: Plot.Axis("count"), .histogram(Histogram((1...200).map { Double($0) * 1e6 / 7 })))
    let lines = DocumentWriter.text(of: .plot(plot), .table, layout: Layout(width: 44)).split(separator: "\n")
    #expect(lines.count == 7 && !lines.joined().contains("…"))
    #expect(lines.allSatisfy { $0.count <= 44 })
  }

  /// An interval includes its lower edge. The last one includes both.
  @Test func equalIntervals() {
    let histogram = Histogram([0, 1, 2, 3, 4], bins: 2)
    #expect(histogram.edges == [0, 2, 4])
    #expect(histogram.counts == [2, 3])
  }

  @Test func equalRatios() {
    let histogram = Histogram([1, 10, 100, 1000, 0, -3, .nan], bins: 3, isLogarithmic: true)
    #expect(histogram.counts == [1, 1, 2])
    #expect(zip(histogram.edges, [1, 10, 100, 1000]).allSatisfy { abs($0 / $1 - 1) < 1e-12 })
    #expect(histogram.nonpositive == 2 && histogram.nonfinite == 1)
  }

  /// The intervals fill the limits: with round edges if these are round, and otherwise with equal widths.
  @Test(
    arguments: [
      ([1, 2, 2, 3.5], nil, -5...10, false, [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
      ([1, 2, 2, 3.5, 40], 2, 0...10, false, [0, 5, 10]),
      ([1, 2, 2, 3], nil, 0...9, false, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
      ([1, 2, 3], 2, 0.01...100, true, [0.01, 1, 100]),
    ] as [([Double], Int?, ClosedRange<Double>, Bool, [Double])])
  func limits(numbers: [Double], bins: Int?, limits: ClosedRange<Double>, isLogarithmic: Bool, edges: [Double]) {
    let histogram = Histogram(numbers, bins: bins, isLogarithmic: isLogarithmic, limits: limits)
    #expect(histogram.edges.count == edges.count && histogram.total == numbers.count(where: limits.contains))
    #expect(zip(histogram.edges, edges).allSatisfy { abs($0 - $1) < 1e-12 }, "\(histogram.edges)")
  }

  @Test func limitsThatAreNotRound() {
    let edges = Histogram([1, 2, 2.5], limits: 0.3...2.7).edges
    #expect(edges.first == 0.3 && edges.last == 2.7)
    let widths = zip(edges, edges.dropFirst()).map { $1 - $0 }
    #expect(widths.allSatisfy { abs($0 - widths[0]) < 1e-12 }, "\(edges)")
    #expect(Histogram([1, 2], limits: 5...6).counts == [])
  }

  @Test func everyNumberIsCounted() {
    var random = Numbers(seed: 2)
    for round in 0..<3000 {
      let numbers = (0..<random.whole(below: 40)).map { _ in random.next() }
      let bins = round % 3 == 0 ? 1 + random.whole(below: 50) : nil
      let histogram = Histogram(numbers, bins: bins, isLogarithmic: round % 2 == 0)
      #expect(histogram.total + histogram.nonfinite + histogram.nonpositive == numbers.count, "\(numbers)")
      #expect(histogram.counts.isEmpty ? histogram.edges.isEmpty : histogram.edges.count == histogram.counts.count + 1)
      #expect(histogram.edges == histogram.edges.sorted(), "\(numbers) \(histogram.edges)")
      #expect(bins == nil || histogram.counts.isEmpty || histogram.counts.count == bins)
      #expect(bins != nil || histogram.counts.count <= 40, "\(histogram.counts.count)")
    }
  }
}
