// SPDX-License-Identifier: GPL-3.0-or-later

public struct PretrainingOptions: Equatable, Sendable {
  /// The source of the decoder's weights in an autoencoder.
  public enum Decoder: String, Sendable, CaseIterable {
    /// The transpose of the encoder's weights.
    case tied
    /// Weights of its own.
    case free
  }

  /// The number of epochs per layer.
  public var epochs: Int
  /// The learning rate of gradient descent on ‖x̂ − x‖²/2, summed over a layer's inputs and averaged over samples.
  public var rate: Double
  /// The fraction of a layer's inputs that is set to 0 while the targets stay clean (Vincent and others 2008).
  public var noise: Double
  public var decoder: Decoder
  /// The number of samples per step.
  public var batch: Int
  /// The program's seed.
  public var seed: UInt64
  /// The number of this pre-training run in the program, which distinguishes its random numbers from those of the
  /// others.
  public var number: UInt64

  public init(
    epochs: Int, rate: Double, noise: Double, decoder: Decoder, batch: Int, seed: UInt64 = 0, number: UInt64 = 0
  ) {
    self.epochs = epochs
    self.rate = rate
    self.noise = noise
    self.decoder = decoder
    self.batch = batch
    self.seed = seed
    self.number = number
  }
}
