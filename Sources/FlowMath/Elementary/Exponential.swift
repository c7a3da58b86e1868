// SPDX-License-Identifier: GPL-3.0-or-later

/// The exponential function and functions computed from it.
///
/// Reduction: x = n ln 2 + r with |r| <= ln 2 / 2. Adding and subtracting `shifter` yields n, and ln 2 is split into
/// two parts. Then exp(r) - 1 = r + r² tail(r). If the 2^n of a lane could leave the range of the format, the result is
/// scaled by two factors, so that results below the smallest normal number are rounded once and results above the
/// largest number become infinite. Results that are 0 are inserted instead of computed, because products that underflow
/// are slow.
extension ElementaryKernel {
  /// Returns 2^n · self, rounded once, for the n in the low bits of `shifted`.
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

  /// Returns 2^n · self for a number near 1 and the n in the low bits of `shifted`. The result must be normal.
  @inlinable @inline(__always)
  func raised(_ shifted: Self) -> Self {
    Self(bits: bits &+ (shifted.bits &<< Bits(repeating: Bits.Scalar(Scalar.significandBitCount))))
  }

  /// Returns exp(r) and, in the low bits of `shifted`, n. The argument must be within the range of exponents.
  @inlinable @inline(__always)
  static func reducedExp(_ x: Self) -> (power: Self, shifted: Self) {
    let shifted = shifter.fused(x, log2e)
    let n = shifted - shifter
    let r = x.fused(n, minusLn2High).fused(n, minusLn2Low)
    return (r.fused(r * r, expTail(r)) + Self(repeating: 1), shifted)
  }

  /// Returns e^x. Bound: 1.1 ulp; for results below the smallest normal number, slightly more than half of the smallest
  /// subnormal number.
  @inlinable @inline(__always)
  public static func exp(_ x: Self) -> Self {
    if _fastPath(x.magnitude.less(than: expRange.normal).areAllSet) {
      let (power, shifted) = reducedExp(x)
      return power.raised(shifted)
    }
    let zero = Self(repeating: 0)
    let isLost = x.less(than: expRange.zero)
    let (power, shifted) = reducedExp(x.replaced(by: zero, where: isLost).atMost(expRange.infinite))
    return power.scaled(shifted).replaced(by: zero, where: isLost)
  }

  /// Returns e^x - 1, accurate near 0 too. Bound: 1.4 ulp.
  ///
  /// Computes half the result, (2^(n-1) - 1/2) + 2^(n-1) (r + tail), so that 2^n stays finite. The sum of 2^(n-1) - 1/2
  /// and 2^(n-1) r is computed exactly: its rounding error is added to the rest of the series.
  @inlinable @inline(__always)
  public static func expm1(_ x: Self) -> Self {
    let bounded = x.atLeast(expRange.lost).atMost(expRange.infinite)
    let shifted = shifter.fused(bounded, log2e)
    let n = shifted - shifter
    let partly = bounded.fused(n, minusLn2High)
    let r = partly.fused(n, minusLn2Low)
    let rest = (partly - r).fused(n, minusLn2Low)
    let tail = rest.fused(r * r, expTail(r))
    let scale = Self(repeating: 0.5).raised(shifted)
    let large = scale - Self(repeating: 0.5)
    let product = scale * r
    let sum = large + product
    let remainder = (large - sum) + product
    let half = sum + remainder.fused(scale, tail)
    return (half + half).replaced(by: x, where: x.magnitude.less(than: tiny))
  }

  /// Returns the logistic function 1 / (1 + e^-x). Bound: 2 ulp.
  ///
  /// With e = exp(-|x|), it is 1 / (1 + e) for positive x and e / (1 + e) for negative x. So the lower tail keeps its
  /// relative accuracy until it underflows, and the upper tail is 1 once 1 + e rounds to 1. For negative x, the
  /// rounding error of 1 + e is compensated to first order, with a linear approximation of 1 / (1 + e).
  @inlinable @inline(__always)
  public static func sigmoid(_ x: Self) -> Self {
    let unit = Self(repeating: 1)
    let zero = Self(repeating: 0)
    let e = exp(x.magnitude.opposite)
    let negative = x.less(than: zero)
    let divisor = unit + e
    let excess = (divisor - unit) - e
    let correction = excess * Self(repeating: -0.5).then(1.457, divisor)
    let quotient = unit.replaced(by: e, where: negative) / divisor
    return quotient.fused(quotient, zero.replaced(by: correction, where: negative))
  }
}
