// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The inputs x for which one neuron enlarges a gradient: |φ'(w·x + b)·w| ≥ 1.
public struct ExplosionWindow: Sendable {
  /// w.
  public let weight: Double
  /// The ends of the window around the steepest place; NaN where no input enlarges, infinite where it has no end.
  public let low: Double
  /// The upper end.
  public let high: Double
  /// From end to end; 0 where there is no window.
  public var width: Double { low.isNaN ? 0 : high - low }

  /// The window of a neuron with this weight and bias.
  ///
  /// The sigmoid has a closed form: its width is (2/|w|)·ln(|w|(1 + √(1 − 4/|w|))/2 − 1), centred at −b/w. Otherwise the
  /// ends are found by bisection, around the place where the slope is largest.
  public init(_ activation: Activation, weight: Double, bias: Double = 0) {
    self.weight = weight
    let ends =
      activation.name == "sigmoid"
      ? Self.sigmoidEnds(abs(weight)) : Self.ends(activation, threshold: 1 / abs(weight))
    guard weight != 0, let (low, high) = ends else {
      (self.low, self.high) = (.nan, .nan)
      return
    }
    let first = (low - bias) / weight
    let second = (high - bias) / weight
    (self.low, self.high) = (min(first, second), max(first, second))
  }

  /// The share of values inside the window.
  public func share(of values: some Collection<Double>) -> Double {
    values.isEmpty ? .nan : Double(values.count { $0 >= low && $0 <= high }) / Double(values.count)
  }

  /// The ends in z, symmetric about 0.
  private static func sigmoidEnds(_ w: Double) -> (Double, Double)? {
    guard w > 4 else { return nil }
    let end = Double.log(w * (1 + (1 - 4 / w).squareRoot()) / 2 - 1)
    return (-end, end)
  }

  /// The ends in z of the interval around the steepest place where |φ'(z)| ≥ threshold.
  private static func ends(_ activation: Activation, threshold: Double) -> (Double, Double)? {
    func isInside(_ z: Double) -> Bool { abs(activation.slope(z)) >= threshold }
    let reach = 64.0
    let step = 1.0 / 64
    var steepest = 0.0
    for z in Swift.stride(from: -reach, through: reach, by: step)
    where abs(activation.slope(z)) > abs(activation.slope(steepest)) { steepest = z }
    guard isInside(steepest) else { return nil }
    func end(_ direction: Double) -> Double {
      var inside = steepest
      while isInside(inside + direction * step) {
        inside += direction * step
        if abs(inside) > reach { return direction * .infinity }
      }
      var outside = inside + direction * step
      for _ in 0..<100 {
        let middle = (inside + outside) / 2
        if isInside(middle) { inside = middle } else { outside = middle }
      }
      // A kink at 0 is only approached by halving.
      return abs(inside) < 1e-15 ? 0 : inside
    }
    return (end(-1), end(1))
  }
}
