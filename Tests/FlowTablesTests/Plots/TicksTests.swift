// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Testing

@testable import FlowTables

struct TicksTests {
  struct Case: CustomTestStringConvertible {
    let low: Double
    let high: Double
    let most: Int
    var isLogarithmic = false
    var isWhole = false
    let labels: [String]
    var offset: String?

    var testDescription: String { "\(low)...\(high)" }
  }

  /// With room for three ticks or more, a reader can tell the scale.
  @Test(arguments: [3, 4, 5, 9]) func logarithmicAxesHaveTwoTicks(most: Int) {
    for start in stride(from: -30.0, through: 30, by: 0.7) {
      for decades in [0.02, 0.2, 0.5, 0.8, 1, 1.4, 1.9, 2.5, 3, 4, 5, 7, 9, 11, 14, 18, 23, 31, 45, 60, 100, 150] {
        let scale = Scale(Real.power(10, start), Real.power(10, start + decades), isLogarithmic: true)
        let ticks = Ticks(scale, most: most)
        #expect(ticks.values.count >= 2 && ticks.values.count <= most, "\(start), \(decades): \(ticks.labels)")
        #expect(ticks.values.allSatisfy { $0 >= scale.lower * 0.999999 && $0 <= scale.upper * 1.000001 })
      }
    }
  }

  /// The expected labels were worked out by hand.
  @Test(
    arguments: [
      Case(low: 0, high: 1, most: 6, labels: ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
      Case(low: -6, high: 6, most: 7, labels: ["-6", "-4", "-2", "0", "2", "4", "6"]),
      Case(low: 0.013, high: 0.97, most: 5, labels: ["0.2", "0.4", "0.6", "0.8"]),
      Case(low: 1, high: 3, most: 9, isWhole: true, labels: ["1", "2", "3"]),
      Case(low: 1, high: 8, most: 5, isWhole: true, labels: ["1", "3", "5", "7"]),
      Case(low: 1, high: 30, most: 7, isWhole: true, labels: ["1", "5", "10", "15", "20", "25", "30"]),
      Case(low: 1, high: 500, most: 6, isWhole: true, labels: ["1", "100", "200", "300", "400", "500"]),
      Case(low: 0, high: 480, most: 6, labels: ["0", "100", "200", "300", "400"]),
      Case(low: 0, high: 2.5e7, most: 4, labels: ["0", "1e7", "2e7"]),
      Case(low: 1e-9, high: 4e-9, most: 4, labels: ["1e-9", "2e-9", "3e-9", "4e-9"]),
      Case(low: -1.5e300, high: 1.5e300, most: 5, labels: ["-1e300", "0", "1e300"]),
      Case(low: 1, high: 1 + 1e-9, most: 3, labels: ["+0", "+5e-10", "+1e-9"], offset: "1"),
      Case(low: 1e15 + 1, high: 1e15 + 4, most: 5, labels: ["+0", "+1", "+2", "+3"], offset: "1000000000000001"),
      Case(low: -4e16, high: -4e16 + 32, most: 4, labels: ["+0", "+8", "+16", "+32"], offset: "-4e+16"),
      Case(low: 1, high: 1 + 4.440892098500626e-16, most: 3, labels: ["+0", "+2.22e-16", "+4.44e-16"], offset: "1"),
      Case(low: 123456.701, high: 123456.704, most: 1, labels: ["123456.701"]),
      Case(low: -1.6e308, high: 1.6e308, most: 3, labels: ["-1e308", "0", "1e308"]),
      Case(low: 0, high: 4 * .leastNonzeroMagnitude, most: 3, labels: ["0", "1e-323", "2e-323"]),
      Case(
        low: 1e-25, high: 1, most: 6, isLogarithmic: true, labels: ["1e-25", "1e-20", "1e-15", "1e-10", "1e-5", "1"]),
      Case(
        low: 1e-3, high: 1e3, most: 7, isLogarithmic: true, labels: ["0.001", "0.01", "0.1", "1", "10", "100", "1000"]),
      Case(low: 1e-3, high: 1e3, most: 3, isLogarithmic: true, labels: ["0.01", "1", "100"]),
      Case(low: 1e-9, high: 1e3, most: 3, isLogarithmic: true, labels: ["1e-8", "1e-4", "1"]),
      Case(low: 2, high: 45, most: 3, isLogarithmic: true, labels: ["3", "10", "30"]),
      Case(low: 0.5, high: 20, most: 3, isLogarithmic: true, labels: ["1", "3", "10"]),
      Case(low: 1, high: 30, most: 6, isLogarithmic: true, labels: ["1", "2", "5", "10", "20"]),
      Case(low: 4, high: 4.4, most: 3, isLogarithmic: true, labels: ["4.0", "4.2", "4.4"]),
    ])
  func labels(_ example: Case) {
    let scale = Scale(example.low, example.high, isLogarithmic: example.isLogarithmic)
    let ticks = Ticks(scale, most: example.most, isWhole: example.isWhole)
    #expect(ticks.labels == example.labels)
    #expect(ticks.offset == example.offset)
  }

  /// For any ends, there are at most the requested number of ticks, ascending and between the ends.
  @Test func ticksOfRandomScales() {
    var random = Numbers(seed: 1)
    for round in 0..<20_000 {
      let isLogarithmic = round % 2 == 0
      let ends = [random.next(), random.next()].map { isLogarithmic ? abs($0) : $0 }.sorted()
      guard ends.allSatisfy(\.isFinite), !isLogarithmic || ends[0] > 0 else { continue }
      let scale = Scale(ends[0], ends[1], isLogarithmic: isLogarithmic)
      let most = 1 + round % 12
      let ticks = Ticks(scale, most: most, isWhole: round % 3 == 0)
      let isAscending = zip(ticks.values, ticks.values.dropFirst()).allSatisfy { $0 < $1 }
      #expect(ticks.values.count <= most && isAscending && ticks.values.count == ticks.labels.count, "\(ends) \(most)")
      let margin = max(abs(ends[0]), abs(ends[1])) * 1e-8
      #expect(ticks.values.allSatisfy { $0 >= scale.lower - margin && $0 <= scale.upper + margin }, "\(ends) \(ticks)")
      #expect(Set(ticks.labels).count == ticks.labels.count, "\(ends) \(ticks)")
    }
  }
}

/// A reproducible generator of numbers of every size, including NaN, infinity and zero.
struct Numbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func whole(below bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }

  mutating func next() -> Double {
    let sign = whole(below: 2) == 0 ? 1.0 : -1.0
    let part = Double(whole(below: 1 << 20)) / Double(1 << 20)
    switch whole(below: 12) {
    case 0: return .nan
    case 1: return sign * .infinity
    case 2: return 0
    case 3: return sign * part * 1e308
    case 4: return sign * part * 1e-200 * 1e-110
    case 5: return sign * Double(whole(below: 10))
    case 6: return 1 + part * 1e-12
    default: return sign * part * 1000
    }
  }
}
