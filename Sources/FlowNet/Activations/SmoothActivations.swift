// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The functions of the form y = z·s(z). Their slopes need the gate s(z), which is recovered as y/z instead of computed
/// again.
extension Lanes {
  /// Returns y/z, or the value of the gate at 0 if z is so small that the quotient is meaningless.
  @inline(__always)
  static func gate(_ z: Self, _ y: Self, atZero: Self) -> Self {
    let isTiny = z.magnitude.less(than: Self(repeating: Scalar.leastNormalMagnitude / Scalar.ulpOfOne))
    return .select(isTiny, atZero, y / z)
  }

  /// Returns the slope, replaced by a polynomial near one of its zeros, where the terms of the formula cancel. The zero
  /// is given as a sum of two numbers, because no element type has enough digits for it. `coefficients` begins with the
  /// linear term.
  @inline(__always)
  static func nearZero(
    _ slope: Self, _ z: Self, zero: (high: Double, low: Double), _ coefficients: [10 of Double]
  ) -> Self {
    let rest = zero.high - Double(Scalar(zero.high)) + zero.low
    let t = (z - .of(zero.high)) - .of(rest)
    var sum = Self.of(coefficients[9])
    for power in stride(from: 8, through: 0, by: -1) { sum = Self.of(coefficients[power]).fused(sum, t) }
    return .select(t.magnitude.less(than: .of(1.0 / 64)), sum * t, slope)
  }

  /// The number limited to a range outside which its exponential is 0 or infinite.
  @inline(__always)
  var withinExponentials: Self { atLeast(.of(-4096)).atMost(.of(4096)) }
}

/// y = zΦ(z), y' = Φ(z) + z·exp(−z²/2)/√(2π).
enum GELU: Pointwise {
  @inline(__always) static func value<V: Lanes>(_ z: V, _ p: V) -> V { z * V.normalCDF(z) }
  @inline(__always) static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V {
    V.gate(z, y, atZero: .of(0.5)) + z * (V.exp(.of(-0.5) * z * z) * .of(Real.normalPeak))
  }
  /// Computes exp(−z²/2) as the square of its root, which is accurate even where the square is subnormal, and corrects
  /// the rounding error of z².
  @inline(__always) static func preciseSlope<V: Lanes>(_ z: V, _ p: V) -> V {
    let bounded = z.atLeast(.of(-40)).atMost(.of(40))
    let square = bounded * bounded
    let lost = square.opposite.fused(bounded, bounded)
    let root = V.exp(.of(-0.25) * square)
    let correction = V.of(1).fused(.of(-0.5), lost)
    let density = bounded * .of(Real.normalPeak) * correction * root * root
    return V.nearZero(
      V.normalCDF(z) + density, z, zero: (-0x1.80ead197f00b4p-1, 0x1.13e74c58cada8p-56),
      [
        0.4314939923140469, 0.388284982990552, -0.018199676398671087, -0.1140082332972217, -0.014771522148244337,
        0.019421679838189067, 0.004539228379125415, -0.002239538068073497, -0.0007448268386746817,
        0.00018633974623233514,
      ])
  }
  /// Returns φ(z)(z + M(−z)) with the density φ and the asymptotic series of Mills' ratio M.
  static func tail(_ z: Double, _ p: Double) -> WideNumber? {
    let square = z * z
    // Beyond this, the rounding error of the square alone changes the result by an arbitrary factor.
    guard square < 0x1p52 else { return .tiny }
    let lost = (-square).addingProduct(z, z)
    let density = WideNumber.exp(-square / 2) * .exp(-lost / 2) * WideNumber(Real.normalPeak)
    let t = 1 / square
    let mills = (1 - t * (1 - t * (3 - t * (15 - t * (105 - t * 945))))) / -z
    return density * WideNumber(z + mills)
  }
}

