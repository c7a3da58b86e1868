// SPDX-License-Identifier: GPL-3.0-or-later

/// The record of a pre-training run.
public struct Pretraining: Sendable {
  /// The results of one epoch of one layer.
  public struct Epoch: Sendable {
    /// The dense layer, counted from 1 at the input.
    public let layer: Int
    /// The epoch of this layer, counted from 1.
    public let epoch: Int
    /// The mean squared error between the reconstruction and the layer's input.
    public let loss: Double
    /// The learning rate of the epoch.
    public let rate: Double
  }

  /// One entry per layer and epoch.
  public internal(set) var epochs: [Epoch] = []
  public internal(set) var state = RunState.finished
  /// The layer at which pre-training ended early, or `nil` if it finished.
  public internal(set) var stoppedAt: Int?
}
