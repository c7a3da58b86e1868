// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// An interval of numbers that maps them to positions.
struct Scale {
  let isLogarithmic: Bool
  let lower: Double
  let upper: Double
  /// A Boolean value that indicates whether the ends are around a single number.
  let isMargin: Bool
  /// The ends of the axis: the logarithms of `lower` and `upper` if it is logarithmic, else these numbers.
  private let start: Double
  private let end: Double

  /// Creates a scale from the smallest to the largest of the numbers that can be shown. A single number is put in the
  /// middle. Returns nil if no number can be shown.
  init?(_ numbers: some Sequence<Double>, isLogarithmic: Bool) {
    var (low, high) = (Double.infinity, -Double.infinity)
    for number in numbers.untilStopped where number.isFinite && (!isLogarithmic || number > 0) {
      low = min(low, number)
      high = max(high, number)
    }
    guard low <= high else { return nil }
    self.init(low, high, isLogarithmic: isLogarithmic)
  }

  init(_ low: Double, _ high: Double, isLogarithmic: Bool) {
    self.isLogarithmic = isLogarithmic
    isMargin = !(low < high)
    let most = Double.greatestFiniteMagnitude
    if low < high {
      (lower, upper) = (low, high)
    } else if isLogarithmic {
      (lower, upper) = (max(low / 3, .leastNonzeroMagnitude), min(low * 3, most))
    } else {
      let margin = low == 0 ? 1 : abs(low) / 2
      (lower, upper) = (max(low - margin, -most), min(low + margin, most))
    }
    (start, end) = isLogarithmic ? (Real.log10(lower), Real.log10(upper)) : (lower, upper)
  }

  /// Returns the position of a number, from 0 at the lower end to 1 at the upper end. Numbers outside are clamped.
  func position(_ number: Double) -> Double { min(1, max(0, unclampedPosition(number))) }

  /// Returns the position of a number, which is below 0 or above 1 for a number outside.
  ///
  /// Computes with halves if a distance overflows to infinity.
  func unclampedPosition(_ number: Double) -> Double {
    let here = transformed(number)
    let (distance, length) = (here - start, end - start)
    let position =
      distance.isFinite && length.isFinite ? distance / length : (here / 2 - start / 2) / (end / 2 - start / 2)
    return position.isNaN ? 0.5 : position
  }

  /// Returns the number at a position.
  func number(_ position: Double) -> Double {
    let number = start * (1 - position) + end * position
    return isLogarithmic ? Real.power(10, number) : number
  }

  /// Returns which of `count` equal cells a number falls into, counted from 0.
  func cell(_ number: Double, of count: Int) -> Int { min(count - 1, Int(position(number) * Double(count))) }

  /// Half of the length of a linear scale, which never overflows to infinity. Above 0.
  var half: Double {
    let length = upper - lower
    return length.isFinite ? max(length / 2, .leastNonzeroMagnitude) : upper / 2 - lower / 2
  }

  /// The length of a logarithmic scale in decades.
  var decades: Double { end - start }

  private func transformed(_ number: Double) -> Double { isLogarithmic ? Real.log10(number) : number }
}
