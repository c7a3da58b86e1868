// SPDX-License-Identifier: GPL-3.0-or-later

/// What a theory predicts for one row of the flow table, before the initial values are drawn. FlowTheory computes it.
public struct LayerPrediction: Sendable {
  /// The factor of the layer at its actual position and for the given data; `nil` if there is no prediction.
  public let factor: Double?
  /// The limit of the factor deep in a stack of such layers; `nil` if there is none.
  public let limit: Double?
  /// The ends of the band that contains the factor for most draws of the initial values; `nil` if it is not known.
  public let band: (low: Double, high: Double)?

  public init(factor: Double?, limit: Double?, band: (low: Double, high: Double)?) {
    self.factor = factor
    self.limit = limit
    self.band = band
  }
}
