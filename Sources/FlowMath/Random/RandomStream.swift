// SPDX-License-Identifier: GPL-3.0-or-later

/// The purpose of a stream of random numbers. Every purpose has its own streams, so that drawing more numbers for one
/// does not change the others.
///
/// The results of a seed depend on these codes: codes may be added but never changed.
public enum StreamPurpose: UInt32, Sendable, CaseIterable {
  /// Initial weights and biases; the index is the layer.
  case initializer = 1
  /// Generated data sets; the index counts the data sets of a session.
  case data = 2
  /// The order of the samples; the index is the epoch.
  case shuffle = 3
  /// Dropout masks; the index combines the step and the layer.
  case dropout = 4
  /// The shuffling and splitting of data sets; the index counts such uses in a session.
  case split = 5
  /// Noise added to inputs, for example by denoising autoencoders.
  case noise = 6
  /// Layer-wise pre-training; the index is the layer.
  case pretrain = 7
  /// The batch and the matrices of the LSUV initializer; the index is the layer.
  case lsuv = 8
  /// The cells of a sweep; the index is the cell.
  case sweep = 9
}

/// A sequence of random numbers that depends only on seed, purpose and index, not on draws from other streams or on the
/// number of threads.
///
/// The sequence consists of 2⁶⁴ words of 64 bits. The drawing functions advance through it. The functions with `at:`
/// read any word without advancing, so that threads can share a stream by position.
@frozen
public struct RandomStream: Sendable {
  @usableFromInline let generator: Philox
  /// The high half of every counter in this stream.
  @usableFromInline let lane: UInt64
  @usableFromInline var next: UInt64 = 0
  /// The second word of the block that was last drawn from.
  @usableFromInline var pending: UInt64 = 0

  /// Creates the stream of a purpose for a seed.
  ///
  /// The generator mixes seed, purpose and index once. Half of the resulting 128 bits become the key and half the upper
  /// part of the counter, so it is practically impossible that two streams overlap.
  @inlinable
  public init(seed: UInt64, purpose: StreamPurpose, index: UInt64 = 0) {
    let words = Philox(key: seed).block(low: index, high: UInt64(purpose.rawValue))
    self.generator = Philox(key: SIMD2(words.x, words.y))
    self.lane = UInt64(words.z) | UInt64(words.w) << 32
  }

  /// The position of the next word to draw, which is also the number of words drawn.
  @inlinable
  public var position: UInt64 { next }

  /// Returns the 64-bit word at a position.
  @inlinable
  public func bits(at position: UInt64) -> UInt64 {
    let words = generator.block(low: position >> 1, high: lane)
    return position & 1 == 0
      ? UInt64(words.x) | UInt64(words.y) << 32
      : UInt64(words.z) | UInt64(words.w) << 32
  }

  /// Returns the next 64-bit word.
  @inlinable
  public mutating func bits() -> UInt64 {
    defer { next &+= 1 }
    guard next & 1 == 0 else { return pending }
    let words = generator.block(low: next >> 1, high: lane)
    pending = UInt64(words.z) | UInt64(words.w) << 32
    return UInt64(words.x) | UInt64(words.y) << 32
  }

  /// Returns the number at a position, uniform in [0, 1) and a multiple of 2⁻⁵³.
  @inlinable
  public func uniform(at position: UInt64) -> Double {
    Double(bits(at: position) >> 11) * 0x1p-53
  }

  /// Returns the next number, uniform in [0, 1) and a multiple of 2⁻⁵³.
  @inlinable
  public mutating func uniform() -> Double {
    Double(bits() >> 11) * 0x1p-53
  }

  /// Returns the next number, uniform in the given range, whose bounds must be finite.
  @inlinable
  public mutating func uniform(in bounds: Range<Double>) -> Double {
    let value = bounds.lowerBound + (bounds.upperBound - bounds.lowerBound) * uniform()
    return value < bounds.upperBound ? value : bounds.lowerBound
  }

  /// Returns the next single-precision number, uniform in [0, 1) and a multiple of 2⁻²⁴. It uses one word.
  @inlinable
  public mutating func uniform32() -> Float {
    Float(bits() >> 40) * 0x1p-24
  }

  /// Returns the next integer in 0 ..< bound, each with exactly the same probability. The bound must be positive.
  ///
  /// Source: Lemire, "Fast random integer generation in an interval", ACM TOMACS 29, 2019.
  @inlinable
  public mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "the bound must be positive")
    let width = UInt64(bound)
    var product = width.multipliedFullWidth(by: bits())
    if product.low < width {
      let threshold = (0 &- width) % width
      while product.low < threshold { product = width.multipliedFullWidth(by: bits()) }
    }
    return Int(product.high)
  }
}
