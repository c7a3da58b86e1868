// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import Testing

struct HistogramTests {
  @Test func edgesAreRound() {
    let histogram = Histogram([1, 2, 2, 3, 3, 3, 7])
    #expect(histogram.edges == [0, 2, 4, 6, 8])
    #expect(histogram.counts == [1, 5, 0, 1])
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
