// SPDX-License-Identifier: GPL-3.0-or-later

/// An unevaluated sum of two f64 numbers with about 106 binary digits in total: the second is at most half a unit in
/// the last place of the first.
///
/// Source: T. J. Dekker, A floating-point technique for extending the available precision, Numer. Math. 18, 1971.
/// Products use a fused multiply-add instead.
struct DoubleDouble {
  var high: Double
  var low: Double

  init(_ high: Double, _ low: Double = 0) {
    self.high = high
    self.low = low
  }

  /// Creates the exact sum of two numbers.
  init(sum a: Double, _ b: Double) {
    high = a + b
    let back = high - a
    low = (a - (high - back)) + (b - back)
  }

  /// Creates the exact product of two numbers.
  init(product a: Double, _ b: Double) {
    high = a * b
    low = (-high).addingProduct(a, b)
  }

  /// Creates the sum of two parts that may overlap; the first must be the larger one.
  private init(normalizing high: Double, _ low: Double) {
    self.high = high + low
    self.low = low - (self.high - high)
  }

  static prefix func - (a: DoubleDouble) -> DoubleDouble { DoubleDouble(-a.high, -a.low) }

  static func + (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let high = DoubleDouble(sum: a.high, b.high)
    let low = DoubleDouble(sum: a.low, b.low)
    let first = DoubleDouble(normalizing: high.high, high.low + low.high)
    return DoubleDouble(normalizing: first.high, first.low + low.low)
  }

  static func - (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble { a + -b }

  static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let product = DoubleDouble(product: a.high, b.high)
    let cross = (a.high * b.low).addingProduct(a.low, b.high)
    return DoubleDouble(normalizing: product.high, product.low + cross)
  }

  static func * (a: DoubleDouble, b: Double) -> DoubleDouble { a * DoubleDouble(b) }

  static func / (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let quotient = a.high / b.high
    let rest = a - b * quotient
    let next = rest.high / b.high
    let last = (rest - b * next).high / b.high
    return DoubleDouble(normalizing: quotient, next) + DoubleDouble(last)
  }

  func squareRoot() -> DoubleDouble {
    guard high > 0 else { return DoubleDouble(high.squareRoot()) }
    let root = high.squareRoot()
    let rest = self - DoubleDouble(product: root, root)
    return DoubleDouble(normalizing: root, rest.high / (2 * root))
  }

  /// Returns the number times 2^exponent.
  func scaled(_ exponent: Int) -> DoubleDouble {
    DoubleDouble(
      Double(sign: .plus, exponent: exponent, significand: high),
      Double(sign: .plus, exponent: exponent, significand: low))
  }
}

extension DoubleDouble {
  static let ln2 = DoubleDouble(0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56)
  static let ln10 = DoubleDouble(0x1.26bb1bbb55516p+1, -0x1.f48ad494ea3e9p-53)
  static let halfPi = DoubleDouble(0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54)

  /// 1/n at index n, for n from 1 on.
  private static let reciprocals: [DoubleDouble] =
    [DoubleDouble(0)] + (1...48).map { DoubleDouble(1) / DoubleDouble(Double($0)) }

  /// Returns e^self as the product of a number between 1/√2 and √2 and a power of two.
  ///
  /// Reduction: self = k ln 2 + 64 r. Taylor's series yields s = e^r − 1. Then e^r is squared six times as s ← 2s + s²,
  /// which loses no digits of s next to the 1.
  func exp() -> (significand: DoubleDouble, exponent: Int) {
    let k = (high * 0x1.71547652b82fep0).rounded()
    let r = (self - Self.ln2 * k).scaled(-6)
    var series = DoubleDouble(1)
    for n in stride(from: 12, through: 2, by: -1) { series = DoubleDouble(1) + r * series * Self.reciprocals[n] }
    var s = r * series
    for _ in 0..<6 { s = s.scaled(1) + s * s }
    return (DoubleDouble(1) + s, Int(k))
  }

  /// Returns ln x of a positive finite number.
  ///
  /// Reduction: x = 2^k m with m in [1/√2, √2]; with s = (m − 1)/(m + 1), ln m = 2(s + s³/3 + s⁵/5 + …).
  static func log(_ x: Double) -> DoubleDouble {
    var k = Int(x.exponent)
    var m = x.significand
    if m > 0x1.6a09e667f3bcdp0 {
      m /= 2
      k += 1
    }
    let s = DoubleDouble(m - 1) / DoubleDouble(sum: m, 1)
    let z = s * s
    var series = reciprocals[45]
    for n in stride(from: 43, through: 1, by: -2) { series = reciprocals[n] + z * series }
    return ln2 * Double(k) + (s * series).scaled(1)
  }

  /// Returns sinh x = x(1 + x²/(2·3)(1 + x²/(4·5)(…))) for |x| ≤ 1/2.
  static func smallSinh(_ x: Double) -> DoubleDouble { DoubleDouble(x) * oddSeries(DoubleDouble(product: x, x)) }

  /// Returns the sine and cosine of an angle within ±π/4, by Taylor's series.
  func sinAndCos() -> (sin: DoubleDouble, cos: DoubleDouble) {
    let z = -(self * self)
    var cosine = DoubleDouble(1)
    for n in stride(from: 28, through: 2, by: -2) {
      cosine = DoubleDouble(1) + z * cosine * Self.reciprocals[n] * Self.reciprocals[n - 1]
    }
    return (self * Self.oddSeries(z), cosine)
  }

  /// Returns Σ zⁿ/(2n + 1)!.
  private static func oddSeries(_ z: DoubleDouble) -> DoubleDouble {
    var sum = DoubleDouble(1)
    for n in stride(from: 28, through: 2, by: -2) {
      sum = DoubleDouble(1) + z * sum * reciprocals[n] * reciprocals[n + 1]
    }
    return sum
  }

  /// Returns the angle in [0, π/2] whose tangent is y/x. Neither y nor x may be negative, and they may not both be 0.
  ///
  /// One step replaces an approximation a by a + atan(δ) with
  /// δ = tan(angle − a) = (y cos a − x sin a)/(x cos a + y sin a).
  static func angle(_ y: DoubleDouble, _ x: DoubleDouble) -> DoubleDouble {
    if y.high > x.high { return halfPi - angle(x, y) }
    let tangent = y.high / x.high
    // The first approximation is within 0.005. Two steps in f64 make it accurate to the last digits of f64, and the
    // final step is made in double length.
    var near = tangent / (1 + 0.28 * tangent * tangent)
    for _ in 0..<2 {
      let (sine, cosine) = (Real.sin(near), Real.cos(near))
      let step = (tangent * cosine - sine) / (cosine + tangent * sine)
      near += step - step * step * step / 3
    }
    let (sine, cosine) = DoubleDouble(near).sinAndCos()
    return DoubleDouble(near) + (y * cosine - x * sine) / (x * cosine + y * sine)
  }
}
