// SPDX-License-Identifier: GPL-3.0-or-later

/// The sine and the cosine.
///
/// Reduction: |x| = q π/2 + r with |r| <= π/4. Up to `reductionLimit`, three fused steps with parts of π/2 suffice;
/// lanes beyond it are reduced with the digits of 2/π. Odd q swap the two series.
extension ElementaryKernel {
  /// Returns sin(|x| + shift π/2).
  @inlinable @inline(__always)
  static func quarterSine(_ a: Self, shift: Bits.Scalar) -> Self {
    let shifted = shifter.fused(a, twoOverPi)
    let n = shifted - shifter
    var r = a.fused(n, minusHalfPi.0).fused(n, minusHalfPi.1).fused(n, minusHalfPi.2)
    var quarter = shifted.bits
    if reductionLimit.less(than: a).isAnySet {
      for lane in 0..<scalarCount where a[lane] > reductionLimit[lane] {
        let far = QuarterTurns(Double(a[lane]))
        r[lane] = Scalar(far.rest)
        quarter[lane] = Bits.Scalar(far.quarter)
      }
    }
    quarter = quarter &+ Bits(repeating: shift)
    let top = Bits(repeating: Bits.Scalar(Bits.Scalar.bitWidth - 1))
    let unit = Self(repeating: 1)
    let z = r * r
    let sine = r.fused(r * z, sinTail(z))
    let cosine = unit.fused(z, Self(repeating: -0.5).fused(z, cosTail(z)))
    let odd = Self(bits: (quarter &<< top) | unit.bits)
    let value = sine.replaced(by: cosine, where: odd.less(than: Self(repeating: 0)))
    return Self(bits: value.bits ^ ((quarter &>> Bits(repeating: 1)) &<< top))
  }

  /// Returns the sine. Bound: 1.6 ulp for every finite argument.
  @inlinable @inline(__always)
  public static func sin(_ x: Self) -> Self {
    Self(bits: quarterSine(x.magnitude, shift: 0).bits ^ x.signs)
  }

  /// Returns the cosine. Bound: 1.6 ulp for every finite argument.
  @inlinable @inline(__always)
  public static func cos(_ x: Self) -> Self {
    quarterSine(x.magnitude, shift: 1)
  }
}
