// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The functions y = z·s(z): the gate s(z) is y/z, which spares computing it again for the slope.
extension Lanes {
  /// y/z, and the gate's value at 0 where the quotient of so small numbers says nothing.
  @inline(__always)
  static func gate(_ z: Self, _ y: Self, atZero: Self) -> Self {
    let isTiny = z.magnitude.less(than: Self(repeating: Scalar.leastNormalMagnitude / Scalar.ulpOfOne))
    return .select(isTiny, atZero, y / z)
  }
}

/// y = zΦ(z), y' = Φ(z) + z·exp(−z²/2)/√(2π).
enum GELU: Pointwise {
  @inline(__always) static func value<V: Lanes>(_ z: V, _ p: V) -> V { z * V.normalCDF(z) }
  @inline(__always) static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V {
    V.gate(z, y, atZero: .of(0.5)) + z * (V.exp(.of(-0.5) * z * z) * .of(0.3989422804014326779399460599344))
  }
}

/// y = z·σ(z), y' = σ + y(1 − σ).
enum SiLU: Pointwise {
  @inline(__always) static func value<V: Lanes>(_ z: V, _ p: V) -> V { z * V.sigmoid(z) }
  @inline(__always) static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V {
    let s = V.gate(z, y, atZero: .of(0.5))
    return s + y * (.of(1) - s)
  }
}

/// y = ln(1 + eᶻ), y' = σ(z); the exponential is only taken of negative numbers.
enum Softplus: Pointwise {
  @inline(__always) static func value<V: Lanes>(_ z: V, _ p: V) -> V {
    V.log1p(V.exp(z.magnitude.opposite)) + z.atLeast(.of(0))
  }
  @inline(__always) static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V { V.sigmoid(z) }
}

/// y = z·tanh(s), s = ln(1 + eᶻ), y' = tanh(s) + z·σ(z)(1 − tanh²(s)).
enum Mish: Pointwise {
  @inline(__always) static func value<V: Lanes>(_ z: V, _ p: V) -> V { z * V.tanh(Softplus.value(z, p)) }
  @inline(__always) static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V {
    let t = V.gate(z, y, atZero: .of(0.6))
    return t + z * V.sigmoid(z) * ((.of(1) - t) * (.of(1) + t))
  }
}
