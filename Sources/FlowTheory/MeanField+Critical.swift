// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

extension MeanField {
  /// Returns the σ_w² at which χ = 1 for the given σ_b², or `nil` if there is none between 1e-6 and 1e150.
  ///
  /// Relu and similar activations have the same χ at every variance. For softplus, χ approaches 1 as the variance tends
  /// to infinity.
  public static func critical(_ activation: Activation, biasVariance: Double) -> Double? {
    if activation.squareGain != nil { return 1 / activation.nearMeanSquareSlope }
    // For a small σ_b², the critical point moves by its cube root.
    if biasVariance < 1e-50, let boundary = criticalAtRest(activation) { return boundary }
    let stop = StopToken.current
    func excess(_ weightVariance: Double) -> Double {
      if stop.isRequested { return .nan }
      let point = MeanField(activation, weightVariance: weightVariance, biasVariance: biasVariance).point
      return point.q.isFinite ? point.chi - 1 : .infinity
    }
    var low = 1e-6
    guard excess(low) < 0 else { return nil }
    var high = low
    repeat {
      low = high
      high *= high < 1e6 ? 2 : 1024
      if high > 1e150 { return nil }
    } while excess(high) < 0
    for _ in 0..<200 where high - low > 1e-14 * high {
      let middle = (low + high) / 2
      if excess(middle) < 0 { low = middle } else { high = middle }
    }
    // If the fixed point moves out without bound, as for softplus, χ approaches 1 only very far out.
    let boundary = 1 / activation.farMeanSquareSlope
    let field = MeanField(activation, weightVariance: low, biasVariance: biasVariance)
    if abs(high / boundary - 1) < 1e-11, field.variance > 1e6 { return boundary }
    // If the fixed point vanishes before χ reaches 1, χ jumps and there is no root.
    return excess(low) > -1e-6 ? (low + high) / 2 : nil
  }

  /// If the signal dies out up to the critical point, as for tanh without a bias, χ at that point is the χ of small
  /// signals, σ_w²·E[φ'²] around 0. Beyond the point, χ stays so close to 1 that a search for the root would lose half
  /// of its digits.
  private static func criticalAtRest(_ activation: Activation) -> Double? {
    guard activation.value(0) == 0 else { return nil }
    let boundary = 1 / activation.nearMeanSquareSlope
    guard boundary.isFinite else { return nil }
    let below = MeanField(activation, weightVariance: boundary * (1 - 1e-3), biasVariance: 0)
    return below.variance == 0 ? boundary : nil
  }
}
