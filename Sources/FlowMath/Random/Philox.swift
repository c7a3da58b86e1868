// SPDX-License-Identifier: GPL-3.0-or-later

/// The counter-based generator Philox 4×32-10, a keyed bijection of 128-bit counters whose output looks random.
///
/// It has no state to advance, so any thread can compute any number of a sequence at any time. Source: Salmon, Moraes,
/// Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11, 2011.
@frozen
public struct Philox: Sendable, Equatable {
  public let key: SIMD2<UInt32>

  /// The number of rounds. With ten, the generator passes every published statistical test by a wide margin.
  @inlinable static var rounds: Int { 10 }
  @inlinable static var leftFactor: UInt32 { 0xD251_1F53 }
  @inlinable static var rightFactor: UInt32 { 0xCD9E_8D57 }
  /// The fractional part of the golden ratio, which is added to the first word of the key after every round.
  @inlinable static var leftStep: UInt32 { 0x9E37_79B9 }
  /// The fractional part of the square root of three, for the second word.
  @inlinable static var rightStep: UInt32 { 0xBB67_AE85 }

  /// Creates a generator with a key of two 32-bit words.
  @inlinable
  public init(key: SIMD2<UInt32>) {
    self.key = key
  }

  /// Creates a generator with a 64-bit key, whose low half becomes the first word.
  @inlinable
  public init(key: UInt64) {
    self.key = SIMD2(UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
  }

  /// Returns the four random words for a counter of four words, lowest first.
  @inlinable
  public func block(_ counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    var (a, b, c, d) = (counter.x, counter.y, counter.z, counter.w)
    var (k0, k1) = (key.x, key.y)
    for _ in 0..<Self.rounds {
      let left = UInt64(Self.leftFactor) &* UInt64(a)
      let right = UInt64(Self.rightFactor) &* UInt64(c)
      a = UInt32(truncatingIfNeeded: right >> 32) ^ b ^ k0
      b = UInt32(truncatingIfNeeded: right)
      c = UInt32(truncatingIfNeeded: left >> 32) ^ d ^ k1
      d = UInt32(truncatingIfNeeded: left)
      k0 &+= Self.leftStep
      k1 &+= Self.rightStep
    }
    return SIMD4(a, b, c, d)
  }

  /// Returns the four random words for the counter with the given halves.
  @inlinable
  public func block(low: UInt64, high: UInt64) -> SIMD4<UInt32> {
    block(
      SIMD4(
        UInt32(truncatingIfNeeded: low), UInt32(truncatingIfNeeded: low >> 32),
        UInt32(truncatingIfNeeded: high), UInt32(truncatingIfNeeded: high >> 32)))
  }
}
