// SPDX-License-Identifier: GPL-3.0-or-later

/// How to pre-train.
public struct PretrainingOptions: Sendable {
  /// Where the autoencoder's decoder has its weights from.
  public enum Decoder: String, Sendable, CaseIterable {
    /// They are the transpose of the encoder's.
    case tied
    /// They are its own.
    case free
  }

  /// How often each layer sees all samples.
  public var epochs: Int
  /// The learning rate of gradient descent on ‖x̂ − x‖²/2, summed over a layer's inputs and averaged over samples.
  public var rate: Double
  /// The share of a layer's inputs that is set to 0, while the clean ones are to come out (Vincent and others 2008).
  public var noise: Double
  /// Where the decoder has its weights from.
  public var decoder: Decoder
  /// Samples per step.
  public var batch: Int
  /// The program's seed.
  public var seed: UInt64
  /// The number of this pre-training in the program.
  public var number: UInt64

  /// The options of `pretrain`, with its defaults.
  public init(
    epochs: Int = 5, rate: Double = 0.1, noise: Double = 0, decoder: Decoder = .tied,
    batch: Int = 32, seed: UInt64 = 0, number: UInt64 = 0
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
