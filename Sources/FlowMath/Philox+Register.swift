// SPDX-License-Identifier: GPL-3.0-or-later

extension Philox {
  /// Four blocks at once: those of the counters `low` … `low + 3` with the same high half.
  ///
  /// Register number w holds the words w of the four blocks, each in the low half of its lane, where the processor
  /// multiplies 32-bit numbers to 64 bits four at a time.
  @inlinable
  public func blocks(
    low: UInt64, high: UInt64
  ) -> (SIMD4<UInt64>, SIMD4<UInt64>, SIMD4<UInt64>, SIMD4<UInt64>) {
    let half = SIMD4<UInt64>(repeating: 0xFFFF_FFFF)
    let counters = SIMD4<UInt64>(low, low &+ 1, low &+ 2, low &+ 3)
    var (a, b) = (counters & half, counters &>> 32)
    var (c, d) = (SIMD4(repeating: high & 0xFFFF_FFFF), SIMD4(repeating: high >> 32))
    var (k0, k1) = (key.x, key.y)
    for _ in 0..<Self.rounds {
      let left = (a & half) &* SIMD4(repeating: UInt64(Self.leftFactor))
      let right = (c & half) &* SIMD4(repeating: UInt64(Self.rightFactor))
      a = (right &>> 32) ^ b ^ SIMD4(repeating: UInt64(k0))
      b = right & half
      c = (left &>> 32) ^ d ^ SIMD4(repeating: UInt64(k1))
      d = left & half
      k0 &+= Self.leftStep
      k1 &+= Self.rightStep
    }
    return (a, b, c, d)
  }
}
