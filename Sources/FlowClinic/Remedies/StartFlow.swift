// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

/// The gradient flow through a whole network, summarized by geometric means over its layers.
public struct StartFlow: Sendable {
  /// The mean of rms(δ_l)/rms(δ_{l+1}); `nil` if there is only one layer, or if the last layer has no gradient.
  public let factor: Double?
  /// The contribution of the weights to the factor.
  public let weightGain: Double?
  /// The contribution of the slopes to the factor.
  public let slopeGain: Double?
  /// The contribution of the shortcuts to the factor; `nil` if there are none between the dense layers.
  public let shortcutGain: Double?
  /// The contribution of the normalisations to the factor; `nil` if there are none between the dense layers.
  public let normGain: Double?
  /// The contribution of the dropout masks to the factor; `nil` if there are none between the dense layers.
  public let dropoutGain: Double?
  /// log10(rms(δ_1)/rms(δ_last)); NaN if it is undefined.
  public let log10Total: Double

  /// Summarizes a flow table, which must have at least one row.
  public init(_ rows: [LayerFlow]) {
    log10Total = rows[0].log10Total
    let steps = Double(rows.count - 1)
    // A layer without the term counts as 1, so that the product of the means is the mean factor.
    func mean(_ term: GradientTerm) -> Double? {
      let logarithms = rows.compactMap { $0.contributions[term] }
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

extension Network {
  /// Measures the flow on the first `limit` samples and summarizes it. Returns nil if a stop is requested.
  func startFlow(_ data: DataSet, loss: Loss, limit: Int, pool: ThreadPool) throws(NetworkError) -> StartFlow? {
    // The summary does not contain the states of the layers, so the thresholds do not matter.
    let rows = try flow(
      data, loss: loss, limit: limit, thresholds: FlowThresholds(ratio: .infinity, share: 1), isTraining: true,
      predictions: nil, pool: pool)
    return rows.isEmpty ? nil : StartFlow(rows)
  }
}
