// SPDX-License-Identifier: GPL-3.0-or-later

/// The state of a layer's gradient.
public enum FlowState: String, Sendable, CaseIterable, BitwiseCopyable {
  case ok, vanishing, exploding, dead, saturated, underflow, nan
}

/// The thresholds of the states. They are independent of the scale of the loss and of the data.
public struct FlowThresholds: Sendable, Equatable {
  /// A layer is vanishing or exploding if its delta_rms differs from the last layer's by more than this factor.
  public var ratio: Double
  /// A layer is dead or saturated if more than this fraction of it is.
  public var share: Double

  public init(ratio: Double, share: Double) {
    self.ratio = ratio
    self.share = share
  }
}

/// The measurements that determine the state of a layer.
struct FlowEvidence {
  let isFinite: Bool
  /// False if the gradient of the loss itself is 0, as at a perfect fit. There is no gradient to judge then.
  let hasLossGradient: Bool
  /// Whether the gradient underflowed to 0 in the network's precision.
  let underflows: Bool
  /// rms(δ) relative to that of the last layer that has a gradient.
  let ratio: Double
  let saturated: Double?
  let dead: Double

  /// Returns the most severe condition that holds, in this order: a value is not finite, the gradient underflowed, the
  /// activation cuts it off, it is too small or too large, the activation is near its limits.
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
