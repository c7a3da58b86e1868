// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Testing

@Suite struct RandomOrderTests {
  /// The order was computed by a separate program: Fisher and Yates from the end, with Lemire's product for each place.
  @Test func neverChangesItsOrder() {
    var stream = RandomStream(seed: 1, purpose: .shuffle)
    #expect(stream.permutation(10) == [2, 6, 5, 7, 3, 9, 1, 4, 0, 8])
  }

  @Test(arguments: [0, 1, 2, 1000])
  func containsEveryNumberOnce(_ count: Int) {
    var stream = RandomStream(seed: 2, purpose: .shuffle, index: 4)
    #expect(stream.permutation(count).sorted() == Array(0..<Int32(count)))
  }

  /// 24,000 orders of four elements. χ² with 23 degrees of freedom exceeds 49.7 for one in a thousand seeds.
  @Test func drawsEveryOrderEquallyOften() {
    var stream = RandomStream(seed: 3, purpose: .shuffle)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<24_000 {
      var order = [0, 1, 2, 3]
      stream.shuffle(&order)
      counts[order, default: 0] += 1
    }
    #expect(counts.count == 24)
    let chiSquare = counts.values.reduce(0.0) { $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000 }
    #expect(chiSquare < 49.7)
  }

  /// 70,000 draws below seven. χ² with 6 degrees of freedom exceeds 22.5 for one in a thousand seeds.
  @Test func drawsNumbersBelowABoundEquallyOften() {
    var stream = RandomStream(seed: 4, purpose: .split)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[stream.below(7)] += 1 }
    let chiSquare = counts.reduce(0.0) { $0 + (Double($1) - 10_000) * (Double($1) - 10_000) / 10_000 }
    #expect(chiSquare < 22.5)
    for _ in 0..<10 { #expect(stream.below(1) == 0) }
  }

  /// A bound of 3·2⁶¹ rejects a quarter of the words; a plain product would favour some numbers.
  @Test func staysUnbiasedForHugeBounds() {
    var stream = RandomStream(seed: 5, purpose: .split)
    let bound = 3 << 61
    var lower = 0
    for _ in 0..<30_000 {
      let value = stream.below(bound)
      #expect(value >= 0 && value < bound)
      if value < 1 << 61 { lower += 1 }
    }
    #expect(abs(Double(lower) / 30_000 - 1.0 / 3) < 0.01)
    #expect(stream.position > 30_000)
  }
}
