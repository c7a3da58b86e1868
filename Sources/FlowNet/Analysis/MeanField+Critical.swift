// SPDX-License-Identifier: GPL-3.0-or-later

extension MeanField {
  /// The σ_w² at which χ = 1 for this σ_b²; nil if there is none between 1e-6 and 1e6.
  ///
  /// Relu and its kin have the same χ at every variance; for softplus χ becomes 1 as the variance becomes infinite.
  public static func critical(_ activation: Activation, biasVariance: Double) -> Double? {
    if activation.squareGain != nil { return 1 / activation.meanSquareSlope(1) }
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
}
