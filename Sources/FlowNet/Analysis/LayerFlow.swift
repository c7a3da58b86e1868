// SPDX-License-Identifier: GPL-3.0-or-later

/// One row of the flow table: how the gradient passes one dense layer.
///
/// With δ_l = ∂ℓ/∂z_l for each sample's loss ℓ, factor = rms(δ_l)/rms(δ_{l+1}), the RMS over samples and units. If
/// there are parallel branches, the next layer is the next one on the path to the loss. The factor is the product of
/// the gains. Each kind of operation between the two layers has a gain: the RMS of the gradient after the operation
/// divided by that before it; see `GradientTerm`. A gain is `nil` if there is no such operation, except that the slopes
/// of a layer without an activation have a gain of 1. It is also `nil` if no gradient reaches the operation, and if no
/// gradient gets through the branch of a residual block: then the shortcut's gain is the ratio of what the shortcut
/// passes to what reaches the branch. See `GradientPath.gains`.
public struct LayerFlow: Sendable {
  /// The layer, counted from 1 at the input.
  public let layer: Int
  /// The activation after the affine part.
  public let activation: Activation
  public let inputs: Int
  public let outputs: Int
  /// ‖W‖, the Frobenius norm.
  public let weightNorm: Double
  /// ‖∂L/∂W‖, the Frobenius norm.
  public let gradNorm: Double
  /// ‖∂L/∂b‖; `nil` if the layer has no bias.
  public let biasGradNorm: Double?
  /// rms(δ_l).
  public let deltaRMS: Double
  /// `deltaRMS` divided by that of the next layer; `nil` for the last row, and if the next layer has no gradient.
  public let factor: Double?
  /// rms(Wᵀδ)/rms(δ) of the next layer; `nil` for the last row.
  public let weightGain: Double?
  /// The gain of the activation's slopes; 1 without an activation, `nil` for the last row.
  public let slopeGain: Double?
  /// log10(rms(δ_l)/rms(δ_last)), computed even if δ underflows: −∞ if δ_l is 0 in real arithmetic, NaN if δ_last is.
  public let log10Total: Double
  /// The factor that mean-field theory predicts for this layer on these data at initialization; `nil` if there is no
  /// prediction. See `LayerPrediction`.
  public let theory: Double?
  /// The lower end of the band that contains the factor of a layer of this width for most draws of the initial values;
  /// `nil` if it is not known. See FlowTheory's `FactorBand.coverage`.
  public let theoryLow: Double?
  /// The upper end of that band.
  public let theoryHigh: Double?
  /// The mean of φ'(z); 1 without an activation, `nil` for softmax.
  public let slopeMean: Double?
  /// The mean of y.
  public let actMean: Double
  /// The standard deviation of y.
  public let actStd: Double
  /// The fraction of (sample, unit) pairs whose |φ'(z)| is below 1 % of its largest value; `nil` if φ is not bounded.
  public let saturated: Double?
  /// The fraction of units that receive no gradient from any sample. A gradient that underflowed to 0 still counts as
  /// received.
  public let dead: Double
  /// The most severe condition of the layer.
  public let state: FlowState
  /// The factor that mean-field theory predicts deep in a stack of such layers; `nil` if there is none. See
  /// FlowTheory's `LayerTheory`.
  public let theoryLimit: Double?
  /// The gain of the shortcuts; `nil` if there are none before the next layer.
  public let shortcutGain: Double?
  /// The gain of the normalisations; `nil` if there are none before the next layer.
  public let normGain: Double?
  /// The gain of dropout's masks; `nil` if there are none before the next layer.
  public let dropoutGain: Double?
  /// log10 of the contribution of each term to the path from the last layer to the first; see
  /// `GradientMeasure.contributions`.
  package let contributions: [GradientTerm: Double]
}

extension LayerFlow {
  /// The position of a measured factor relative to the band of the theory.
  public enum Fit: String, Sendable, CaseIterable { case inside, below, above }

  /// The position of the factor; `nil` if there is no band, or if the factor is missing or NaN.
  public var theoryFit: Fit? {
    guard let factor, let theoryLow, let theoryHigh, !factor.isNaN else { return nil }
    // If nothing fluctuates, the band is a single point, and only rounding is left.
    let rounding = 1e-5
    return factor < theoryLow * (1 - rounding) ? .below : factor > theoryHigh * (1 + rounding) ? .above : .inside
  }
}
