// SPDX-License-Identifier: GPL-3.0-or-later

/// What distinguishes the formats in the elementary functions: constants, and polynomials of a sufficient degree.
///
/// The functions themselves are written once, in extensions of this protocol. Every polynomial is a minimax
/// approximation derived by `Tests/FlowMathTests/Reference/coefficients.py`, which prints its coefficients and bound.
/// The functions' own bounds are the largest errors met in the tests, rounded up.
@usableFromInline
protocol ElementaryKernel: Lanes {
  /// 1.5 · 2^p for p explicit fraction bits: adding it rounds to the nearest integer, left in the sum's low bits.
  static var shifter: Self { get }
  /// 2^p, and the exponent's bias added to it.
  static var integerBase: Self { get }
  static var biasedIntegerBase: Self { get }
  static var smallestNormal: Self { get }
  static var sqrtHalf: Self { get }
  static var sqrt2: Self { get }
  static var log2e: Self { get }
  /// Minus ln 2 in two parts: the nearest number, and what it lacks.
  static var minusLn2High: Self { get }
  static var minusLn2Low: Self { get }
  /// 2 / π, and minus π / 2 in three parts.
  static var twoOverPi: Self { get }
  static var minusHalfPi: (Self, Self, Self) { get }
  /// The largest magnitude whose reduction by three parts of π / 2 is accurate.
  static var reductionLimit: Self { get }
  /// exp is 0 below the first, -1 + exp is -1 below the second, exp is normal for magnitudes below the third and
  /// infinite above the last.
  static var expRange: (zero: Self, lost: Self, normal: Self, infinite: Self) { get }
  /// From here on tanh is 1.
  static var tanhLimit: Self { get }
  /// Magnitudes whose square is lost beside 1.
  static var tiny: Self { get }
  /// From here on erf is 1, and the lower tail of the normal distribution 0.
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
  /// (x + 4) exp(x² / 2) Φ(-x) at t = (x - 4) / (x + 4), less constant + slope · t + curve · t².
  static func millsTail(_ t: Self) -> Self
  static var millsConstant: Self { get }
  static var millsSlope: Self { get }
  static var millsCurve: Self { get }
}

extension FloatingRegister {
  /// One step of Horner's rule: self · x + coefficient.
  @inlinable @inline(__always)
  func then(_ coefficient: Scalar, _ x: Self) -> Self { Self(repeating: coefficient).fused(self, x) }
}
