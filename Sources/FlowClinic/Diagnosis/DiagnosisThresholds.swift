// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

/// The thresholds for the diagnosis of a network.
public struct DiagnosisThresholds: Sendable {
  /// The thresholds for vanishing, exploding, dead and saturated layers.
  public var flow: FlowThresholds
  /// Inputs are badly scaled if their RMS is this many times above or below 1, or if their mean is this many times
  /// their standard deviation. The RMS is compared with 1 because initializers assume inputs of that size.
  public var scale: Double

  public init(flow: FlowThresholds, scale: Double) {
    self.flow = flow
    self.scale = scale
  }
}

/// The thresholds for the diagnosis of a training run. Except for those of the network, they are relative.
public struct RunThresholds: Sendable {
  /// The thresholds for the network before and after the run.
  public var network: DiagnosisThresholds
  /// The loss jumps if it is this many times the loss of the first steps.
  public var jump: Double
  /// A step is too large if it changes the weights of a layer by more than this fraction of their norm.
  public var leap: Double
  /// Training stalls if the loss falls by less than this fraction.
  public var stall: Double
  /// The rate is too small if no layer's weights have changed by more than this fraction of their norm.
  public var drift: Double

  public init(network: DiagnosisThresholds, jump: Double, leap: Double, stall: Double, drift: Double) {
    self.network = network
    self.jump = jump
    self.leap = leap
    self.stall = stall
    self.drift = drift
  }
}
