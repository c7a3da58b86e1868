// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The flow of one dense layer in one recorded step.
public struct FlowRecord: Sendable {
  /// The step, counted from 1.
  public let step: Int
  /// The epoch, counted from 1.
  public let epoch: Int
  /// The layer, counted from 1 at the input.
  public let layer: Int
  /// ‖W‖ after the step.
  public let weightNorm: Double
  /// ‖∂L/∂W‖ before clipping, including the penalty.
  public let gradNorm: Double
  /// ‖∂L/∂b‖ before clipping; `nil` if the layer has no bias.
  public let biasGradNorm: Double?
  /// `deltaRMS` divided by that of the next layer; `nil` for the last layer, and if the next layer has no gradient.
  public let factor: Double?
  /// ‖ΔW‖/‖W‖ of the update after clipping, where W is the weight matrix before the update.
  public let updateRatio: Double
  /// ‖W − W₀‖/‖W₀‖.
  public let drift: Double
  /// The fraction of (sample, unit) pairs whose |φ'(z)| is below 1 % of its largest value; `nil` if φ is not bounded.
  public let saturated: Double?
  /// The fraction of units that receive no gradient from any sample. A gradient that underflowed to 0 still counts as
  /// received.
  public let dead: Double
  /// The state of the layer in this step.
  public let state: FlowState
  /// rms(δ) as in `LayerFlow`.
  public let deltaRMS: Double
  /// rms(δ) of the last layer in the same step.
  public let lastDeltaRMS: Double
  /// Whether δ underflowed in the element type.
  package let underflows: Bool
  /// The number of samples in the step.
  package let samples: Int
  /// False if the gradient of the loss itself was 0.
  package let hasLossGradient: Bool
  /// ‖δ‖ of the mean loss.
  package let deltaNorm: Double
  /// ‖W − W₀‖.
  package let distance: Double
  /// The number of saturated (sample, unit) pairs, or `nil` if the activation does not saturate.
  package let saturatedPairs: Int?
  /// The number of units without a gradient.
  package let deadUnits: Int

  /// log10 of `deltaRMS` relative to the last layer: −∞ if the layer has no gradient, and NaN if its gradient
  /// underflowed to 0 or if the last layer's is 0. Computed lazily to keep it out of the training step.
  public var log10Total: Double {
    lastDeltaRMS == 0 || underflows ? .nan : Real.log10(deltaRMS) - Real.log10(lastDeltaRMS)
  }
}
