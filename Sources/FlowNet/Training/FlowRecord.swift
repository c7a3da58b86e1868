// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// One dense layer in one recorded step.
public struct FlowRecord: Sendable {
  /// The step, counted from 1.
  public let step: Int
  /// The epoch, counted from 1.
  public let epoch: Int
  /// The layer, counted from 1 at the input.
  public let layer: Int
  /// ‖W‖ after the step.
  public let weightNorm: Double
  /// ‖∂L/∂W‖ before clipping, penalty included.
  public let gradNorm: Double
  /// ‖∂L/∂b‖ before clipping.
  public let biasGradNorm: Double
  /// `deltaRMS` over that of the next layer; nil in the last layer, and if the next one has no gradient.
  public let factor: Double?
  /// ‖ΔW‖/‖W‖ of the update after clipping, with W from before it.
  public let updateRatio: Double
  /// ‖W − W₀‖/‖W₀‖.
  public let drift: Double
  /// The share of pairs of sample and unit whose |φ'(z)| is below 1 % of its largest value; nil if φ is not bounded.
  public let saturated: Double?
  /// The share of units that get no gradient from any sample. One that became too small still is a gradient.
  public let dead: Double
  /// The state of the layer in this step.
  public let state: FlowState
  /// rms(δ) as in `LayerFlow`.
  public let deltaRMS: Double
  /// rms(δ) of the last layer in the same step.
  public let lastDeltaRMS: Double
  /// Whether δ has become too small for the element type.
  let underflows: Bool
  /// The number of samples in the step.
  package let samples: Int

  /// log10 of `deltaRMS` relative to the last layer: −∞ if the layer has no gradient, and NaN if its gradient is 0 only
  /// because it became too small, or if the last layer's is 0. Computed lazily to keep it out of the training step.
  public var log10Total: Double {
    lastDeltaRMS == 0 || underflows ? .nan : Real.log10(deltaRMS) - Real.log10(lastDeltaRMS)
  }
}
