// SPDX-License-Identifier: GPL-3.0-or-later

/// The logarithms.
///
/// Reduction: the argument is 2^k (1 + f) with 1 + f in [√½, √2). With s = f / (2 + f) and z = s²,
/// log(1 + f) = 2s + s z tail(z). It is computed as f - s (f - z tail(z)), because 2s = f - s f and f is exact.
extension ElementaryKernel {
  /// Returns the 1 + f of a positive normal number, and its k plus the bias of the exponent, as an integer.
  @inlinable @inline(__always)
  func decomposed() -> (significand: Self, biased: Bits) {
    let width = Bits(repeating: Bits.Scalar(Scalar.significandBitCount))
    let fraction = Bits(repeating: (1 &<< Bits.Scalar(Scalar.significandBitCount)) &- 1)
    let shifted = bits &+ (Self(repeating: 1).bits &- Self.sqrtHalf.bits)
    return (Self(bits: (shifted & fraction) &+ Self.sqrtHalf.bits), shifted &>> width)
  }

  /// Returns k ln 2 + log(1 + f).
  @inlinable @inline(__always)
  static func logarithm(_ k: Self, _ f: Self) -> Self {
    let s = f / (f + Self(repeating: 2))
    let z = s * s
    let low = (k * minusLn2Low).fused(s, f - z * logTail(z))
    return (f - low).fused(k.opposite, minusLn2High)
  }

  /// Returns `inside`, or the value at an end of the domain: -∞ at the pole, NaN below it, +∞ at the upper end.
  @inlinable @inline(__always)
  static func ends(_ inside: Self, _ x: Self, pole: Self) -> Self {
    let lower = Self(repeating: -.infinity).replaced(by: Self(repeating: .nan), where: x.less(than: pole))
    let result = lower.replaced(by: inside, where: pole.less(than: x))
    return x.replaced(by: result, where: x.less(than: Self(repeating: .infinity)))
  }

  /// Returns the natural logarithm. Bound: 1 ulp, also for subnormal arguments.
  @inlinable @inline(__always)
  public static func log(_ x: Self) -> Self {
    let subnormal = x.less(than: smallestNormal)
    let lifted = x.replaced(by: x * integerBase, where: subnormal)
    let (m, biased) = lifted.decomposed()
    let base = biasedIntegerBase.replaced(
      by: biasedIntegerBase + Self(repeating: Scalar(Scalar.significandBitCount)), where: subnormal)
    let k = Self(bits: biased | integerBase.bits) - base
    return ends(logarithm(k, m - Self(repeating: 1)), x, pole: Self(repeating: 0))
  }

  /// Returns log(1 + x), accurate near 0 too, because the rounding error of 1 + x is added to f. Bound: 1.6 ulp.
  @inlinable @inline(__always)
  public static func log1p(_ x: Self) -> Self {
    let unit = Self(repeating: 1)
    let u = x + unit
    let back = u - unit
    let lost = (x - back) + (unit - (u - back))
    let (m, biased) = u.decomposed()
    let k = Self(bits: biased | integerBase.bits) - biasedIntegerBase
    // For the largest x, 2^-k would leave the range of the format; there the rounding error of 1 + x is negligible.
    let scale = Self(bits: m.bits &- u.bits &+ unit.bits)
      .replaced(by: Self(repeating: 0), where: integerBase.less(than: x))
    let result = ends(logarithm(k, (m - unit).fused(lost, scale)), x, pole: Self(repeating: -1))
    return Self(bits: result.bits | x.signs)
  }
}
