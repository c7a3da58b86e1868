// SPDX-License-Identifier: GPL-3.0-or-later

/// Euclidean norms. They are accurate even if the squares overflow or underflow the element type, and NaN or infinite
/// only if an element is.
extension Reduction {
  /// The number of elements over which partial sums are kept in the element type before they are added up in f64.
  @usableFromInline static let block = 1024

  /// Returns √Σx². The count must be a multiple of the vector width.
  @inlinable @inline(__always)
  public static func norm<E: Element>(_ x: UnsafePointer<E>, _ count: Int) -> Double {
    guard count == E.Vector.scalarCount else { return longNorm(x, count) }
    let register: E.Vector = load(x)
    let squares = (register * register).sum
    return isSafe(squares, E.self) ? squares.squareRoot() : longNorm(x, count)
  }

  @inlinable
  static func longNorm<E: Element>(_ x: UnsafePointer<E>, _ count: Int) -> Double {
    let squares = sumOfSquares(count) { load(x + $0) as E.Vector }
    return isSafe(squares, E.self) ? squares.squareRoot() : scaledNorm(count) { Double(x[$0]) }
  }

  /// Returns √Σn² over the given norms, summed in their order.
  public static func norm(of norms: UnsafeMutableBufferPointer<Double>) -> Double {
    var squares = 0.0
    for norm in norms { squares += norm * norm }
    return isSafe(squares, Double.self) ? squares.squareRoot() : scaledNorm(norms.count) { norms[$0] }
  }

  /// Returns √Σ(x − y)². The count must be a multiple of the vector width.
  @inlinable
  public static func distance<E: Element>(_ x: UnsafePointer<E>, _ y: UnsafePointer<E>, _ count: Int) -> Double {
    let squares = sumOfSquares(count) { (load(x + $0) as E.Vector) - load(y + $0) }
    return isSafe(squares, E.self) ? squares.squareRoot() : scaledNorm(count) { Double(x[$0]) - Double(y[$0]) }
  }

  /// Returns whether no square has overflowed and those that underflowed are negligible.
  @inlinable @inline(__always)
  public static func isSafe<E: Element>(_ squares: Double, _ type: E.Type) -> Bool {
    squares.isFinite && squares > Double(E.leastNormalMagnitude) * 0x1p30
  }

  @inlinable @inline(__always)
  static func sumOfSquares<V: Lanes>(_ count: Int, _ element: (Int) -> V) -> Double {
    let lanes = V.scalarCount
    var total = 0.0
    var start = 0
    while start < count {
      let end = min(start + block, count)
      // Four sums, because each addition has to wait for the previous one in the same sum.
      var first = V()
      var second = V()
      var third = V()
      var fourth = V()
      var i = start
      while i + 4 * lanes <= end {
        let (a, b, c, d) = (element(i), element(i + lanes), element(i + 2 * lanes), element(i + 3 * lanes))
        first = first.fused(a, a)
        second = second.fused(b, b)
        third = third.fused(c, c)
        fourth = fourth.fused(d, d)
        i += 4 * lanes
      }
      while i < end {
        let a = element(i)
        first = first.fused(a, a)
        i += lanes
      }
      total += (first.sum + second.sum) + (third.sum + fourth.sum)
      start = end
    }
    return total
  }

  /// Returns √Σx² over computed numbers, even if their squares overflow or underflow.
  @inlinable @inline(__always)
  public static func scaledNorm(_ count: Int, _ element: (Int) -> Double) -> Double {
    var top = 0.0
    for i in 0..<count {
      let magnitude = abs(element(i))
      if !magnitude.isFinite { return magnitude }
      top = max(top, magnitude)
    }
    guard top > 0 else { return 0 }
    // Scaling by a power of two is exact. The exponent is limited because the scale for the smallest numbers would
    // itself overflow.
    let scale = Double(sign: .plus, exponent: min(-top.exponent, 1000), significand: 1)
    var sum = 0.0
    for i in 0..<count {
      let value = element(i) * scale
      sum += value * value
    }
    return sum.squareRoot() / scale
  }
}
