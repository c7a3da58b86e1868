// SPDX-License-Identifier: GPL-3.0-or-later
import CRegister
import FlowMath

/// The loops of one pointwise function over contiguous memory, for one element type.
///
/// Counts must be multiples of the vector width. The arguments may be the same memory.
struct PointwiseLoops<E: Element>: Sendable {
  /// Computes y = φ(z).
  let forward: @Sendable (_ z: UnsafePointer<E>, _ y: UnsafeMutablePointer<E>, _ count: Int, _ p: Double) -> Void
  /// Computes δ = g · φ'(z), with the slope that training uses.
  let backward:
    @Sendable (
      _ z: UnsafePointer<E>, _ y: UnsafePointer<E>, _ g: UnsafePointer<E>, _ delta: UnsafeMutablePointer<E>,
      _ count: Int, _ p: Double
    ) -> Void
  /// Computes δ = g · φ'(z), with the precise slope.
  let preciseBackward:
    @Sendable (
      _ z: UnsafePointer<E>, _ g: UnsafePointer<E>, _ delta: UnsafeMutablePointer<E>, _ count: Int, _ p: Double
    ) -> Void
  /// Computes φ'(z), with the precise slope.
  let preciseSlope:
    @Sendable (_ z: UnsafePointer<E>, _ slope: UnsafeMutablePointer<E>, _ count: Int, _ p: Double) -> Void

  /// Computes y = φ(z) and returns the number of elements, without the padding, whose slope has a magnitude below
  /// `limit`.
  let forwardCounting: @Sendable (_ z: Matrix<E>, _ y: Matrix<E>, _ limit: E, _ p: Double) -> Int

  /// Creates the loops of a function.
  ///
  /// If a closure does not use an argument, the optimizer turns it into a thunk, and no call in a thunk is inlined, not
  /// even an operation on registers. Therefore all arguments are used here, whether or not the function needs them.
  @inline(__always)
  init<K: Pointwise>(_ function: K.Type) {
    forward = { z, y, count, p in
      gf_use(p)
      let number = E.Vector.of(p)
      var i = 0
      while i < count {
        store(K.value(load(z + i), number), y + i)
        i += E.Vector.scalarCount
      }
    }
    backward = { z, y, g, delta, count, p in
      gf_use(p)
      gf_use(z)
      gf_use(y)
      let number = E.Vector.of(p)
      var i = 0
      while i < count {
        store(K.passed(load(g + i), K.slope(load(z + i), load(y + i), number)), delta + i)
        i += E.Vector.scalarCount
      }
    }
    preciseBackward = { z, g, delta, count, p in
      gf_use(p)
      gf_use(z)
      let number = E.Vector.of(p)
      var i = 0
      while i < count {
        store(K.passed(load(g + i), K.preciseSlope(load(z + i), number)), delta + i)
        i += E.Vector.scalarCount
      }
    }
    preciseSlope = { z, slope, count, p in
      gf_use(p)
      gf_use(z)
      let number = E.Vector.of(p)
      var i = 0
      while i < count {
        store(K.preciseSlope(load(z + i), number), slope + i)
        i += E.Vector.scalarCount
      }
    }
    forwardCounting = { Self.forwardCounting(K.self, $0, $1, $2, $3) }
  }

  /// A separate function, because parts of the matrices are not used.
  @inline(never)
  private static func forwardCounting<K: Pointwise>(
    _ function: K.Type, _ z: Matrix<E>, _ y: Matrix<E>, _ limit: E, _ p: Double
  ) -> Int {
    let number = E.Vector.of(p)
    let bound = E.Vector(repeating: limit)
    let padded = Matrix<E>.padded(z.columns)
    let last = padded - E.Vector.scalarCount
    // The lanes of the padding are not counted.
    var counted = E.Vector()
    for lane in 0..<z.columns - last { counted[lane] = 1 }
    // A lane of f32 can count up to 2²⁴ exactly.
    let rows = max((1 << 24) * E.Vector.scalarCount / padded, 1)
    var total = 0
    for start in stride(from: 0, to: z.rows, by: rows) {
      var count = E.Vector()
      for row in start..<min(start + rows, z.rows) {
        var column = 0
        while column <= last {
          let place = row * z.stride + column
          let z: E.Vector = load(UnsafePointer(z.pointer + place))
          let value = K.value(z, number)
          store(value, y.pointer + place)
          let isFlat = K.slope(z, value, number).magnitude.less(than: bound)
          count += E.Vector.select(isFlat, column == last ? counted : .of(1), E.Vector())
          column += E.Vector.scalarCount
        }
      }
      // Converted through f64, because a conversion to an integer from another type would be generic.
      for lane in 0..<min(E.Vector.scalarCount, z.columns) { total += Int(Double(count[lane])) }
    }
    return total
  }
}
