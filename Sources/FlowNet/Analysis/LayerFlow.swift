// SPDX-License-Identifier: GPL-3.0-or-later

/// One row of the flow table: how the gradient passes one dense layer.
///
/// With δ_l = ∂ℓ/∂z_l for each sample's loss ℓ, factor = rms(δ_l)/rms(δ_{l+1}), the RMS over samples and units. It is the
/// product of the gains: of each kind of operation between the two layers, the RMS of the gradient after it over that
/// before it. A gain is nil if there is no such operation; see `GradientTerm`. It is nil too where no gradient comes to it,
/// and where no gradient gets through the branch of a residual block: then the shortcut's gain is the ratio of what the
/// shortcut passes to what comes to the branch. See `GradientPath.gains`.
public struct LayerFlow: Sendable {
  /// The layer, counted from 1 at the input.
  public let layer: Int
  /// What follows the affine part.
  public let activation: Activation
  /// Units that go in.
  public let inputs: Int
  /// Units that come out.
  public let outputs: Int
  /// ‖W‖, the Frobenius norm.
  public let weightNorm: Double
  /// ‖∂L/∂W‖, the Frobenius norm.
  public let gradNorm: Double
  /// ‖∂L/∂b‖.
  public let biasGradNorm: Double
  /// rms(δ_l).
  public let deltaRMS: Double
  /// Nil in the last row, and where the next layer has no gradient.
  public let factor: Double?
  /// rms(Wᵀδ)/rms(δ) of the next layer; nil in the last row.
  public let weightGain: Double?
  /// What the slopes of the activation do to the gradient: 1 without an activation, nil in the last row.
  public let slopeGain: Double?
  /// log10(rms(δ_l)/rms(δ_last)); right also where δ underflows. NaN where there is none, as where δ_last is 0.
  public let log10Total: Double
  /// The factor that mean-field theory predicts for this layer on these data at initialization; nil if there is no
  /// prediction. See `FactorPrediction`.
  public let theory: Double?
  /// Where a layer of this width may lie; nil where that is not known. See `LayerTheory`.
  public let theoryLow: Double?
  /// The upper end of the same.
  public let theoryHigh: Double?
  /// Mean of φ'(z); nil for softmax.
  public let slopeMean: Double?
  /// The mean of y.
  public let actMean: Double
  /// The standard deviation of y.
  public let actStd: Double
  /// Share of (sample, unit) pairs whose |φ'(z)| is below 1 % of its largest value; nil where φ is not bounded.
  public let saturated: Double?
  /// Share of units that get no gradient from any sample. A gradient that became too small is not none.
  public let dead: Double
  /// The verdict.
  public let state: FlowState
  /// The factor that mean-field theory predicts deep in a stack of such layers; nil if there is none. See `LayerTheory`.
  public let theoryLimit: Double?
  /// What shortcuts add to the gradient of the branch.
  public let shortcutGain: Double?
  /// What normalisations do to the gradient.
  public let normGain: Double?
  /// What the masks of dropout do to the gradient.
  public let dropoutGain: Double?
  /// log10 of each gain as a part of the whole way from the last layer to the first one; see `GradientMeasure.ways`.
  let way: [GradientTerm: Double]
}

extension LayerFlow {
  /// How a measured factor lies to the band of theory.
  public enum Fit: String, Sendable, CaseIterable { case inside, below, above }

  /// Nil where there is no band, or no factor that is a number.
  public var theoryFit: Fit? {
    guard let factor, let theoryLow, let theoryHigh, !factor.isNaN else { return nil }
    // Where nothing fluctuates the band is a point, and only rounding is left.
    let rounding = 1e-5
    return factor < theoryLow * (1 - rounding) ? .below : factor > theoryHigh * (1 + rounding) ? .above : .inside
  }
}
