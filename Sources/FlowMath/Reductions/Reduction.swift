// SPDX-License-Identifier: GPL-3.0-or-later

/// Sums over memory, in one fixed order whatever the number of threads.
public enum Reduction {
  /// sums[j] = Σ_i x[i, j]; padding included.
  @inlinable
  public static func columnSums<E: Element>(_ x: Matrix<E>, into sums: UnsafeMutablePointer<E>) {
    for column in stride(from: 0, to: Matrix<E>.padded(x.columns), by: E.Vector.scalarCount) {
      var sum = E.Vector()
      for row in 0..<x.rows { sum += load(x.pointer + row * x.stride + column) }
      store(sum, sums + column)
    }
  }

  /// Mean and standard deviation over the columns that count, the latter from the differences to the mean, so that a
  /// small spread beside a large mean keeps its digits.
  @inlinable
  public static func moments<E: Element>(_ x: Matrix<E>) -> (mean: Double, deviation: Double) {
    let mean = mean(x)
    var squares = 0.0
    for row in 0..<x.rows {
      for column in 0..<x.columns {
        let difference = Double(x[row, column]) - mean
        squares += difference * difference
      }
    }
    return (mean, (squares / Double(x.rows * x.columns)).squareRoot())
  }

  /// The mean over the columns that count.
  @inlinable
  public static func mean<E: Element>(_ x: Matrix<E>) -> Double {
    var sum = 0.0
    for row in 0..<x.rows {
      for column in 0..<x.columns { sum += Double(x[row, column]) }
    }
    return sum / Double(x.rows * x.columns)
  }

  /// False if any of the elements is infinite or NaN. The count is a multiple of the vector width.
  @inlinable
  public static func isFinite<E: Element>(_ x: UnsafePointer<E>, _ count: Int) -> Bool {
    // Zero times a finite number is zero; times anything else it is NaN.
    var sum = E.Vector()
    let zero = E.Vector()
    for i in stride(from: 0, to: count, by: E.Vector.scalarCount) { sum = sum.fused(load(x + i), zero) }
    for lane in 0..<E.Vector.scalarCount where sum[lane] != 0 { return false }
    return true
  }

  /// How many columns hold nothing but zeros. It reads no further than to the row from which on all have something else.
  @inlinable
  public static func zeroColumns<E: Element>(_ x: Matrix<E>) -> Int {
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
