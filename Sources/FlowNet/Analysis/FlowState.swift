// SPDX-License-Identifier: GPL-3.0-or-later

/// The verdict on a layer's gradient.
public enum FlowState: String, Sendable, CaseIterable, BitwiseCopyable {
  case ok, vanishing, exploding, dead, saturated, underflow, nan
}

/// Where a verdict begins. All are free of the scale of loss and data.
public struct FlowThresholds: Sendable, Equatable {
  /// A layer vanishes or explodes when its delta_rms is this many times smaller or larger than the last layer's.
  public var ratio: Double
  /// A layer is dead or saturated when more than this share of it is.
  public var share: Double

  /// The thresholds, by default a ratio of 100 and a share of one half.
  public init(ratio: Double = 100, share: Double = 0.5) {
    self.ratio = ratio
    self.share = share
  }
}

/// What a verdict is based on.
struct FlowEvidence {
  let isFinite: Bool
  /// False where the loss itself has no slope, as at a perfect fit: then there is no gradient to judge.
  let hasLossGradient: Bool
  /// True where the gradient is 0 in the network's precision though no slope stopped it.
  let underflows: Bool
  /// rms(δ) over that of the last layer.
  let ratio: Double
  let saturated: Double?
  let dead: Double

  /// The gravest verdict that holds: a gradient that is no number, none that is left, one cut off by the activation,
  /// one of the wrong size, an activation near its limits.
  func verdict(_ thresholds: FlowThresholds) -> FlowState {
    if !isFinite { return .nan }
    if !hasLossGradient { return .ok }
    if underflows { return .underflow }
    if dead > thresholds.share { return .dead }
    if ratio * thresholds.ratio < 1 { return .vanishing }
    if ratio > thresholds.ratio { return .exploding }
    if let saturated, saturated > thresholds.share { return .saturated }
    return .ok
  }
}
