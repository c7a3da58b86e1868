// SPDX-License-Identifier: GPL-3.0-or-later

/// The error function and the normal distribution function.
///
/// Both are computed from the lower tail Φ(-x) = exp(-x²/2) W(x) for x >= 0. W is P(t) / (x + 4) with
/// t = (x - 4) / (x + 4), so that one polynomial covers the whole half line. The rounding errors of the square, the
/// quotient and the leading terms of P are compensated.
extension ElementaryKernel {
  /// Returns Φ(-x) for x >= 0, given x² / 2 as an unevaluated sum.
  @inlinable @inline(__always)
  static func lowerTail(_ x: Self, halfSquare: Self, rest: Self) -> Self {
    let unit = Self(repeating: 1)
    let four = Self(repeating: 4)
    let shifted = shifter.fused(halfSquare.opposite, log2e)
    let n = shifted - shifter
    let partly = halfSquare.opposite.fused(n, minusLn2High)
    let lack = rest.fused(n.opposite, minusLn2Low)
    let r = partly - lack
    let growth = ((partly - r) - lack).fused(r * r, expTail(r))

    let d = x + four
    let back = d - four
    let lost = (x - back) + (four - (d - back))
    let y = unit / d
    let yRest = y * unit.fused(d.opposite, y).fused(lost.opposite, y)
    let t = unit.fused(Self(repeating: -8), y).fused(Self(repeating: -8), yRest)
    let slope = millsSlope.fused(millsCurve, t)
    let slopeRest = (millsSlope - slope).fused(millsCurve, t)
    let line = millsConstant.fused(slope, t)
    let lineRest = (millsConstant - line).fused(slope, t)
    let tail = lineRest + millsTail(t).fused(slopeRest, t)
    let p = line + tail
    let pRest = (line - p) + tail
    let w = p * y
    let wRest = w.opposite.fused(p, y).fused(p, yRest).fused(pRest, y)
    return (w + wRest.fused(w, growth).fused(w, r)).scaled(shifted)
  }

  /// Returns the error function of x. Bound: 1.3 ulp; monotone up to 1.
  ///
  /// With a = |x|, it is a + a ratio(a²) for a < 1 and 1 - 2 Φ(-√2 a) otherwise.
  @inlinable @inline(__always)
  public static func erf(_ x: Self) -> Self {
    let unit = Self(repeating: 1)
    let a = x.magnitude.atMost(erfLimit)
    let square = a * a
    let tail = lowerTail(a * sqrt2, halfSquare: square, rest: square.opposite.fused(a, a))
    let outer = unit.fused(tail, Self(repeating: -2))
    let result = outer.replaced(by: a.fused(a, erfRatio(square)), where: a.less(than: unit))
    return Self(bits: result.bits | x.signs)
  }

  /// Returns the standard normal distribution function Φ(x). Bound: 2 ulp, including the lower tail until it
  /// underflows.
  @inlinable @inline(__always)
  public static func normalCDF(_ x: Self) -> Self {
    let half = Self(repeating: 0.5)
    let zero = Self(repeating: 0)
    let isBeyond = normalLimit.less(than: x.magnitude)
    let a = x.magnitude.replaced(by: zero, where: isBeyond)
    let square = a * a
    let tail = lowerTail(a, halfSquare: square * half, rest: square.opposite.fused(a, a) * half)
      .replaced(by: zero, where: isBeyond)
    return (Self(repeating: 1) - tail).replaced(by: tail, where: x.less(than: zero))
  }
}
