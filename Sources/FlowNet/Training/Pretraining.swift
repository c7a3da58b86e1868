// SPDX-License-Identifier: GPL-3.0-or-later

/// What a pre-training leaves behind beside the weights.
public struct Pretraining: Sendable {
  /// One epoch of one layer.
  public struct Epoch: Sendable {
    /// The dense layer, counted from 1 at the input.
    public let layer: Int
    /// The epoch of this layer, counted from 1.
    public let epoch: Int
    /// The mean squared error of what the decoder makes of the layer's output, against the layer's input.
    public let loss: Double
    /// The learning rate with which it was reached.
    public let rate: Double
  }

  /// One per layer and epoch.
  public internal(set) var epochs: [Epoch] = []
  /// How it ended.
  public internal(set) var state = RunState.finished
  /// The layer at which it ended early.
  public internal(set) var stoppedAt: Int?
}
