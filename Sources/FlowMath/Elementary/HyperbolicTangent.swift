// SPDX-License-Identifier: GPL-3.0-or-later

extension ElementaryKernel {
  /// Returns the hyperbolic tangent. Bound: 2 ulp; monotone up to 1.
  ///
  /// Reduction: |x| = n ln 2 / 2 + r with r in [-ln 2 / 8, 3/8 ln 2], so that n = 0 covers a large enough range. With
  /// T = tanh(r) = r + r³ tail(r²) and σ = 2^-n, the addition theorem yields
  /// tanh |x| = (1 - σ + (1 + σ) T) / (1 + σ + (1 - σ) T), which is T at n = 0. From n = 2 on, the same value is
  /// computed as 1 - 2σ (1 - T) / (1 + σ + (1 - σ) T), whose errors shrink with σ.
  @inlinable @inline(__always)
  public static func tanh(_ x: Self) -> Self {
    let unit = Self(repeating: 1)
    let half = Self(repeating: 0.5)
    let a = x.magnitude.atMost(tanhLimit)
    let shifted = Self(repeating: -0.25).fused(a, log2e + log2e) + shifter
    let n = shifted - shifter
    let r = a.fused(n, minusLn2High * half)
    let z = r * r
    let t = r + (n * (minusLn2Low * half)).fused(r * z, tanhTail(z))

    let sigma = unit.lowered(shifted)
    let near = n.less(than: Self(repeating: 1.5))
    let twice = sigma + sigma
    let slope = twice.replaced(by: unit + sigma, where: near)
    let constant = twice.opposite.replaced(by: unit - sigma, where: near)
    let quotient = constant.fused(slope, t) / (unit + sigma).fused(unit - sigma, t)
    let value = quotient + unit.replaced(by: Self(repeating: 0), where: near)
    return Self(bits: value.bits | x.signs)
  }

  /// Returns self / 2^n for a number near 1 and the n in the low bits of `shifted`. The result must be normal.
  @inlinable @inline(__always)
  func lowered(_ shifted: Self) -> Self {
    Self(bits: bits &- (shifted.bits &<< Bits(repeating: Bits.Scalar(Scalar.significandBitCount))))
  }
}
