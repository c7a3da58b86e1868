// SPDX-License-Identifier: GPL-3.0-or-later

/// The z with Φ(z) = p, for the standard normal distribution function Φ.
///
/// Rational approximations of degree 7 in three regions, relative error about 1e-16: M. J. Wichura, Algorithm AS 241,
/// Applied Statistics 37 (1988), routine PPND16; the coefficients are the published ones. Gives −∞ at 0, ∞ at 1 and NaN
/// outside.
public func inverseNormalCDF(_ p: Double) -> Double {
  let q = p - 0.5
  if abs(q) <= 0.425 {
    let r = 0.180625 - q * q
    return q * quotient(r, central)
  }
  let tail = q < 0 ? p : 1 - p
  guard tail > 0 else { return tail == 0 ? (q < 0 ? -.infinity : .infinity) : .nan }
  let r = (-SIMD4<Double>.log(SIMD4(repeating: tail))[0]).squareRoot()
  let z = r <= 5 ? quotient(r - 1.6, near) : quotient(r - 5, far)
  return q < 0 ? -z : z
}

/// Numerator and denominator by ascending powers; the denominator's first coefficient is 1.
private struct Rational {
  let above: SIMD8<Double>
  let below: SIMD8<Double>
}

/// Both polynomials by Horner's rule; written out, because a loop over lanes would go through memory.
@inline(__always)
private func quotient(_ x: Double, _ rational: Rational) -> Double {
  let a = rational.above
  let b = rational.below
  let above = ((((((a[7] * x + a[6]) * x + a[5]) * x + a[4]) * x + a[3]) * x + a[2]) * x + a[1]) * x + a[0]
  let below = ((((((b[7] * x + b[6]) * x + b[5]) * x + b[4]) * x + b[3]) * x + b[2]) * x + b[1]) * x + b[0]
  return above / below
}

private let central = Rational(
  above: [
    3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
    45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
  ],
  below: [
    1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867,
    39307.89580009271061, 28729.085735721942674, 5226.495278852854561,
  ])

private let near = Rational(
  above: [
    1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
    1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 0.000774545014278341407640,
  ],
  below: [
    1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
    0.0151986665636164571966, 0.00054759380849953449460, 1.05075007164441684324e-9,
  ])

private let far = Rational(
  above: [
    6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123,
    0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
  ],
  below: [
    1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 0.00078686913114561325910,
    1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
  ])
