// SPDX-License-Identifier: GPL-3.0-or-later

/// A shift and a factor per column. The scaled value is (value − shift) · factor.
public struct Scaling: Sendable, Equatable {
  /// The number subtracted from each column. For standardized columns, their mean.
  public let shifts: [Double]
  /// The number by which each column is multiplied. For standardized columns, the reciprocal of their standard
  /// deviation. 0 for a constant input that has been standardized; never 0 for a target.
  public let factors: [Double]
  /// A Boolean value that indicates whether the result has mean 0 and standard deviation 1, on the data that the scaling
  /// was computed from.
  public let isStandard: Bool

  package init(shifts: [Double], factors: [Double], isStandard: Bool = false) {
    self.shifts = shifts
    self.factors = factors
    self.isStandard = isStandard
  }

  /// Writes one row of `width` values, computed in 64 bits and rounded once to the element type.
  @inlinable @inline(__always)
  func apply<E: BinaryFloatingPoint>(
    width: Int, into out: UnsafeMutablePointer<E>, _ stored: (_ column: Int) -> Double
  ) {
    shifts.withUnsafeBufferPointer { shifts in
      factors.withUnsafeBufferPointer { factors in
        for column in 0..<width { out[column] = E((stored(column) - shifts[column]) * factors[column]) }
      }
    }
  }

  /// Returns the scaled value of a number in a column.
  public func scaled(_ number: Double, column: Int) -> Double { (number - shifts[column]) * factors[column] }

  /// Returns the number in a column whose scaled value is given, in the unit that the column had before scaling.
  /// Requires a factor other than 0.
  public func restored(_ scaled: Double, column: Int) -> Double { scaled / factors[column] + shifts[column] }

  /// Returns the scaling that applies this one and then another.
  func followed(by other: Scaling) -> Scaling {
    let shifts = factors.indices.map { column in
      factors[column] == 0 ? self.shifts[column] : self.shifts[column] + other.shifts[column] / factors[column]
    }
    return Scaling(shifts: shifts, factors: zip(factors, other.factors).map(*), isStandard: other.isStandard)
  }
}

/// How to scale the columns of inputs or targets.
public enum ScalingRule: Sendable, Equatable {
  /// Multiplies by these factors, one for each column, or one for all columns.
  case factors([Double])
  /// Shifts and scales every column to mean 0 and standard deviation 1.
  case standard
}
