// SPDX-License-Identifier: GPL-3.0-or-later

/// Sums over memory. Their order is fixed, whatever the number of threads.
public enum Reduction {
  /// Computes sums[j] = Σ_i x[i, j], for the padding too.
  @inlinable
  public static func columnSums<E: Element>(_ x: Matrix<E>, into sums: UnsafeMutablePointer<E>) {
    for column in stride(from: 0, to: Matrix<E>.padded(x.columns), by: E.Vector.scalarCount) {
      var sum = E.Vector()
      for row in 0..<x.rows { sum += load(x.pointer + row * x.stride + column) }
      store(sum, sums + column)
    }
  }

  /// Returns the mean and the standard deviation, without the padding. The deviation is computed from the differences
  /// to the mean, so that a small spread around a large mean is accurate.
  @inlinable
  public static func moments<E: Element>(_ x: Matrix<E>) -> (mean: Double, deviation: Double) {
    let mean = mean(x)
    let middle = DoubleRegister(repeating: mean)
    let squares = sumOfDoubles(x, four: { ($0 - middle) * ($0 - middle) }, each: { ($0 - mean) * ($0 - mean) })
    let count = Double(x.rows * x.columns)
    if isSafe(squares, Double.self) || !mean.isFinite { return (mean, (squares / count).squareRoot()) }
    let length = scaledNorm(x.rows * x.columns) { Double(x[$0 / x.columns, $0 % x.columns]) - mean }
    return (mean, length / count.squareRoot())
  }

  /// Returns the mean, without the padding.
  @inlinable
  public static func mean<E: Element>(_ x: Matrix<E>) -> Double {
    sumOfDoubles(x, four: { $0 }, each: { $0 }) / Double(x.rows * x.columns)
  }

  /// Returns the sum of a function of the elements in f64, without the padding. `four` maps four elements at a time and
  /// `each` those left over at the end of a row.
  @inlinable @inline(__always)
  static func sumOfDoubles<E: Element>(
    _ x: Matrix<E>, four: (DoubleRegister) -> DoubleRegister, each: (Double) -> Double
  ) -> Double {
    let lanes = E.Vector.scalarCount
    let whole = x.columns / lanes * lanes
    var first = DoubleRegister()
    var second = DoubleRegister()
    var rest = 0.0
    for row in 0..<x.rows {
      let start = x.pointer + row * x.stride
      for column in stride(from: 0, to: whole, by: lanes) {
        let numbers = (load(UnsafePointer(start + column)) as E.Vector).doubles
        first = first + four(numbers.first)
        if let more = numbers.second { second = second + four(more) }
      }
      for column in whole..<x.columns { rest += each(Double(start[column])) }
    }
    return (first + second).sum + rest
  }

  /// Returns whether no element is infinite or NaN. The count must be a multiple of the vector width.
  @inlinable
  public static func isFinite<E: Element>(_ x: UnsafePointer<E>, _ count: Int) -> Bool {
    // Zero times a finite number is zero; zero times anything else is NaN.
    var sum = E.Vector()
    let zero = E.Vector()
    for i in stride(from: 0, to: count, by: E.Vector.scalarCount) { sum = sum.fused(load(x + i), zero) }
    for lane in 0..<E.Vector.scalarCount where sum[lane] != 0 { return false }
    return true
  }

  /// Returns the number of columns that contain only zeros. Stops reading once every column has a nonzero element.
  @inlinable
  public static func zeroColumns<E: Element>(_ x: Matrix<E>) -> Int {
    if x.rows == 1, x.columns == 1 { return x.pointer[0] == 0 ? 1 : 0 }
    var count = 0
    for column in stride(from: 0, to: Matrix<E>.padded(x.columns), by: E.Vector.scalarCount) {
      var sum = E.Vector()
      let lanes = min(E.Vector.scalarCount, x.columns - column)
      var zeros = lanes
      var row = 0
      while zeros > 0, row < x.rows {
        let end = min(row + 8, x.rows)
        while row < end {
          sum += (load(x.pointer + row * x.stride + column) as E.Vector).magnitude
          row += 1
        }
        zeros = 0
        for lane in 0..<lanes where sum[lane] == 0 { zeros += 1 }
      }
      count += zeros
    }
    return count
  }
}
