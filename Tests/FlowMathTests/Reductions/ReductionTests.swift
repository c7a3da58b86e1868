// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Testing

/// Compares sums over memory with sums computed here, including cases where squares leave the range of the element
/// type.
@Suite struct ReductionTests {
  static let counts = [8, 16, 24, 1016, 1024, 1032, 5000]

  @Test(arguments: counts)
  func norm(_ count: Int) {
    checkNorm(count, scale: Float(1), 1e-6)
    checkNorm(count, scale: 1.0, 1e-14)
  }

  /// Here the squares overflow or underflow, but the norm does not.
  @Test(arguments: [1e-44, 1e-40, 1e-30, 1e-20, 1e-15, 1e15, 1e25, 1e37])
  func normOutsideTheRangeOfSquaresInSinglePrecision(_ scale: Double) {
    // Subnormal numbers have few digits; the comparison uses the same rounded numbers.
    checkNorm(64, scale: Float(scale), 1e-6)
  }

  @Test(arguments: [0x1p-1074, 0x1p-1050, 0x1p-1030, 1e-300, 1e-160, 1e-100, 1e160, 1e300])
  func normOutsideTheRangeOfSquaresInDoublePrecision(_ scale: Double) {
    checkNorm(64, scale: scale, 1e-14)
  }

  @Test func normOfTheSmallestAndTheLargestNumber() {
    let tiny = OwnedMatrix<Double>(1, 4)
    tiny.view[0, 1] = .leastNonzeroMagnitude
    #expect(Reduction.norm(tiny.view.pointer, 4) == .leastNonzeroMagnitude)
    let large = OwnedMatrix<Double>(1, 4)
    large.view[0, 2] = -.greatestFiniteMagnitude
    #expect(Reduction.norm(large.view.pointer, 4) == .greatestFiniteMagnitude)
    let single = OwnedMatrix<Float>(1, 8)
    single.view[0, 7] = .greatestFiniteMagnitude
    #expect(Reduction.norm(single.view.pointer, 8) == Double(Float.greatestFiniteMagnitude))
    let zero = OwnedMatrix<Double>(1, 4)
    #expect(Reduction.norm(zero.view.pointer, 4) == 0)
  }

  @Test func normOfInfinitiesAndNaN() {
    for bad in [Double.nan, .infinity, -.infinity] {
      let x = OwnedMatrix<Double>(1, 12, seed: 1)
      x.view[0, 9] = bad
      #expect(!Reduction.norm(x.view.pointer, 12).isFinite)
      #expect(Reduction.norm(x.view.pointer, 12).isNaN == bad.isNaN)
      let y = OwnedMatrix<Float>(1, 16, seed: 1)
      y.view[0, 3] = Float(bad)
      #expect(!Reduction.norm(y.view.pointer, 16).isFinite)
    }
  }

  @Test(arguments: [1.0, 1e-30, 1e25])
  func distance(_ scale: Double) {
    let x = OwnedMatrix<Float>(1, 40, seed: 1)
    let y = OwnedMatrix<Float>(1, 40, seed: 2)
    for i in 0..<40 {
      x.view[0, i] *= Float(scale)
      y.view[0, i] *= Float(scale)
    }
    var sum = 0.0
    for i in 0..<40 {
      let d = (Double(x.view[0, i]) - Double(y.view[0, i])) / scale
      sum += d * d
    }
    let expected = sum.squareRoot() * scale
    #expect(abs(Reduction.distance(x.view.pointer, y.view.pointer, 40) - expected) <= 1e-6 * expected)
  }

  @Test func isFiniteChecksEveryElement() {
    checkFinite(Float.self)
    checkFinite(Double.self)
  }

  @Test(arguments: [(1, 1), (3, 5), (17, 9), (33, 16)])
  func columnSumsAreAddedInTheOrderOfTheRows(_ rows: Int, _ columns: Int) {
    checkColumnSums(rows, columns, Float.self)
    checkColumnSums(rows, columns, Double.self)
  }

  @Test(arguments: [(1, 1), (4, 5), (9, 19)])
  func columnsOfZerosAreCounted(_ rows: Int, _ columns: Int) {
    checkZeroColumns(rows, columns, Float.self)
    checkZeroColumns(rows, columns, Double.self)
  }

