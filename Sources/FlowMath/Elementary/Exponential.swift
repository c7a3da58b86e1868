// SPDX-License-Identifier: GPL-3.0-or-later

/// The exponential and the functions made of it.
///
/// Reduction: x = n ln 2 + r with |r| <= ln 2 / 2, n found by adding and subtracting the shifter, ln 2 in two parts.
/// Then exp(r) - 1 = r + r² tail(r), and the scaling by 2^n happens in two factors, so that results below the smallest
/// normal number are rounded once and results above the largest become infinite.
extension ElementaryKernel {
  /// 2^n · self, rounded once, for the n in the low bits of `shifted`.
  @inlinable @inline(__always)
  func scaled(_ shifted: Self) -> Self {
    let width = Bits.Scalar(Scalar.significandBitCount)
    let n = shifted.bits
    let half = n &>> Bits(repeating: 1)
    let unit = Self(repeating: 1).bits
    let first = Self(bits: (half &<< Bits(repeating: width)) &+ unit)
    let second = Self(bits: ((n &- half) &<< Bits(repeating: width)) &+ unit)
    return self * first * second
  }

  /// exp of an argument that lies within the range of exponents or is not a number.
  @inlinable @inline(__always)
  static func boundedExp(_ x: Self) -> Self {
    let shifted = shifter.fused(x, log2e)
    let n = shifted - shifter
    let r = x.fused(n, minusLn2High).fused(n, minusLn2Low)
    return (r.fused(r * r, expTail(r)) + Self(repeating: 1)).scaled(shifted)
  }

  /// (exp(x) - 1) / 2 of an argument above -2 · `lost` and below the range's end, or not a number.
  ///
  /// The half keeps 2^n finite. 2^(n-1) - 1/2 and 2^(n-1) r are added without error, and the rest of r and of the
  /// series joins their remainder: so the result is rounded little more than once.
  @inlinable @inline(__always)
  static func halfExpm1(_ x: Self) -> Self {
    let width = Bits.Scalar(Scalar.significandBitCount)
    let shifted = shifter.fused(x, log2e)
    let n = shifted - shifter
    let partly = x.fused(n, minusLn2High)
    let r = partly.fused(n, minusLn2Low)
    let rest = (partly - r).fused(n, minusLn2Low)
    let scale = Self(bits: (shifted.bits &<< Bits(repeating: width)) &+ Self(repeating: 0.5).bits)
    let large = scale - Self(repeating: 0.5)
    let product = scale * r
    let sum = large + product
    let remainder = (large - sum) + product
    return sum + remainder.fused(scale, rest.fused(r * r, expTail(r)))
  }

  /// e^x. Bound: 1 ulp; below the smallest normal number, half a unit of the smallest subnormal and a little.
  @inlinable @inline(__always)
  public static func exp(_ x: Self) -> Self {
    boundedExp(x.atLeast(expRange.zero).atMost(expRange.infinite))
  }

  /// e^x - 1, accurate near 0 too. Bound: 1 ulp.
  @inlinable @inline(__always)
  public static func expm1(_ x: Self) -> Self {
    let half = halfExpm1(x.atLeast(expRange.lost * Self(repeating: -2)).atMost(expRange.infinite))
    return (half + half).replacing(with: x, where: x.magnitude.less(than: tiny))
  }

  /// The hyperbolic tangent, from t = (exp(-2|x|) - 1) / 2 as -t / (1 + t). Bound: 2 ulp; monotone up to 1.
  @inlinable @inline(__always)
  public static func tanh(_ x: Self) -> Self {
    let a = x.magnitude.atMost(expRange.lost)
    let t = halfExpm1(a * Self(repeating: -2))
    return Self(bits: (t / (t + Self(repeating: 1))).magnitude.bits | x.signs)
  }

  /// 1 / (1 + e^-x), by e = exp(-|x|) as 1 / (1 + e) or e / (1 + e): so the lower tail keeps its relative accuracy down
  /// to where it underflows, and the upper end is 1 from where 1 + e rounds to 1. Bound: 2 ulp.
  @inlinable @inline(__always)
  public static func sigmoid(_ x: Self) -> Self {
    let unit = Self(repeating: 1)
    let e = boundedExp(x.magnitude.opposite.atLeast(expRange.zero))
    return unit.replacing(with: e, where: x.less(than: Self(repeating: 0))) / (unit + e)
  }
}