/// y = z·σ(z), y' = σ + y(1 − σ).
enum SiLU: Pointwise {
  @inline(__always) static func value<V: Lanes>(_ z: V, _ p: V) -> V { z * V.sigmoid(z) }
  @inline(__always) static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V {
    let s = V.gate(z, y, atZero: .of(0.5))
    return s + y * (.of(1) - s)
  }
  /// Returns σ(z)(1 + z·σ(−z)). Both values of σ are computed from the square of e^(−|z|/2), which is accurate even
  /// where the square underflows.
  @inline(__always) static func preciseSlope<V: Lanes>(_ z: V, _ p: V) -> V {
    let bounded = z.withinExponentials
    let isNegative = z.less(than: .of(0))
    let root = V.exp(.of(-0.5) * bounded.magnitude)
    let e = root * root
    let upper = V.of(1) / (.of(1) + e)
    let bracket = V.of(1).fused(bounded, V.select(isNegative, upper, e * upper))
    let slope = V.select(isNegative, root * (upper * bracket) * root, upper * bracket)
    return V.nearZero(
      slope, z, zero: (-0x1.474973c84120bp+0, -0x1.f8d74bc9ac154p-54),
      [
        0.2178117057198001, 0.1466487969969469, 0.018874814223782312, -0.015222655223188032, -0.006606589138356696,
        0.000126627410081122, 0.0007985218818397998, 0.00018570724361186496, -4.090534237428612e-05,
        -2.9733542213263917e-05,
      ])
  }
  /// Returns eᶻ(1 + z); the error is of the order of e²ᶻ.
  static func tail(_ z: Double, _ p: Double) -> WideNumber? {
    .exp(z) * WideNumber(1 + max(z, -.greatestFiniteMagnitude))
  }
}

/// y = ln(1 + eᶻ), y' = σ(z). The exponential is only computed for negative arguments.
enum Softplus: Pointwise {
  @inline(__always) static func value<V: Lanes>(_ z: V, _ p: V) -> V {
    V.log1p(V.exp(z.magnitude.opposite)) + z.atLeast(.of(0))
  }
  @inline(__always) static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V { V.sigmoid(z) }
  static func tail(_ z: Double, _ p: Double) -> WideNumber? { .exp(z) }
}

/// y = z·tanh(s) with s = ln(1 + eᶻ), y' = tanh(s) + z·σ(z)(1 − tanh²(s)).
enum Mish: Pointwise {
  @inline(__always) static func value<V: Lanes>(_ z: V, _ p: V) -> V { z * V.tanh(Softplus.value(z, p)) }
  @inline(__always) static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V {
    let t = V.gate(z, y, atZero: .of(0.6))
    return t + z * V.sigmoid(z) * ((.of(1) - t) * (.of(1) + t))
  }
  /// With e = e^−|z|, the slope is ((1 + 2e) + 4ze²(1 + e)/d)/d with d = 1 + 2e + 2e² for z ≥ 0, and
  /// (e/d)((2 + e) + 4z(1 + e)/d) with d = 2 + 2e + e² for z < 0. There, e is replaced by the square of its root, which
  /// is accurate even where e underflows.
  @inline(__always) static func preciseSlope<V: Lanes>(_ z: V, _ p: V) -> V {
    let bounded = z.withinExponentials
    let root = V.exp(.of(-0.5) * bounded.magnitude)
    let e = root * root
    let product = V.of(4) * bounded * (V.of(1) + e)
    let upperDivisor = V.of(1).fused(e + e, .of(1) + e)
    let upper = ((.of(1) + e + e) + product * e * e / upperDivisor) / upperDivisor
    let lowerDivisor = V.of(2).fused(e, .of(2) + e)
    let lower = root * (((.of(2) + e) + product / lowerDivisor) / lowerDivisor) * root
    return V.nearZero(
      V.select(z.less(than: .of(0)), lower, upper), z,
      zero: (-0x1.31432c0d12d84p+0, -0x1.bf319154da210p-55),
      [
        0.2669479140495345, 0.20473126408010586, 0.04190782104360987, -0.020271822716684245, -0.01582112656173338,
        -0.0033606849270232685, 0.0010924055409445854, 0.0009898181021289196, 0.00025412936386191073,
        -4.1961496031696126e-05,
      ])
  }
  /// Returns eᶻ(1 + z); the error is of the order of e²ᶻ.
  static func tail(_ z: Double, _ p: Double) -> WideNumber? {
    .exp(z) * WideNumber(1 + max(z, -.greatestFiniteMagnitude))
  }
}
