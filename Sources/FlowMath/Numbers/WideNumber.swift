// SPDX-License-Identifier: GPL-3.0-or-later

/// A number with the precision of f64 and a separate exponent, so that products neither underflow nor overflow.
///
/// The value is mantissa · 2^exponent. The magnitude of the mantissa is in [1, 2). If the mantissa is 0, infinite or
/// NaN, the exponent is 0. An exponent of −∞ stands for a nonzero number below 2^−2⁵² of which only the sign is known.
@frozen
package struct WideNumber: Sendable, Equatable, BitwiseCopyable {
  package let mantissa: Double
  /// An integer or −∞.
  package let exponent: Double

  package static let zero = WideNumber(0)

  /// A positive number of unknown size.
  package static let tiny = WideNumber(mantissa: 1, exponent: -.infinity)

  @inlinable @inline(__always)
  package init(_ x: Double) { self.init(x, timesTwoTo: 0) }

  /// Creates x · 2^exponent.
  @inlinable @inline(__always)
  package init(_ x: Double, timesTwoTo exponent: Double) {
    guard x != 0, x.isFinite else {
      self.init(mantissa: x, exponent: 0)
      return
    }
    let own = x.significand
    let sum = exponent + Double(x.exponent)
    // Below this bound, f64 cannot represent every integer, and a ratio of two such numbers would be wrong.
    self.init(mantissa: x < 0 ? -own : own, exponent: sum < -0x1p52 ? -.infinity : sum)
  }

  @inlinable @inline(__always)
  init(mantissa: Double, exponent: Double) {
    self.mantissa = mantissa
    self.exponent = exponent
  }

  @inlinable @inline(__always)
  package var isZero: Bool { mantissa == 0 }

  @inlinable @inline(__always)
  package var isFinite: Bool { mantissa.isFinite }

  /// The nearest f64 number: 0 if the value is too small, infinite if it is too large.
  package var plain: Double {
    guard mantissa != 0, mantissa.isFinite else { return mantissa }
    if exponent.isNaN { return .nan }
    // Of these two factors, the first one does not round.
    let whole = Int(max(min(exponent, 2000), -2000))
    let half = whole / 2
    return mantissa * Double(sign: .plus, exponent: half, significand: 1)
      * Double(sign: .plus, exponent: whole - half, significand: 1)
  }

  /// The nearest f64 number; nil if this number is finite but too large for f64, or if its size is unknown.
  package var number: Double? {
    let number = plain
    return number.isFinite || !mantissa.isFinite ? number : nil
  }

  /// Whether f64 can represent this number with all its digits.
  package var isNormal: Bool { plain.isNormal }

  /// The base-10 logarithm of the magnitude: −∞ for 0, nil if the size is unknown.
  package var log10: Double? {
    let number = abs(plain)
    // If f64 can represent the number, no digits are lost in a sum.
    if mantissa == 0 || number.isNormal || !mantissa.isFinite { return Real.log10(number) }
    return exponent.isFinite ? Real.log10(abs(mantissa)) + exponent * Real.log10Of2 : nil
  }

  /// 1, −1 or 0; NaN for NaN.
  package var sign: WideNumber { WideNumber(mantissa > 0 ? 1 : mantissa < 0 ? -1 : mantissa) }

  /// Returns whether this number is larger than the other. Neither may be negative; false if either is NaN.
  @inlinable @inline(__always)
  package func isLarger(than other: WideNumber) -> Bool {
    guard mantissa > 0, mantissa.isFinite, other.mantissa > 0, other.mantissa.isFinite else {
      return mantissa > other.mantissa
    }
    return exponent > other.exponent || exponent == other.exponent && mantissa > other.mantissa
  }

  @inlinable @inline(__always)
  package var magnitude: WideNumber { WideNumber(mantissa: abs(mantissa), exponent: exponent) }

  package func squareRoot() -> WideNumber {
    let half = (exponent / 2).rounded(.down)
    let isOdd = exponent.isFinite && exponent - 2 * half == 1
    return WideNumber((isOdd ? 2 * mantissa : mantissa).squareRoot(), timesTwoTo: half)
  }

  @inlinable @inline(__always)
  package static func * (a: WideNumber, b: WideNumber) -> WideNumber {
    WideNumber(a.mantissa * b.mantissa, timesTwoTo: a.exponent + b.exponent)
  }

  @inlinable @inline(__always)
  package static func / (a: WideNumber, b: WideNumber) -> WideNumber {
    WideNumber(a.mantissa / b.mantissa, timesTwoTo: a.exponent - b.exponent)
  }

  @inlinable @inline(__always)
  package static func + (a: WideNumber, b: WideNumber) -> WideNumber {
    if a.mantissa == 0 { return b }
    if b.mantissa == 0 { return a }
    guard a.mantissa.isFinite, b.mantissa.isFinite else {
      return WideNumber(mantissa: (a.isFinite ? 0 : a.mantissa) + (b.isFinite ? 0 : b.mantissa), exponent: 0)
    }
    let (large, small) = a.exponent < b.exponent ? (b, a) : (a, b)
    let distance = large.exponent - small.exponent
    // The smaller number cannot change a digit. If the size of both is unknown, the distance is NaN.
    guard distance < 1000 else { return large }
    let part = small.mantissa * Double(sign: .plus, exponent: -Int(distance), significand: 1)
    return WideNumber(large.mantissa + part, timesTwoTo: large.exponent)
  }

  @inlinable @inline(__always)
  package static func - (a: WideNumber, b: WideNumber) -> WideNumber {
    a + WideNumber(mantissa: -b.mantissa, exponent: b.exponent)
  }

  /// Returns eˣ.
  package static func exp(_ x: Double) -> WideNumber {
    guard x.isFinite else { return x < 0 ? tiny : WideNumber(x) }
    let whole = (x * 1.4426950408889634).rounded()
    guard abs(whole) < 0x1p52 else { return x < 0 ? tiny : WideNumber(.infinity) }
    // ln 2 as a sum of two numbers.
    let rest = x.addingProduct(-whole, 0x1.62e42fefa39efp-1).addingProduct(-whole, 0x1.abc9e3b39803fp-56)
    return WideNumber(Real.exp(rest), timesTwoTo: whole)
  }
}

extension Sequence<WideNumber> {
  /// √Σx².
  package var norm: WideNumber {
    let top = reduce(WideNumber.zero) { $1.magnitude.isLarger(than: $0) ? $1.magnitude : $0 }
    // Zeros, numbers that are not finite, and numbers of unknown size cannot be divisors.
    if top.isZero || !top.isFinite || top.exponent == -.infinity { return reduce(top) { $0 + $1.magnitude } }
    // Without the division, the exponent of a square could leave its range.
    return top * reduce(WideNumber.zero) { $0 + ($1 / top) * ($1 / top) }.squareRoot()
  }
}
