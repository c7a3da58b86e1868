// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// An interval of numbers, and where a number stands in it.
struct Scale {
  let isLogarithmic: Bool
  let lower: Double
  let upper: Double
  /// The ends on the axis: their logarithms where it is logarithmic.
  private let start: Double
  private let end: Double

  /// From the smallest to the largest of the numbers that have a place; nil where none has. A single number stands in
  /// the middle.
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

  /// 0 at the lower end and 1 at the upper one; numbers beyond stand at the end. Halves, because the whole distance may
  /// be infinite.
  func position(_ number: Double) -> Double {
    let (low, high, here) = (start / 2, end / 2, transformed(number) / 2)
    let position = (here - low) / (high - low)
    return position.isNaN ? 0.5 : min(1, max(0, position))
  }

  /// The number at a position.
  func number(_ position: Double) -> Double {
    let number = start * (1 - position) + end * position
    return isLogarithmic ? Real.power(10, number) : number
  }

  /// The place of a number among equal cells, counted from 0.
  func cell(_ number: Double, of count: Int) -> Int { min(count - 1, Int(position(number) * Double(count))) }

  /// Powers of ten between the ends.
  var decades: Double { end - start }

  private func transformed(_ number: Double) -> Double { isLogarithmic ? Real.log10(number) : number }
}
