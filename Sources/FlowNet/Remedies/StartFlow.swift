// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// How the gradient travels through a whole network, in one number each: geometric means over its layers.
public struct StartFlow: Sendable {
  /// rms(δ_l)/rms(δ_{l+1}); nil where there is but one layer, and where the last one has no gradient.
  public let factor: Double?
  /// The part of the weights.
  public let weightGain: Double?
  /// The part of the slopes.
  public let slopeGain: Double?
  /// The part of the shortcuts; nil in a network without one between its dense layers.
  public let shortcutGain: Double?
  /// The part of the normalisations; nil in a network without one between its dense layers.
  public let normGain: Double?
  /// The part of the masks of dropout; nil in a network without one between its dense layers.
  public let dropoutGain: Double?
  /// log10(rms(δ_1)/rms(δ_last)); NaN where there is none.
  public let log10Total: Double

  /// The means of a flow table, which has a row at least.
  init(_ rows: [LayerFlow]) {
    log10Total = rows[0].log10Total
    let steps = Double(rows.count - 1)
    // A layer without the term counts as 1, so that the product of the means is the mean factor.
    func mean(_ term: GradientTerm) -> Double? {
      let logarithms = rows.compactMap { $0.way[term] }
      return logarithms.isEmpty ? nil : Real.power(10, logarithms.reduce(0, +) / steps)
    }
    factor = steps > 0 && !log10Total.isNaN ? Real.power(10, log10Total / steps) : nil
    weightGain = mean(.weight)
    // A layer without an activation has slopes of 1.
    slopeGain = mean(.slope) ?? (steps > 0 ? 1 : nil)
    shortcutGain = mean(.shortcut)
    normGain = mean(.norm)
    dropoutGain = mean(.dropout)
  }
}
