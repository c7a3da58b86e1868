// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// log10(x·2^−exponent), also where that product is outside the range of f64.
func logarithm10(_ x: Double, scaledBy exponent: Int) -> Double {
  Real.log10(x) - Double(exponent) * 0.30102999566398119521
}

/// x·2^−exponent.
func unscaled(_ x: Double, by exponent: Int) -> Double {
  var value = x
  var left = -exponent
  while left != 0, value != 0, value.isFinite {
    let part = max(min(left, 1000), -1000)
    value *= Double(sign: .plus, exponent: part, significand: 1)
    left -= part
  }
  return value
}
