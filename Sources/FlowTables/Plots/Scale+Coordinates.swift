// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Scale {
  /// A Boolean value that indicates whether gnuplot must be given other numbers than those of the scale.
  ///
  /// gnuplot multiplies coordinates with each other, and subtracts the ends of an axis. For numbers that are far from 1
  /// or close to each other, that overflows, underflows or loses all digits: it then draws nothing, or shades areas where
  /// there are none.
  var needsCoordinates: Bool {
    let largest = max(abs(lower), abs(upper))
    if isLogarithmic { return lower < Self.usual.lowerBound || upper > Self.usual.upperBound }
    let length = upper - lower
    return largest > Self.usual.upperBound || length < max(Self.usual.lowerBound, largest * 1e-12)
  }

  private static let usual = 1e-100...1e100

  /// Returns the number that stands for a number in a script for gnuplot: the number itself if possible, and otherwise
  /// one between -1 and 1 for a number within the scale. 0, where bars begin, stays 0 if it is on a linear scale.
  func coordinate(_ number: Double) -> Double {
    guard needsCoordinates else { return number }
    let hasZero = !isLogarithmic && lower <= 0 && upper >= 0
    let coordinate = hasZero ? number / max(-lower, upper) : unclampedPosition(number)
    return min(Self.mostCoordinate, max(-Self.mostCoordinate, coordinate))
  }

  private static let mostCoordinate = 1e6
}
