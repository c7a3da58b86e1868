// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A function that is applied to each unit separately, with its derivative.
///
/// `p` holds the function's parameter (a slope or a scale) in every lane. Most functions ignore it.
protocol Pointwise: SendableMetatype {
  /// Whether `slope` depends only on y.
  static var slopeNeedsOnlyOutput: Bool { get }
  /// Whether the slope is always 0 or 1. The gradient is then passed or blocked instead of multiplied, so that an
  /// infinite gradient becomes 0 at an inactive unit, as in PyTorch, and not NaN. A NaN in z does not block the
  /// gradient.
  static var slopeIsMask: Bool { get }
  /// Returns φ(z); NaN for NaN.
  static func value<V: Lanes>(_ z: V, _ p: V) -> V
  /// Returns φ'(z), computed from z or y = φ(z), whichever is cheaper. Training steps use this. Where y is rounded to
  /// its limit, the result may be 0, as in PyTorch.
  static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V
  /// Returns φ'(z), computed from z alone, with full relative accuracy if the result is a normal number; NaN for NaN.
  /// Measuring passes use this.
  static func preciseSlope<V: Lanes>(_ z: V, _ p: V) -> V
  /// Returns φ'(z) where `preciseSlope` is below the smallest normal number, however small it is. Returns `nil` if
  /// `preciseSlope` is exact there.
  static func tail(_ z: Double, _ p: Double) -> WideNumber?
}

extension Pointwise {
  static var slopeNeedsOnlyOutput: Bool { false }
  static var slopeIsMask: Bool { false }

  static func tail(_ z: Double, _ p: Double) -> WideNumber? { nil }

  @inline(__always)
  static func preciseSlope<V: Lanes>(_ z: V, _ p: V) -> V { slope(z, value(z, p), p) }

  /// Returns the gradient with respect to z, given the one with respect to y.
  @inline(__always)
  static func passed<V: Lanes>(_ gradient: V, _ slope: V) -> V {
    slopeIsMask ? .select(slope.less(than: .of(0.5)), .of(0), gradient) : gradient * slope
  }
}

extension Lanes {
  /// Returns a register with a constant in every lane, rounded to the element type.
  @inline(__always)
  static func of(_ number: Double) -> Self { Self(repeating: Scalar(number)) }

  /// Returns 1 between the bounds, and 0 at and outside them. Comparisons with NaN are false, so NaN results in 1.
  @inline(__always)
  static func mask(_ y: Self, above low: Double, below high: Double = .infinity) -> Self {
    let isLow = y.less(than: Self(repeating: Scalar(low).nextUp))
    let open = Self.select(isLow, .of(0), .of(1))
    if high == .infinity { return open }
    return .select(Self(repeating: Scalar(high).nextDown).less(than: y), .of(0), open)
  }

  /// The same, but NaN for NaN.
  @inline(__always)
  static func preciseMask(_ z: Self, above low: Double, below high: Double = .infinity) -> Self {
    let nothing = z.atLeast(.of(0)).atMost(.of(0))
    return mask(z, above: low, below: high) + nothing
  }

  /// Returns `a` where the mask is set, otherwise `b`.
  @inline(__always)
  static func select(_ mask: Bits, _ a: Self, _ b: Self) -> Self { b.replaced(by: a, where: mask) }
}
