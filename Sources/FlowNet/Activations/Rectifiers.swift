// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// y = z, y' = 1.
enum Identity: Pointwise {
  @inline(__always) static func value<V: Lanes>(_ z: V, _ p: V) -> V { z }
  @inline(__always) static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V { .of(1) }
}

/// y = max(z, 0). The slope at 0 is 0.
enum ReLU: Pointwise {
  static var slopeNeedsOnlyOutput: Bool { true }
  static var slopeIsMask: Bool { true }
  @inline(__always) static func value<V: Lanes>(_ z: V, _ p: V) -> V { V.select(z.less(than: .of(0)), .of(0), z) }
  @inline(__always) static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V {
    V.mask(y, above: 0)
  }
  @inline(__always) static func preciseSlope<V: Lanes>(_ z: V, _ p: V) -> V { V.preciseMask(z, above: 0) }
}

/// y = z above 0, otherwise p·z. The slope at 0 is p.
enum LeakyReLU: Pointwise {
  @inline(__always) static func value<V: Lanes>(_ z: V, _ p: V) -> V { V.select(V.of(0).less(than: z), z, p * z) }
  @inline(__always) static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V {
    V.select(V.of(0).less(than: z), .of(1), p)
  }
  @inline(__always) static func preciseSlope<V: Lanes>(_ z: V, _ p: V) -> V {
    V.select(V.of(0).less(than: z), .of(1), p) + z.atLeast(.of(0)).atMost(.of(0))
  }
  static func tail(_ z: Double, _ p: Double) -> WideNumber? { z > 0 ? nil : WideNumber(p) }
}

/// y = min(max(z, 0), 6). The slope at 0 and 6 is 0, as in PyTorch.
enum ReLU6: Pointwise {
  static var slopeNeedsOnlyOutput: Bool { true }
  static var slopeIsMask: Bool { true }
  @inline(__always) static func value<V: Lanes>(_ z: V, _ p: V) -> V {
    let low = V.select(z.less(than: .of(0)), .of(0), z)
    return V.select(V.of(6).less(than: low), .of(6), low)
  }
  @inline(__always) static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V {
    V.mask(y, above: 0, below: 6)
  }
  @inline(__always) static func preciseSlope<V: Lanes>(_ z: V, _ p: V) -> V { V.preciseMask(z, above: 0, below: 6) }
}

/// y = z above 0, otherwise α(eᶻ − 1).
enum ELU: Pointwise {
  @inline(__always) static func value<V: Lanes>(_ z: V, _ p: V) -> V {
    V.select(V.of(0).less(than: z), z, p * V.expm1(z))
  }
  @inline(__always) static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V {
    V.select(V.of(0).less(than: z), .of(1), p * V.exp(z))
  }
  /// Uses the square root of the exponential: with a large α, the slope may be a normal number even if eᶻ is subnormal,
  /// and the root is accurate there.
  @inline(__always) static func preciseSlope<V: Lanes>(_ z: V, _ p: V) -> V {
    let root = V.exp(z * .of(0.5))
    return V.select(V.of(0).less(than: z), .of(1), p * root * root)
  }
  static func tail(_ z: Double, _ p: Double) -> WideNumber? { z > 0 ? nil : WideNumber(p) * .exp(z) }
}

/// y = λz above 0, otherwise λα(eᶻ − 1). With λ = 1.0507… and α = 1.6732…, mean 0 and variance 1 are a fixed point.
enum SELU: Pointwise {
  @inline(__always) static func value<V: Lanes>(_ z: V, _ p: V) -> V {
    V.select(V.of(0).less(than: z), .of(1.0507009873554804934193349852946) * z, .of(1.7580993408473768599) * V.expm1(z))
  }
  @inline(__always) static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V {
    V.select(V.of(0).less(than: z), .of(1.0507009873554804934193349852946), .of(1.7580993408473768599) * V.exp(z))
  }
  static func tail(_ z: Double, _ p: Double) -> WideNumber? { WideNumber(1.7580993408473768599) * .exp(z) }
}
