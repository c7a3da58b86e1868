// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The inputs x for which one neuron enlarges a gradient: |φ'(w·x + b)·w| ≥ 1.
///
/// A wavy activation has many such intervals, and gelu has two. `low` and `high` are the ends of the one around the
/// steepest place; the shares count all of them.
public struct ExplosionWindow: Sendable {
  /// φ.
  public let activation: Activation
  /// w.
  public let weight: Double
  /// b.
  public let bias: Double
  /// The ends of the window around the steepest place; NaN where no input enlarges, infinite where it has no end.
  public let low: Double
  /// The upper end.
  public let high: Double
  /// From end to end; 0 where there is no window.
  public var width: Double { low.isNaN ? 0 : high - low }

  /// The window of a neuron with this weight and bias; the activation must have a curve, which softmax has not.
  ///
  /// The sigmoid has a closed form: its width is (2/|w|)·ln(|w|(1 + √(1 − 4/|w|))/2 − 1), centred at −b/w. Otherwise the
  /// ends are found by bisection, around the place where the slope is largest.
  public init(_ activation: Activation, weight: Double, bias: Double = 0) {
    self.activation = activation
    self.weight = weight
    self.bias = bias
    let ends =
      activation == .sigmoid
      ? Self.sigmoidEnds(abs(weight)) : SteepSet(activation, atLeast: 1 / abs(weight)).widest
    guard weight != 0, let (low, high) = ends else {
      (self.low, self.high) = (.nan, .nan)
      return
    }
    let first = (low - bias) / weight
    let second = (high - bias) / weight
    (self.low, self.high) = (min(first, second), max(first, second))
  }

  /// The share of values that the neuron enlarges the gradient for.
  public func share(of values: [Double]) -> Double {
    guard !values.isEmpty else { return .nan }
    let slopes = activation.slopes(values.map { weight * $0 + bias })
    return Double(slopes.count { abs($0 * weight) >= 1 }) / Double(values.count)
  }

  /// The probability that the neuron enlarges the gradient for a standard normal input.
  public var normalShare: Double {
    guard weight != 0 else { return 0 }
    func probability(_ low: Double, _ high: Double) -> Double {
      // A difference of two values that are almost the same would have no digits.
      if high - low < 1e-5 {
        let middle = (low + high) / 2
        return (high - low) * Real.normalPeak * Real.exp(-middle * middle / 2)
      }
      // From the tail that is smaller, so that no digits are lost.
      return low > 0
        ? Real.normalCDF(-low) - Real.normalCDF(-high) : Real.normalCDF(high) - Real.normalCDF(low)
    }
    // The closed form is exact; the search below would come to the same.
    if activation == .sigmoid { return low.isNaN ? 0 : probability(low, high) }
    let steep = SteepSet(activation, atLeast: 1 / abs(weight))
    let reach = 9 * abs(weight)
    return steep.intervals(from: bias - reach, to: bias + reach).reduce(0) { sum, interval in
      let first = (interval.low - bias) / weight
      let second = (interval.high - bias) / weight
      return sum + probability(min(first, second), max(first, second)) * interval.density
    }
  }

  /// The ends in z, symmetric about 0.
  private static func sigmoidEnds(_ w: Double) -> (Double, Double)? {
    guard w > 4 else { return nil }
    let end = Real.log(w / 2 * (1 + (1 - 4 / w).squareRoot()) - 1)
    return (-end, end)
  }
}