  /// A deviation next to a mean a billion times larger, where a difference of squares would lose all digits.
  @Test func momentsAreAccurateNearALargeMean() {
    let x = OwnedMatrix<Double>(50, 3, seed: 1)
    let plain = Reduction.moments(x.view)
    for i in 0..<50 { for j in 0..<3 { x.view[i, j] = x.view[i, j] * 0x1p-30 + 1 } }
    let moved = Reduction.moments(x.view)
    #expect(abs(moved.mean - 1 - plain.mean * 0x1p-30) < 1e-15)
    #expect(abs(moved.deviation * 0x1p30 / plain.deviation - 1) < 1e-6)
    let numbers = x.numbers.flatMap { $0 }
    let mean = numbers.reduce(0, +) / 150
    #expect(abs(moved.mean - mean) < 1e-15)
  }

  @Test(arguments: [1, 8, 19, 32])
  func momentsOfRegistersAndTheRest(_ columns: Int) {
    checkMoments(columns, Float.self)
    checkMoments(columns, Double.self)
  }

  private func checkMoments<E: Element>(_ columns: Int, _ type: E.Type) {
    let x = OwnedMatrix<E>(7, columns, seed: 3)
    let numbers = (0..<7).flatMap { row in (0..<columns).map { Double(x.view[row, $0]) } }
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
    let own = Reduction.moments(x.view)
    #expect(abs(own.mean - mean) < 1e-14)
    #expect(abs(own.deviation - variance.squareRoot()) < 1e-14)
  }

  private func checkNorm<E: Element>(_ count: Int, scale: E, _ tolerance: Double) {
    let x = OwnedMatrix<E>(1, count, seed: 9)
    let unit = 1 / Double(scale)
    // Scaled in two steps, because the reciprocal of the smallest numbers overflows.
    let half = Double(sign: .plus, exponent: Double(scale).exponent / 2, significand: 1)
    var sum = 0.0
    for i in 0..<count {
      x.view[0, i] *= scale
      let value = unit.isFinite ? Double(x.view[0, i]) * unit : Double(x.view[0, i]) / half / half
      sum += value * value
    }
    let norm = Reduction.norm(x.view.pointer, count)
    let own = unit.isFinite ? norm * unit : norm / half / half
    // A subnormal norm is rounded to a multiple of the smallest number.
    let grain = unit.isFinite ? 0 : Double.leastNonzeroMagnitude / half / half
    #expect(abs(own - sum.squareRoot()) <= tolerance * sum.squareRoot() + grain)
  }

  private func checkFinite<E: Element>(_ type: E.Type) {
    let count = 5 * E.Vector.scalarCount
    let x = OwnedMatrix<E>(1, count, seed: 3)
    #expect(Reduction.isFinite(x.view.pointer, count))
    x.view.fill(.greatestFiniteMagnitude)
    #expect(Reduction.isFinite(x.view.pointer, count))
    for place in [0, 1, count / 2, count - 1] {
      for bad in [E.nan, .infinity, -.infinity] {
        let kept = x.view[0, place]
        x.view[0, place] = bad
        #expect(!Reduction.isFinite(x.view.pointer, count))
        x.view[0, place] = kept
      }
    }
  }

  private func checkColumnSums<E: Element>(_ rows: Int, _ columns: Int, _ type: E.Type) {
    let x = OwnedMatrix<E>(rows, columns, seed: 4)
    let sums = OwnedPanels<E>(1, columns, seed: 5)
    var expected = [E](repeating: 0, count: columns)
    for row in 0..<rows { for column in 0..<columns { expected[column] += x.view[row, column] } }
    Reduction.columnSums(x.view, into: sums.view.pointer)
    #expect(sums.numbers[0] == expected)
    #expect(sums.padding.allSatisfy { $0 == 0 })
  }

  private func checkZeroColumns<E: Element>(_ rows: Int, _ columns: Int, _ type: E.Type) {
    let x = OwnedMatrix<E>(rows, columns)
    #expect(Reduction.zeroColumns(x.view) == columns)
    // Opposite numbers must not cancel, and even the smallest number is not zero.
    x.view[0, 0] = 1
    if rows > 1 { x.view[1, 0] = -1 }
    #expect(Reduction.zeroColumns(x.view) == columns - 1)
    x.view[rows - 1, columns - 1] = -.leastNonzeroMagnitude
    #expect(Reduction.zeroColumns(x.view) == max(columns - 2, 0))
    // The padding must not be counted.
    for row in 0..<rows { for i in columns..<x.view.stride { x.view[row, i] = 1 } }
    #expect(Reduction.zeroColumns(x.view) == max(columns - 2, 0))
  }
}
