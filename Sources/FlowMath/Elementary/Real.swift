// SPDX-License-Identifier: GPL-3.0-or-later

/// The elementary functions of single f64 numbers, for code outside the engine's loops: the language, tables, plots and
/// theory.
///
/// None of them calls the C library, so the results have the same bits on every system. Functions that networks use are
/// the engine's own, so that `sin(x)` in the language and the activation `sin` agree. The others are computed in double
/// length and rounded once. Special cases follow C99.
public enum Real {
  /// Returns e^x. Bound: 1.1 ulp.
  public static func exp(_ x: Double) -> Double { DoubleRegister.exp(DoubleRegister(repeating: x))[0] }
  /// Returns the natural logarithm. Bound: 1 ulp.
  public static func log(_ x: Double) -> Double { DoubleRegister.log(DoubleRegister(repeating: x))[0] }
  /// Returns the sine of an angle in radians, from −1 to 1; NaN if the angle is infinite. Bound: 1.6 ulp for every
  /// finite angle, because large angles are reduced exactly, after Payne and Hanek (1983).
  public static func sin(_ x: Double) -> Double { DoubleRegister.sin(DoubleRegister(repeating: x))[0] }
  /// Returns the cosine of an angle in radians, from −1 to 1; NaN if the angle is infinite. Bound: 1.6 ulp for every
  /// finite angle, like `sin`.
  public static func cos(_ x: Double) -> Double { DoubleRegister.cos(DoubleRegister(repeating: x))[0] }
  /// Returns the hyperbolic tangent, from −1 to 1 and monotone; ±1 for an infinite x. Bound: 2 ulp. Uses the addition
  /// theorem with the tanh of a remainder of at most 3/8 ln 2; see `ElementaryKernel.tanh`.
  public static func tanh(_ x: Double) -> Double { DoubleRegister.tanh(DoubleRegister(repeating: x))[0] }
  /// Returns the error function. Bound: 1.3 ulp.
  public static func erf(_ x: Double) -> Double { DoubleRegister.erf(DoubleRegister(repeating: x))[0] }
  /// Returns the standard normal distribution function Φ(x), from 0 to 1; 0 and 1 for an infinite x. Bound: 2 ulp, also
  /// in the lower tail.
  public static func normalCDF(_ x: Double) -> Double { DoubleRegister.normalCDF(DoubleRegister(repeating: x))[0] }

  /// Returns the base-2 logarithm; exact for powers of two. Bound: 0.51 ulp.
  public static func log2(_ x: Double) -> Double { logarithm(x, dividedBy: .ln2) }

  /// Returns the base-10 logarithm; exact for powers of ten. Bound: 0.51 ulp.
  public static func log10(_ x: Double) -> Double { logarithm(x, dividedBy: .ln10) }

  private static func logarithm(_ x: Double, dividedBy base: DoubleDouble) -> Double {
    // At the ends of the domain, the natural logarithm has the right value.
    guard x > 0, x < .infinity else { return log(x) }
    return (DoubleDouble.log(x) / base).high
  }

  /// Returns x^y. Bound: 0.51 ulp, so a result that f64 can represent is exact: 2^10, 10^22, 4^0.5.
  public static func power(_ x: Double, _ y: Double) -> Double {
    if y == 0 || x == 1 { return 1 }
    if x.isNaN || y.isNaN { return .nan }
    let isOdd = isOddInteger(y)
    let sign = isOdd && x.sign == .minus ? -1.0 : 1
    let base = abs(x)
    if y.isInfinite { return base == 1 ? 1 : (base > 1) == (y > 0) ? .infinity : 0 }
    if base == 0 || base.isInfinite { return (base == 0) == (y > 0) ? sign * 0 : sign * .infinity }
    if x < 0, y != y.rounded(.towardZero) { return .nan }
    let logarithm = DoubleDouble.log(base)
    let rough = logarithm.high * y
    // The result is far outside the range of f64, in either direction.
    if abs(rough) > 1100 { return rough > 0 ? sign * .infinity : sign * 0 }
    let (significand, exponent) = (logarithm * y).exp()
    return sign * significand.scaled(exponent).high
  }

