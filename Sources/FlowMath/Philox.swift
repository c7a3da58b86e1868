// SPDX-License-Identifier: GPL-3.0-or-later

/// The counter-based generator Philox 4×32-10: a keyed bijection of 128-bit counters that looks random.
///
/// There is no state to advance, so any number of a sequence can be computed at any time by any thread.
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11, 2011.
@frozen
public struct Philox: Sendable, Equatable {
  /// The two words of the key.
  public let key: SIMD2<UInt32>

  /// Rounds after which the generator passes every published test with a wide margin.
  @inlinable static var rounds: Int { 10 }
  @inlinable static var leftFactor: UInt32 { 0xD251_1F53 }
  @inlinable static var rightFactor: UInt32 { 0xCD9E_8D57 }
  /// The fraction of the golden ratio, by which the first word of the key grows from round to round.
  @inlinable static var leftStep: UInt32 { 0x9E37_79B9 }
  /// The fraction of the square root of three, for the second word.
  @inlinable static var rightStep: UInt32 { 0xBB67_AE85 }

  /// A generator with the key made of two 32-bit words.
  @inlinable
  public init(key: SIMD2<UInt32>) {
    self.key = key
  }

  /// A generator with a 64-bit key; its low half is the first word.
  @inlinable
  public init(key: UInt64) {
    self.key = SIMD2(UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
  }

  /// The four random words that belong to a counter of four words, the lowest first.
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

  /// The four random words of the counter whose halves are given.
  @inlinable
  public func block(low: UInt64, high: UInt64) -> SIMD4<UInt32> {
    block(
      SIMD4(
        UInt32(truncatingIfNeeded: low), UInt32(truncatingIfNeeded: low >> 32),
        UInt32(truncatingIfNeeded: high), UInt32(truncatingIfNeeded: high >> 32)))
  }
}
