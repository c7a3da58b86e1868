// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// The inputs x for which one neuron enlarges a gradient: |φ'(w·x + b)·w| ≥ 1.
///
/// A periodic activation has many such intervals, and gelu has two. `low` and `high` are the ends of the one around the
/// steepest place. `share(of:)` and `normalShare` count all of them.
public struct ExplosionWindow: Sendable {
  /// φ.
  public let activation: Activation
  /// w.
  public let weight: Double
  /// b.
  public let bias: Double
  /// The ends of the window around the steepest place; NaN if no input enlarges the gradient, infinite if the window is
  /// unbounded.
  public let low: Double
  /// The upper end.
  public let high: Double
  /// `high − low`; 0 if there is no window.
  public var width: Double { low.isNaN ? 0 : high - low }

  /// Finds the window of a neuron with the given weight and bias. The activation must be a function of one variable,
  /// which softmax is not.
  ///
  /// The sigmoid has a closed form: its width is (2/|w|)·ln(|w|(1 + √(1 − 4/|w|))/2 − 1), centred at −b/w. For other
  /// activations, the ends are found by bisection, around the place where the slope is largest.
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

  /// Returns the fraction of the values for which the neuron enlarges the gradient.
  public func share(of values: [Double]) -> Double {
    guard !values.isEmpty else { return .nan }
    let slopes = activation.slopes(values.map { weight * $0 + bias })
    return Double(slopes.count { abs($0 * weight) >= 1 }) / Double(values.count)
  }

  /// The probability that the neuron enlarges the gradient for a standard normal input.
  public var normalShare: Double {
    guard weight != 0 else { return 0 }
    func probability(_ low: Double, _ high: Double) -> Double {
      // The difference of two almost equal values would lose all its digits.
      if high - low < 1e-5 {
        let middle = (low + high) / 2
        return (high - low) * Real.normalPeak * Real.exp(-middle * middle / 2)
      }
      // Use the smaller tail, so that no digits are lost.
      return low > 0
        ? Real.normalCDF(-low) - Real.normalCDF(-high) : Real.normalCDF(high) - Real.normalCDF(low)
    }
    // The closed form is exact. The search below would find the same result.
    if activation == .sigmoid { return low.isNaN ? 0 : probability(low, high) }
    let steep = SteepSet(activation, atLeast: 1 / abs(weight))
    let reach = 9 * abs(weight)
    return steep.intervals(from: bias - reach, to: bias + reach).reduce(0) { sum, interval in
      let first = (interval.low - bias) / weight
      let second = (interval.high - bias) / weight
      return sum + probability(min(first, second), max(first, second)) * interval.density
    }
  }

  /// Returns the ends in z, which are symmetric about 0, or `nil` if there is no window.
  private static func sigmoidEnds(_ w: Double) -> (Double, Double)? {
    guard w > 4 else { return nil }
    let end = Real.log(w / 2 * (1 + (1 - 4 / w).squareRoot()) - 1)
    return (-end, end)
  }
}
