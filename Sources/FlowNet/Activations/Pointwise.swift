// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A function applied to each unit alone: its value and its slope, side by side.
///
/// `p` holds the function's one number (a slope, a scale) in every lane; most functions ignore it.
protocol Pointwise: SendableMetatype {
  /// Whether `slope` follows from y alone.
  static var slopeNeedsOnlyOutput: Bool { get }
  /// Whether the slope is either 0 or 1. The gradient then passes or is blocked; it is not multiplied, so that an infinite
  /// gradient at a closed unit becomes 0, as in PyTorch, and not NaN. A z that is NaN closes nothing.
  static var slopeIsMask: Bool { get }
  /// φ(z); NaN for NaN.
  static func value<V: Lanes>(_ z: V, _ p: V) -> V
  /// φ'(z), from z and y = φ(z), whichever is cheaper. Training steps use it. Where y is rounded to its limit it may be 0,
  /// as in PyTorch.
  static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V
  /// φ'(z) from z alone, with full relative accuracy wherever it is a normal number; NaN for NaN. Passes that measure use
  /// it.
  static func preciseSlope<V: Lanes>(_ z: V, _ p: V) -> V
  /// φ'(z) where `preciseSlope` is below the normal numbers, also far below; nil if `preciseSlope` is exact there.
  static func tail(_ z: Double, _ p: Double) -> WideNumber?
}

extension Pointwise {
  static var slopeNeedsOnlyOutput: Bool { false }
  static var slopeIsMask: Bool { false }

  static func tail(_ z: Double, _ p: Double) -> WideNumber? { nil }

  @inline(__always)
  static func preciseSlope<V: Lanes>(_ z: V, _ p: V) -> V { slope(z, value(z, p), p) }

  /// The gradient by z, given the one by y.
  @inline(__always)
  static func passed<V: Lanes>(_ gradient: V, _ slope: V) -> V {
    slopeIsMask ? .select(slope.less(than: .of(0.5)), .of(0), gradient) : gradient * slope
  }
}

extension Lanes {
  /// A constant in every lane, rounded to the element type.
  @inline(__always)
  static func of(_ number: Double) -> Self { Self(repeating: Scalar(number)) }

  /// 1 between the bounds and 0 outside and at them. A comparison with NaN is false, so NaN counts as between them.
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

  /// `a` where the mask holds, else `b`.
  @inline(__always)
  static func select(_ mask: SIMDMask<MaskStorage>, _ a: Self, _ b: Self) -> Self { b.replaced(by: a, where: mask) }
}

/// The loops over whole blocks of memory for one pointwise function and one element type.
///
/// Counts are multiples of the vector width; blocks may be the same memory.
struct PointwiseLoops<E: Element>: Sendable {
  /// y = φ(z).
  let forward: @Sendable (_ z: UnsafePointer<E>, _ y: UnsafeMutablePointer<E>, _ count: Int, _ p: Double) -> Void
  /// δ = g · φ'(z), with the slope that training uses.
  let backward:
    @Sendable (
      _ z: UnsafePointer<E>, _ y: UnsafePointer<E>, _ g: UnsafePointer<E>, _ delta: UnsafeMutablePointer<E>,
      _ count: Int, _ p: Double
    ) -> Void
  /// δ = g · φ'(z), with the precise slope.
  let preciseBackward:
    @Sendable (
      _ z: UnsafePointer<E>, _ g: UnsafePointer<E>, _ delta: UnsafeMutablePointer<E>, _ count: Int, _ p: Double
    ) -> Void
  /// slope = φ'(z), precisely.
  let preciseSlope:
    @Sendable (_ z: UnsafePointer<E>, _ slope: UnsafeMutablePointer<E>, _ count: Int, _ p: Double) -> Void

  /// y = φ(z), and how many of the columns that count, over all rows, have a slope of magnitude below `limit`.
  let forwardCounting: @Sendable (_ z: Matrix<E>, _ y: Matrix<E>, _ limit: E, _ p: Double) -> Int

  @inline(__always)
  init<K: Pointwise>(_ function: K.Type) {
    forwardCounting = { z, y, limit, p in
      let number = E.Vector.of(p)
      let bound = E.Vector(repeating: limit)
      let padded = Matrix<E>.padded(z.columns)
      let last = padded - E.Vector.scalarCount
      // Lanes that are padding do not count.
      var counted = E.Vector()
      for lane in 0..<z.columns - last { counted[lane] = 1 }
      // A lane of f32 counts to 2²⁴.
      let rows = max((1 << 24) * E.Vector.scalarCount / padded, 1)
      var total = 0
      for start in stride(from: 0, to: z.rows, by: rows) {
        var count = E.Vector()
        for row in start..<min(start + rows, z.rows) {
          for column in stride(from: 0, through: last, by: E.Vector.scalarCount) {
            let place = row * z.stride + column
            let z: E.Vector = load(UnsafePointer(z.pointer + place))
            let value = K.value(z, number)
            store(value, y.pointer + place)
            let isFlat = K.slope(z, value, number).magnitude.less(than: bound)
            count += E.Vector.select(isFlat, column == last ? counted : .of(1), E.Vector())
          }
        }
        // By way of f64: an integer from any other type goes through a generic conversion.
        for lane in 0..<min(E.Vector.scalarCount, z.columns) { total += Int(Double(count[lane])) }
      }
      return total
    }
    forward = { z, y, count, p in
      let number = E.Vector.of(p)
      var i = 0
      while i < count {
        store(K.value(load(z + i), number), y + i)
        i += E.Vector.scalarCount
      }
    }
    backward = { z, y, g, delta, count, p in
      let number = E.Vector.of(p)
      var i = 0
      while i < count {
        store(K.passed(load(g + i), K.slope(load(z + i), load(y + i), number)), delta + i)
        i += E.Vector.scalarCount
      }
    }
    preciseBackward = { z, g, delta, count, p in
      let number = E.Vector.of(p)
      var i = 0
      while i < count {
        store(K.passed(load(g + i), K.preciseSlope(load(z + i), number)), delta + i)
        i += E.Vector.scalarCount
      }
    }
    preciseSlope = { z, slope, count, p in
      let number = E.Vector.of(p)
      var i = 0
      while i < count {
        store(K.preciseSlope(load(z + i), number), slope + i)
        i += E.Vector.scalarCount
      }
    }
  }
}
