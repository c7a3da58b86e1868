// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A number with the digits of f64 and an exponent of its own, so that products neither underflow nor overflow.
///
/// The value is mantissa · 2^exponent. The mantissa has a magnitude of at least 1 and below 2, or it is 0, infinite or NaN
/// and the exponent 0. An exponent of −∞ stands for a number that is not 0, but smaller than 2^−2⁵²; no more is known of it.
struct WideNumber: Sendable, Equatable, BitwiseCopyable {
  private(set) var mantissa: Double
  /// A whole number.
  private(set) var exponent: Double

  static let zero = WideNumber(0)

  /// A number that is not 0, of unknown size.
  static let tiny = WideNumber(mantissa: 1, exponent: -.infinity)

  /// The number itself.
  @inline(__always)
  init(_ x: Double) { self.init(x, timesTwoTo: 0) }

  /// x · 2^exponent.
  @inline(__always)
  init(_ x: Double, timesTwoTo exponent: Double) {
    guard x != 0, x.isFinite else {
      self.init(mantissa: x, exponent: 0)
      return
    }
    let own = x.significand
    let sum = exponent + Double(x.exponent)
    // Further down whole numbers have gaps in f64, and a ratio of two such numbers would be wrong.
    self.init(mantissa: x < 0 ? -own : own, exponent: sum < -0x1p52 ? -.infinity : sum)
  }

  @inline(__always)
  private init(mantissa: Double, exponent: Double) {
    self.mantissa = mantissa
    self.exponent = exponent
  }

  var isZero: Bool { mantissa == 0 }
  var isFinite: Bool { mantissa.isFinite }

  /// The nearest number of f64: 0 where this one is too small, infinite where it is too large.
  var plain: Double {
    guard mantissa != 0, mantissa.isFinite else { return mantissa }
    if exponent.isNaN { return .nan }
    // Two factors, of which the first one loses no digits.
    let whole = Int(max(min(exponent, 2000), -2000))
    let half = whole / 2
    return mantissa * Double(sign: .plus, exponent: half, significand: 1)
      * Double(sign: .plus, exponent: whole - half, significand: 1)
  }

  /// The nearest number of f64; nil where it is infinite only for want of range, or unknown.
  var number: Double? {
    let number = plain
    return number.isFinite || !mantissa.isFinite ? number : nil
  }

  /// Whether f64 has this number with all its digits.
  var isNormal: Bool { plain.isNormal }

  /// log10 of the magnitude, −∞ for 0; nil where it is not known.
  var log10: Double? {
    let number = abs(plain)
    // What f64 can say loses no digits to a sum.
    if mantissa == 0 || number.isNormal || !mantissa.isFinite { return Real.log10(number) }
    return exponent.isFinite ? Real.log10(abs(mantissa)) + exponent * Real.log10Of2 : nil
  }

  /// 1, −1 or 0; NaN for NaN.
  var sign: WideNumber { WideNumber(mantissa > 0 ? 1 : mantissa < 0 ? -1 : mantissa) }

  /// Whether this number is larger than the other one, both not below 0; false where either is NaN.
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
    // Too far down to change a digit, or both of unknown size.
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
    // ln 2 in two parts.
    let rest = x.addingProduct(-whole, 0x1.62e42fefa39efp-1).addingProduct(-whole, 0x1.abc9e3b39803fp-56)
    return WideNumber(Real.exp(rest), timesTwoTo: whole)
  }
}

extension Sequence<WideNumber> {
  /// √Σx².
  var norm: WideNumber {
    let top = reduce(WideNumber.zero) { $1.magnitude.isLarger(than: $0) ? $1.magnitude : $0 }
    // Zeros, what is not finite, and numbers of unknown size.
    if top.isZero || !top.isFinite || top.exponent == -.infinity { return reduce(top) { $0 + $1.magnitude } }
    // The square of an exponent's end would be beyond it.
    return top * reduce(WideNumber.zero) { $0 + ($1 / top) * ($1 / top) }.squareRoot()
  }
}
