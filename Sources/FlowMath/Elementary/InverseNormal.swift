// SPDX-License-Identifier: GPL-3.0-or-later

/// Returns the z with Φ(z) = p, for the standard normal distribution function Φ. The result is −∞ at 0, ∞ at 1 and NaN
/// outside [0, 1].
///
/// Source: M. J. Wichura, Algorithm AS 241, Applied Statistics 37 (1988), routine PPND16, with the published
/// coefficients: rational approximations of degree 7 in three regions, relative error about 1e-16.
public func inverseNormalCDF(_ p: Double) -> Double { inverseNormalCDF(DoubleRegister(repeating: p))[0] }

/// Returns the values for four numbers.
func inverseNormalCDF(_ p: DoubleRegister) -> DoubleRegister {
  let isOuter = DoubleRegister(repeating: middle).less(than: (p - DoubleRegister(repeating: 0.5)).magnitude)
  let z = inner(p)
  return isOuter.isAnySet ? z.replaced(by: outer(p), where: isOuter) : z
}

/// Replaces the numbers of a buffer by their values. Numbers near the ends take longer and are rare, so they are
/// collected and computed separately instead of delaying their neighbours.
func inverseNormalCDF(_ numbers: UnsafeMutableBufferPointer<Double>) {
  let lanes = 4
  // The collected numbers must stay in the cache, and a vector of them may extend past the end.
  let block = 512
  withUnsafeTemporaryAllocation(of: Int32.self, capacity: block) { places in
    withUnsafeTemporaryAllocation(of: Double.self, capacity: block + lanes) { ends in
      for start in stride(from: 0, to: numbers.count, by: block) {
        let part = UnsafeMutableBufferPointer(rebasing: numbers[start..<min(start + block, numbers.count)])
        var count = 0
        for place in part.indices {
          places[count] = Int32(truncatingIfNeeded: place)
          ends[count] = part[place]
          count += abs(part[place] - 0.5) > middle ? 1 : 0
        }
        for lane in 0..<lanes { ends[count + lane] = 0.5 }
        let whole = part.count / lanes * lanes
        for place in stride(from: 0, to: whole, by: lanes) {
          store(inner(load(UnsafePointer(part.baseAddress! + place))), part.baseAddress! + place)
        }
        for place in whole..<part.count { part[place] = inner(DoubleRegister(repeating: part[place]))[0] }
        for place in stride(from: 0, to: count, by: lanes) {
          let found = outer(load(UnsafePointer(ends.baseAddress! + place)))
          for lane in 0..<min(lanes, count - place) { part[Int(places[place + lane])] = found[lane] }
        }
      }
    }
  }
}

/// The largest distance from 1/2 that `inner` handles.
private let middle = 0.425

@inline(__always)
private func inner(_ p: DoubleRegister) -> DoubleRegister {
  let q = p - DoubleRegister(repeating: 0.5)
  return q * quotient(DoubleRegister(repeating: 0.180625) - q * q, central)
}

@inline(__always)
private func outer(_ p: DoubleRegister) -> DoubleRegister {
  let isBelow = p.less(than: DoubleRegister(repeating: 0.5))
  let tail = (DoubleRegister(repeating: 1) - p).replaced(by: p, where: isBelow)
  let r = DoubleRegister.log(tail).opposite.squareRoot()
  var outer = quotient(r - DoubleRegister(repeating: 1.6), near)
  let isFar = DoubleRegister(repeating: 5).less(than: r)
  if isFar.isAnySet {
    let isZero = tail.magnitude.less(than: DoubleRegister(repeating: .leastNonzeroMagnitude))
    outer = outer.replaced(by: quotient(r - DoubleRegister(repeating: 5), far), where: isFar)
      .replaced(by: DoubleRegister(repeating: .infinity), where: isZero)
  }
  return outer.replaced(by: outer.opposite, where: isBelow)
}

/// The coefficients of the numerator and the denominator, in ascending order; the denominator's first coefficient is 1.
private struct Rational {
  let above: SIMD8<Double>
  let below: SIMD8<Double>
}

/// Evaluates both polynomials by Horner's rule. It is written out because a loop over the lanes would go through
/// memory.
@inline(__always)
private func quotient(_ x: DoubleRegister, _ rational: Rational) -> DoubleRegister {
  @inline(__always)
  func horner(_ c: SIMD8<Double>) -> DoubleRegister {
    @inline(__always)
    func constant(_ power: Int) -> DoubleRegister { DoubleRegister(repeating: c[power]) }
    let high = ((constant(7) * x + constant(6)) * x + constant(5)) * x + constant(4)
    return (((high * x + constant(3)) * x + constant(2)) * x + constant(1)) * x + constant(0)
  }
  return horner(rational.above) / horner(rational.below)
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
