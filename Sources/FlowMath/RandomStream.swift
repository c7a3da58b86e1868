// SPDX-License-Identifier: GPL-3.0-or-later

/// What random numbers are used for. Every purpose has streams of its own, so that drawing more for one leaves the
/// others as they are.
///
/// The codes are part of every result that a seed stands for: they may be added to and never changed.
public enum StreamPurpose: UInt32, Sendable, CaseIterable {
  /// Initial weights and biases; the index is the layer.
  case initializer = 1
  /// Generated data sets; the index counts the data sets of a session.
  case data = 2
  /// The order of the samples; the index is the epoch.
  case shuffle = 3
  /// Dropout masks; the index packs step and layer.
  case dropout = 4
  /// The order and the division of a data set; the index counts the random uses of a session.
  case split = 5
  /// Noise added to inputs, as in denoising autoencoders.
  case noise = 6
  /// Layer-wise pre-training; the index is the layer.
  case pretrain = 7
  /// The batch and the matrices of the LSUV initializer; the index is the layer.
  case lsuv = 8
  /// The cells of a sweep; the index is the cell.
  case sweep = 9
}

/// A sequence of random numbers that depends on seed, purpose and index alone: not on what other streams have drawn,
/// nor on the number of threads.
///
/// The sequence consists of 2⁶⁴ words of 64 bits. The drawing functions walk along it; the functions with `at:` read
/// any word without walking, so that threads can share one stream by position.
@frozen
public struct RandomStream: Sendable {
  @usableFromInline let generator: Philox
  /// The high half of every counter of this stream.
  @usableFromInline let lane: UInt64
  @usableFromInline var next: UInt64 = 0
  /// The second word of the block that the last draw came from.
  @usableFromInline var pending: UInt64 = 0

  /// The stream of a purpose under a seed.
  ///
  /// Seed, purpose and index go through the generator once. Of the 128 bits that come out half become the key and half
  /// the upper part of the counter, so streams that share a piece of sequence are out of the question.
  @inlinable
  public init(seed: UInt64, purpose: StreamPurpose, index: UInt64 = 0) {
    let words = Philox(key: seed).block(low: index, high: UInt64(purpose.rawValue))
    self.generator = Philox(key: SIMD2(words.x, words.y))
    self.lane = UInt64(words.z) | UInt64(words.w) << 32
  }

  /// The position of the next word to draw, that is how many have been drawn.
  @inlinable
  public var position: UInt64 { next }

  /// The 64-bit word at a position.
  @inlinable
  public func bits(at position: UInt64) -> UInt64 {
    let words = generator.block(low: position >> 1, high: lane)
    return position & 1 == 0
      ? UInt64(words.x) | UInt64(words.y) << 32
      : UInt64(words.z) | UInt64(words.w) << 32
  }

  /// The next 64-bit word.
  @inlinable
  public mutating func bits() -> UInt64 {
    defer { next &+= 1 }
    guard next & 1 == 0 else { return pending }
    let words = generator.block(low: next >> 1, high: lane)
    pending = UInt64(words.z) | UInt64(words.w) << 32
    return UInt64(words.x) | UInt64(words.y) << 32
  }

  /// The multiple of 2⁻⁵³ in [0, 1) at a position.
  @inlinable
  public func uniform(at position: UInt64) -> Double {
    Double(bits(at: position) >> 11) * 0x1p-53
  }

  /// The next number uniform in [0, 1), a multiple of 2⁻⁵³.
  @inlinable
  public mutating func uniform() -> Double {
    Double(bits() >> 11) * 0x1p-53
  }

  /// The next number uniform in [low, high); the bounds must be finite and in order.
  @inlinable
  public mutating func uniform(in bounds: Range<Double>) -> Double {
    let value = bounds.lowerBound + (bounds.upperBound - bounds.lowerBound) * uniform()
    return value < bounds.upperBound ? value : bounds.lowerBound
  }

  /// The next number uniform in [0, 1) in single precision, a multiple of 2⁻²⁴; it uses up one word.
  @inlinable
  public mutating func uniform32() -> Float {
    Float(bits() >> 40) * 0x1p-24
  }

  /// The next whole number in 0 ..< bound, every one with exactly the same probability; the bound must be positive.
  ///
  /// Source: Lemire, "Fast random integer generation in an interval", ACM TOMACS 29, 2019.
  @inlinable
  public mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "an empty interval has no numbers")
    let width = UInt64(bound)
    var product = width.multipliedFullWidth(by: bits())
    if product.low < width {
      let threshold = (0 &- width) % width
      while product.low < threshold { product = width.multipliedFullWidth(by: bits()) }
    }
    return Int(product.high)
  }
}
