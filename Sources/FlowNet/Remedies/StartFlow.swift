// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// How the gradient travels through a whole network, in one number each: geometric means over its layers.
public struct StartFlow: Sendable {
  /// rms(δ_l)/rms(δ_{l+1}); nil where there is but one layer.
  public let factor: Double?
  /// What the weights do to it, and what the slopes do.
  public let weightGain: Double?
  /// What the slopes do to it.
  public let slopeGain: Double?
  /// log10(rms(δ_1)/rms(δ_last)).
  public let log10Total: Double

  /// The means of a flow table, which has a row at least.
  init(_ rows: [LayerFlow]) {
    log10Total = rows[0].log10Total
    let steps = Double(rows.count - 1)
    func mean(_ gain: (LayerFlow) -> Double?) -> Double? {
      guard steps > 0 else { return nil }
      return Real.power(10, rows.reduce(0) { $0 + (gain($1).map(Real.log10) ?? 0) } / steps)
    }
    factor = steps > 0 ? Real.power(10, log10Total / steps) : nil
    weightGain = mean(\.weightGain)
    slopeGain = mean(\.slopeGain)
  }
}
