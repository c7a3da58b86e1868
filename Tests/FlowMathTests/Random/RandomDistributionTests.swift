// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Glibc
import Testing

/// Tests the distributions of 100,000 numbers from fixed seeds. The bounds are at least four standard errors.
@Suite struct RandomDistributionTests {
  private static let count = 100_000

  private func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
  }

  /// Returns the largest distance between the empirical and the true distribution, times √n. It exceeds 1.95 in one of
  /// a thousand samples (Kolmogorov and Smirnov).
  private func distance(_ values: [Double], _ distribution: (Double) -> Double) -> Double {
    let n = Double(values.count)
    return values.sorted().enumerated().map { index, value in
      let expected = distribution(value)
      return max(abs(Double(index) / n - expected), abs(Double(index + 1) / n - expected))
    }.reduce(0, max) * n.squareRoot()
  }

  private func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let ((meanA, varianceA), (meanB, varianceB)) = (moments(a), moments(b))
    let sum = zip(a, b).reduce(0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) }
    return sum / Double(a.count) / (varianceA * varianceB).squareRoot()
  }

  @Test(arguments: StreamPurpose.allCases)
  func drawsUniformNumbers(_ purpose: StreamPurpose) {
    var stream = RandomStream(seed: 11, purpose: purpose)
    let values = (0..<Self.count).map { _ in stream.uniform() }
    let (mean, variance) = moments(values)
    #expect(abs(mean - 0.5) < 0.0037 && abs(variance - 1.0 / 12) < 0.00095)
    #expect(distance(values) { $0 } < 1.95)
    #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
  }

  @Test(arguments: [0, 1, 2] as [UInt64])
  func drawsNormalNumbers(_ index: UInt64) {
    var stream = RandomStream(seed: 12, purpose: .initializer, index: index)
    let fixed = stream
    let values = (0..<Self.count).map { _ in stream.normal() }
    let (mean, variance) = moments(values)
    #expect(abs(mean) < 0.0127 && abs(variance - 1) < 0.018)
    #expect(distance(values) { 0.5 * erfc(-$0 / 2.0.squareRoot()) } < 1.95)
    // The tails: a share of 6.334e-5 of the numbers lies beyond ±4.
    #expect(values.count { abs($0) > 4 } <= 17)
    #expect(values[99_999] == fixed.normal(at: 99_999))
  }

  /// Streams that differ in only one argument must be uncorrelated, and so must neighbours in one stream.
  @Test func drawsUnrelatedStreams() {
    func values(_ seed: UInt64, _ purpose: StreamPurpose, _ index: UInt64) -> [Double] {
      var stream = RandomStream(seed: seed, purpose: purpose, index: index)
      return (0..<Self.count).map { _ in stream.uniform() }
    }
    let base = values(0, .initializer, 0)
    let others = [
      values(1, .initializer, 0), values(1 << 32, .initializer, 0), values(0, .data, 0), values(0, .initializer, 1),
      values(0, .initializer, 1 << 32), Array(base.dropFirst() + base.prefix(1)),
      Array(base.dropFirst(2) + base.prefix(2)),
    ]
    for other in others { #expect(abs(correlation(base, other)) < 0.0127) }
  }

  /// Filling a buffer is the same as drawing numbers one by one, whatever was drawn before.
  @Test(arguments: [0, 1, 2, 3], [0, 1, 7, 8, 9, 1000])
  func fillsWithNormalNumbers(_ drawn: Int, _ count: Int) {
    var single = RandomStream(seed: 12, purpose: .initializer, index: 1)
    for _ in 0..<drawn { _ = single.bits() }
    var stream = single
    var numbers = [Double](repeating: 0, count: count)
    numbers.withUnsafeMutableBufferPointer { stream.fillNormal($0) }
    #expect(numbers == (0..<count).map { _ in single.normal() })
    #expect(stream.bits() == single.bits())
  }

  /// Tests the number made of a known word: its probability is the top 52 bits of the word plus half a step.
  @Test func inverts() {
    var stream = RandomStream(seed: 0, purpose: .data)
    let share = (Double(0xb147_e04a_1c3f_9 as UInt64) + 0.5) / 4_503_599_627_370_496
    #expect(abs(0.5 * erfc(-stream.normal() / 2.0.squareRoot()) - share) < 4e-16)
  }
}
