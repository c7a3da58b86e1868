// SPDX-License-Identifier: GPL-3.0-or-later

extension Philox {
  /// Returns the four blocks of the counters `low` … `low + 3`, all with the same high half.
  ///
  /// Register w holds word w of each of the four blocks, in the low half of its lanes. AVX2 multiplies these halves to
  /// 64-bit products, four at a time.
  @inlinable
  public func blocks(
    low: UInt64, high: UInt64
  ) -> (UInt64Register, UInt64Register, UInt64Register, UInt64Register) {
    let half = UInt64Register(repeating: 0xFFFF_FFFF)
    let width = UInt64Register(repeating: 32)
    let counters = UInt64Register(SIMD4(low, low &+ 1, low &+ 2, low &+ 3))
    var (a, b) = (counters & half, counters &>> width)
    var (c, d) = (UInt64Register(repeating: high & 0xFFFF_FFFF), UInt64Register(repeating: high >> 32))
    var (k0, k1) = (key.x, key.y)
    for _ in 0..<Self.rounds {
      let left = (a & half) &* UInt64Register(repeating: UInt64(Self.leftFactor))
      let right = (c & half) &* UInt64Register(repeating: UInt64(Self.rightFactor))
      a = (right &>> width) ^ b ^ UInt64Register(repeating: UInt64(k0))
      b = right & half
      c = (left &>> width) ^ d ^ UInt64Register(repeating: UInt64(k1))
      d = left & half
      k0 &+= Self.leftStep
      k1 &+= Self.rightStep
    }
    return (a, b, c, d)
  }
}
