// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// y = 1/(1 + e⁻ᶻ), y' = y(1 − y).
enum Sigmoid: Pointwise {
  static var slopeNeedsOnlyOutput: Bool { true }
  @inline(__always) static func value<V: Lanes>(_ z: V, _ p: V) -> V { V.sigmoid(z) }
  @inline(__always) static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V { y * (.of(1) - y) }
  /// Returns e/(1 + e)² with e = e^−|z|.
  @inline(__always) static func preciseSlope<V: Lanes>(_ z: V, _ p: V) -> V {
    let e = V.exp(z.magnitude.opposite)
    let sum = V.of(1) + e
    return e / (sum * sum)
  }
  static func tail(_ z: Double, _ p: Double) -> WideNumber? { .exp(-abs(z)) }
}

/// y = tanh z, y' = 1 − y².
enum Tanh: Pointwise {
  static var slopeNeedsOnlyOutput: Bool { true }
  @inline(__always) static func value<V: Lanes>(_ z: V, _ p: V) -> V { V.tanh(z) }
  @inline(__always) static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V { (.of(1) - y) * (.of(1) + y) }
  /// Returns 1/cosh² z, computed as the square of 2e/(1 + e²) with e = e^−|z|.
  @inline(__always) static func preciseSlope<V: Lanes>(_ z: V, _ p: V) -> V {
    let e = V.exp(z.magnitude.opposite)
    let root = (e + e) / V.of(1).fused(e, e)
    return root * root
  }
  static func tail(_ z: Double, _ p: Double) -> WideNumber? { WideNumber(4) * .exp(-2 * abs(z)) }
}

/// y = z/(1 + |z|), y' = 1/(1 + |z|)².
enum Softsign: Pointwise {
  @inline(__always) static func value<V: Lanes>(_ z: V, _ p: V) -> V { z / (.of(1) + z.magnitude) }
  @inline(__always) static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V {
    let d = V.of(1) / (.of(1) + z.magnitude)
    return d * d
  }
  static func tail(_ z: Double, _ p: Double) -> WideNumber? {
    let d = WideNumber(1) / WideNumber(1 + min(abs(z), .greatestFiniteMagnitude))
    return d * d
  }
}

/// y = min(max(z, −1), 1). The slope at ±1 is 0, as in PyTorch.
enum HardTanh: Pointwise {
  static var slopeNeedsOnlyOutput: Bool { true }
  static var slopeIsMask: Bool { true }
  @inline(__always) static func value<V: Lanes>(_ z: V, _ p: V) -> V {
    let low = V.select(z.less(than: .of(-1)), .of(-1), z)
    return V.select(V.of(1).less(than: low), .of(1), low)
  }
  @inline(__always) static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V {
    V.mask(y, above: -1, below: 1)
  }
  @inline(__always) static func preciseSlope<V: Lanes>(_ z: V, _ p: V) -> V { V.preciseMask(z, above: -1, below: 1) }
}

/// y = sin z, y' = cos z.
enum Sine: Pointwise {
  @inline(__always) static func value<V: Lanes>(_ z: V, _ p: V) -> V { V.sin(z) }
  @inline(__always) static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V { V.cos(z) }
}
