// SPDX-License-Identifier: GPL-3.0-or-later

extension MeanField {
  /// The σ_w² at which χ = 1 for this σ_b²; nil if there is none between 1e-6 and 1e6.
  ///
  /// Relu and its kin have the same χ at every variance; for softplus χ becomes 1 as the variance becomes infinite.
  public static func critical(_ activation: Activation, biasVariance: Double) -> Double? {
    if activation.squareGain != nil { return 1 / meanSquareSlopeAtZero(activation) }
    if biasVariance == 0, let border = criticalAtRest(activation) { return border }
    func excess(_ weightVariance: Double) -> Double {
      let field = MeanField(activation, weightVariance: weightVariance, biasVariance: biasVariance)
      let q = field.variance
      return q.isFinite ? field.susceptibility(q) - 1 : .infinity
    }
    var low = 1e-6
    var high = low
    while excess(high) < 0 {
      low = high
      high *= 2
      if high > 1e6 { return nil }
    }
    for _ in 0..<200 where high - low > 1e-14 * high {
      let middle = (low + high) / 2
      if excess(middle) < 0 { low = middle } else { high = middle }
    }
    // Where the fixed point vanishes before χ gets to 1, there is a jump and no root.
    return excess(low) > -1e-6 ? (low + high) / 2 : nil
  }

  /// Where the signal dies out up to the critical point, as for tanh without a bias, χ there is that of small signals,
  /// σ_w²·E[φ'²] around 0. Beyond, χ stays so close to 1 that a search for the root would lose half of its digits.
  private static func criticalAtRest(_ activation: Activation) -> Double? {
    guard activation.value(0) == 0 else { return nil }
    let border = 1 / meanSquareSlopeAtZero(activation)
    guard border.isFinite else { return nil }
    let below = MeanField(activation, weightVariance: border * (1 - 1e-3), biasVariance: 0)
    return below.variance == 0 ? border : nil
  }

  /// E[φ'²] of signals near 0, on both sides of a kink; without the rounding of a quadrature.
  private static func meanSquareSlopeAtZero(_ activation: Activation) -> Double {
    let (left, right) = (activation.slope(-1e-150), activation.slope(1e-150))
    return (left * left + right * right) / 2
  }
}