  private static func isOddInteger(_ y: Double) -> Bool {
    guard abs(y) < 0x1p53, let whole = Int(exactly: y) else { return false }
    return whole & 1 == 1
  }

  /// Returns the tangent of an angle in radians. Bound: 0.51 ulp; 0.6 ulp above 10⁹.
  public static func tan(_ x: Double) -> Double {
    guard abs(x) > tiny else { return x }
    let (quarter, rest) = quarterTurns(abs(x))
    let (sine, cosine) = rest.sinAndCos()
    let tangent = (quarter & 1 == 0 ? sine / cosine : -(cosine / sine)).high
    return x < 0 ? -tangent : tangent
  }

  /// Returns a positive angle as a number of quarter turns and a remainder within ±π/4.
  private static func quarterTurns(_ angle: Double) -> (quarter: UInt64, rest: DoubleDouble) {
    if angle <= .pi / 4 { return (0, DoubleDouble(angle)) }
    // The difference of the leading parts is exact.
    if angle < 1 { return (1, DoubleDouble(angle) - .halfPi) }
    let turns = QuarterTurns(angle)
    return (turns.quarter, DoubleDouble(turns.rest, turns.restOfRest))
  }

  /// Returns the hyperbolic sine. Bound: 0.51 ulp.
  public static func sinh(_ x: Double) -> Double {
    guard abs(x) > tiny, x.isFinite else { return x }
    if abs(x) < 0.5 { return DoubleDouble.smallSinh(x).high }
    let halves = halvesOfExponentials(abs(x))
    let result = halves.growing.high < .infinity ? (halves.growing - halves.shrinking).high : .infinity
    return x < 0 ? -result : result
  }

  /// Returns the hyperbolic cosine. Bound: 0.51 ulp.
  public static func cosh(_ x: Double) -> Double {
    guard x.isFinite else { return abs(x) }
    let halves = halvesOfExponentials(abs(x))
    return halves.growing.high < .infinity ? (halves.growing + halves.shrinking).high : .infinity
  }

  /// Returns e^x/2 and e^−x/2 for x of at least 0.
  private static func halvesOfExponentials(_ x: Double) -> (growing: DoubleDouble, shrinking: DoubleDouble) {
    guard x < 711 else { return (DoubleDouble(.infinity), DoubleDouble(0)) }
    let (significand, exponent) = DoubleDouble(x).exp()
    let growing = significand.scaled(exponent - 1)
    return (growing, x > 40 ? DoubleDouble(0) : (DoubleDouble(1) / significand).scaled(-exponent - 1))
  }

  /// Returns the angle in [−π/2, π/2] whose sine is x. Bound: 0.51 ulp.
  public static func asin(_ x: Double) -> Double {
    guard abs(x) > tiny else { return x }
    guard abs(x) <= 1 else { return .nan }
    let angle = DoubleDouble.angle(DoubleDouble(abs(x)), otherSide(x)).high
    return x < 0 ? -angle : angle
  }

  /// Returns the angle in [0, π] whose cosine is x. Bound: 0.51 ulp.
  public static func acos(_ x: Double) -> Double {
    guard abs(x) <= 1 else { return .nan }
    let angle = DoubleDouble.angle(otherSide(x), DoubleDouble(abs(x)))
    return x < 0 ? (DoubleDouble.halfPi.scaled(1) - angle).high : angle.high
  }

  /// Returns the angle in [−π/2, π/2] whose tangent is x. Bound: 0.51 ulp.
  public static func atan(_ x: Double) -> Double {
    guard abs(x) > tiny else { return x }
    // Beyond 2^60, the angle differs from π/2 by less than a quarter of a unit in the last place.
    let size = min(abs(x), 0x1p60)
    let angle = DoubleDouble.angle(DoubleDouble(size), DoubleDouble(1)).high
    return x < 0 ? -angle : angle
  }

  /// Returns √(1 − x²).
  private static func otherSide(_ x: Double) -> DoubleDouble {
    (DoubleDouble(sum: 1, -x) * DoubleDouble(sum: 1, x)).squareRoot()
  }

  /// The magnitude below which sin x, tan x, their inverses and sinh x equal x to the last digit.
  private static let tiny = 0x1p-28
}
