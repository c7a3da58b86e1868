// SPDX-License-Identifier: GPL-3.0-or-later

/// The parts of the elementary functions that depend on the format: constants, and polynomials of sufficient degree.
///
/// The functions themselves are written once, in extensions of this protocol. Every polynomial is a minimax
/// approximation derived by `Tests/FlowMathTests/Reference/coefficients.py`, which prints its coefficients and error
/// bound. The documented bound of each function is the largest error found by the tests, rounded up.
@usableFromInline
protocol ElementaryKernel: Lanes {
  /// 1.5 · 2^p for p explicit fraction bits. Adding it rounds a number to the nearest integer, which is left in the low
  /// bits of the sum.
  static var shifter: Self { get }
  /// 2^p. `biasedIntegerBase` is 2^p plus the bias of the exponent.
  static var integerBase: Self { get }
  static var biasedIntegerBase: Self { get }
  static var smallestNormal: Self { get }
  static var sqrtHalf: Self { get }
  static var sqrt2: Self { get }
  static var log2e: Self { get }
  /// −ln 2 as the sum of the nearest number and a correction.
  static var minusLn2High: Self { get }
  static var minusLn2Low: Self { get }
  /// 2 / π. `minusHalfPi` is −π / 2 as the sum of three parts.
  static var twoOverPi: Self { get }
  static var minusHalfPi: (Self, Self, Self) { get }
  /// The largest magnitude for which reduction by three parts of π / 2 is accurate.
  static var reductionLimit: Self { get }
  /// Bounds of the argument: exp is 0 below `zero`, exp - 1 is -1 below `lost`, exp is normal for magnitudes below
  /// `normal` and infinite above `infinite`.
  static var expRange: (zero: Self, lost: Self, normal: Self, infinite: Self) { get }
  /// The magnitude from which on tanh is ±1.
  static var tanhLimit: Self { get }
  /// The magnitude below which expm1(x) is x.
  static var tiny: Self { get }
  /// The magnitude from which on erf is ±1. `normalLimit` is the one beyond which the lower tail of the normal
  /// distribution is 0.
  static var erfLimit: Self { get }
  static var normalLimit: Self { get }

  /// (exp(r) - 1 - r) / r² for |r| <= ln 2 / 2.
  static func expTail(_ r: Self) -> Self
  /// (log((1 + s) / (1 - s)) - 2s) / s³ at z = s², for |s| <= (√2 - 1) / (√2 + 1).
  static func logTail(_ z: Self) -> Self
  /// (tanh(r) - r) / r³ at z = r², for |r| <= 3/8 ln 2.
  static func tanhTail(_ z: Self) -> Self
  /// (sin(r) - r) / r³ at z = r², for |r| <= π / 4.
  static func sinTail(_ z: Self) -> Self
  /// (cos(r) - 1 + r² / 2) / r⁴ at z = r², for |r| <= π / 4.
  static func cosTail(_ z: Self) -> Self
  /// erf(a) / a - 1 at z = a², for a <= 1.
  static func erfRatio(_ z: Self) -> Self
  /// (x + 4) exp(x² / 2) Φ(-x) - (constant + slope · t + curve · t²) at t = (x - 4) / (x + 4).
  static func millsTail(_ t: Self) -> Self
  static var millsConstant: Self { get }
  static var millsSlope: Self { get }
  static var millsCurve: Self { get }
}

extension FloatingRegister {
  /// Returns self · x + coefficient, one step of Horner's rule.
  @inlinable @inline(__always)
  func then(_ coefficient: Scalar, _ x: Self) -> Self { Self(repeating: coefficient).fused(self, x) }
}
