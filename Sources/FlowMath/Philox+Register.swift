// SPDX-License-Identifier: GPL-3.0-or-later

extension Philox {
  /// Returns the four blocks of the counters `low` … `low + 3`, all with the same high half.
  ///
  /// Register w holds word w of each of the four blocks, in the low half of its lanes. AVX2 multiplies these halves to
  /// 64-bit products, four at a time.
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
