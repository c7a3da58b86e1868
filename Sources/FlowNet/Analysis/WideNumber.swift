// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A number with the precision of f64 and a separate exponent, so that products neither underflow nor overflow.
///
/// The value is mantissa · 2^exponent. The magnitude of the mantissa is at least 1 and below 2, or the mantissa is 0,
/// infinite or NaN and the exponent is 0. An exponent of −∞ represents a nonzero number smaller than 2^−2⁵², of which
/// no more is known.
struct WideNumber: Sendable, Equatable, BitwiseCopyable {
  private(set) var mantissa: Double
  /// The exponent, a whole number.
  private(set) var exponent: Double

  static let zero = WideNumber(0)

  /// A nonzero number of unknown size.
  static let tiny = WideNumber(mantissa: 1, exponent: -.infinity)

  /// Creates a number with the value x.
  @inline(__always)
  init(_ x: Double) { self.init(x, timesTwoTo: 0) }

  /// Creates a number with the value x · 2^exponent.
  @inline(__always)
  init(_ x: Double, timesTwoTo exponent: Double) {
    guard x != 0, x.isFinite else {
      self.init(mantissa: x, exponent: 0)
      return
    }
    let own = x.significand
    let sum = exponent + Double(x.exponent)
    // Below this exponent, f64 does not represent all whole numbers, and the ratio of two such numbers would be wrong.
    self.init(mantissa: x < 0 ? -own : own, exponent: sum < -0x1p52 ? -.infinity : sum)
  }

  @inline(__always)
  private init(mantissa: Double, exponent: Double) {
    self.mantissa = mantissa
    self.exponent = exponent
  }

  var isZero: Bool { mantissa == 0 }
  var isFinite: Bool { mantissa.isFinite }

  /// The nearest value of f64: 0 if this number is too small, infinite if it is too large.
  var plain: Double {
    guard mantissa != 0, mantissa.isFinite else { return mantissa }
    if exponent.isNaN { return .nan }
    // Use two factors, of which the first loses no digits.
    let whole = Int(max(min(exponent, 2000), -2000))
    let half = whole / 2
    return mantissa * Double(sign: .plus, exponent: half, significand: 1)
      * Double(sign: .plus, exponent: whole - half, significand: 1)
  }

  /// The nearest value of f64; `nil` if this number is finite but too large for f64, or if its size is unknown.
  var number: Double? {
    let number = plain
    return number.isFinite || !mantissa.isFinite ? number : nil
  }

  /// Whether f64 can represent this number with all its digits.
  var isNormal: Bool { plain.isNormal }

  /// log10 of the magnitude; −∞ for 0, `nil` if it is not known.
  var log10: Double? {
    let number = abs(plain)
    // If f64 can represent the number, log10 loses no digits in a sum.
    if mantissa == 0 || number.isNormal || !mantissa.isFinite { return Real.log10(number) }
    return exponent.isFinite ? Real.log10(abs(mantissa)) + exponent * Real.log10Of2 : nil
  }

  /// The sign: 1, −1 or 0; NaN for NaN.
  var sign: WideNumber { WideNumber(mantissa > 0 ? 1 : mantissa < 0 ? -1 : mantissa) }

  /// Returns whether this number is larger than the other one. Both must be at least 0. Returns false if either is NaN.
  func isLarger(than other: WideNumber) -> Bool {
    guard mantissa > 0, mantissa.isFinite, other.mantissa > 0, other.mantissa.isFinite else {
      return mantissa > other.mantissa
    }
    return exponent > other.exponent || exponent == other.exponent && mantissa > other.mantissa
  }

  var magnitude: WideNumber { WideNumber(mantissa: abs(mantissa), exponent: exponent) }

  func squareRoot() -> WideNumber {
    let half = (exponent / 2).rounded(.down)
    let isOdd = exponent.isFinite && exponent - 2 * half == 1
    return WideNumber((isOdd ? 2 * mantissa : mantissa).squareRoot(), timesTwoTo: half)
  }

  @inline(__always)
  static func * (a: WideNumber, b: WideNumber) -> WideNumber {
    WideNumber(a.mantissa * b.mantissa, timesTwoTo: a.exponent + b.exponent)
  }

  @inline(__always)
  static func / (a: WideNumber, b: WideNumber) -> WideNumber {
    WideNumber(a.mantissa / b.mantissa, timesTwoTo: a.exponent - b.exponent)
  }

  @inline(__always)
  static func + (a: WideNumber, b: WideNumber) -> WideNumber {
    if a.mantissa == 0 { return b }
    if b.mantissa == 0 { return a }
    guard a.mantissa.isFinite, b.mantissa.isFinite else {
      return WideNumber(mantissa: (a.isFinite ? 0 : a.mantissa) + (b.isFinite ? 0 : b.mantissa), exponent: 0)
    }
    let (large, small) = a.exponent < b.exponent ? (b, a) : (a, b)
    let distance = large.exponent - small.exponent
    // The smaller number does not change a digit of the larger one, or the sizes of both are unknown.
    guard distance < 1000 else { return large }
    let part = small.mantissa * Double(sign: .plus, exponent: -Int(distance), significand: 1)
    return WideNumber(large.mantissa + part, timesTwoTo: large.exponent)
  }

  @inline(__always)
  static func - (a: WideNumber, b: WideNumber) -> WideNumber {
    a + WideNumber(mantissa: -b.mantissa, exponent: b.exponent)
  }

  /// eˣ.
  static func exp(_ x: Double) -> WideNumber {
    guard x.isFinite else { return x < 0 ? tiny : WideNumber(x) }
    let whole = (x * 1.4426950408889634).rounded()
    guard abs(whole) < 0x1p52 else { return x < 0 ? tiny : WideNumber(.infinity) }
    // Subtract ln 2 in two parts to keep all digits.
    let rest = x.addingProduct(-whole, 0x1.62e42fefa39efp-1).addingProduct(-whole, 0x1.abc9e3b39803fp-56)
    return WideNumber(Real.exp(rest), timesTwoTo: whole)
  }
}

extension Sequence<WideNumber> {
  /// √Σx².
  var norm: WideNumber {
    let top = reduce(WideNumber.zero) { $1.magnitude.isLarger(than: $0) ? $1.magnitude : $0 }
    // Zeros, values that are not finite, and numbers of unknown size cannot be divisors.
    if top.isZero || !top.isFinite || top.exponent == -.infinity { return reduce(top) { $0 + $1.magnitude } }
    // Without the division, the square of an extreme number would leave the range of the exponent.
    return top * reduce(WideNumber.zero) { $0 + ($1 / top) * ($1 / top) }.squareRoot()
  }
}
