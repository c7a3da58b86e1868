// SPDX-License-Identifier: GPL-3.0-or-later

import Builtin

extension SIMD8 where Scalar == Float {
  @inlinable @inline(__always)
  public static var squareSide: Int { 4 }

  @inlinable @inline(__always)
  public static func transposeSquare(
    _ from: UnsafePointer<Float>, _ fromStride: Int, _ to: UnsafeMutablePointer<Float>, _ toStride: Int
  ) {
    func row(_ index: Int) -> SIMD4<Float> {
      UnsafeRawPointer(from + index * fromStride).loadUnaligned(as: SIMD4<Float>.self)
    }
    let (a0, a1) = interleaved(row(0), row(2))
    let (b0, b1) = interleaved(row(1), row(3))
    let (c0, c1) = interleaved(a0, b0)
    let (c2, c3) = interleaved(a1, b1)
    UnsafeMutableRawPointer(to).storeBytes(of: c0, as: SIMD4<Float>.self)
    UnsafeMutableRawPointer(to + toStride).storeBytes(of: c1, as: SIMD4<Float>.self)
    UnsafeMutableRawPointer(to + 2 * toStride).storeBytes(of: c2, as: SIMD4<Float>.self)
    UnsafeMutableRawPointer(to + 3 * toStride).storeBytes(of: c3, as: SIMD4<Float>.self)
  }
}

extension SIMD4 where Scalar == Double {
  @inlinable @inline(__always)
  public static var squareSide: Int { 2 }

  @inlinable @inline(__always)
  public static func transposeSquare(
    _ from: UnsafePointer<Double>, _ fromStride: Int, _ to: UnsafeMutablePointer<Double>, _ toStride: Int
  ) {
    let (first, second) = interleaved(
      UnsafeRawPointer(from).loadUnaligned(as: SIMD2<Double>.self),
      UnsafeRawPointer(from + fromStride).loadUnaligned(as: SIMD2<Double>.self))
    UnsafeMutableRawPointer(to).storeBytes(of: first, as: SIMD2<Double>.self)
    UnsafeMutableRawPointer(to + toStride).storeBytes(of: second, as: SIMD2<Double>.self)
  }
}

/// Returns the lanes of the two registers in alternation, the lower halves first.
@inlinable @inline(__always)
func interleaved(_ a: SIMD4<Float>, _ b: SIMD4<Float>) -> (SIMD4<Float>, SIMD4<Float>) {
  let result = Builtin.interleave_Vec4xFPIEEE32(a._storage._value, b._storage._value)
  return (unsafeBitCast(result.0, to: SIMD4<Float>.self), unsafeBitCast(result.1, to: SIMD4<Float>.self))
}

/// Returns the lanes of the two registers in alternation, the lower halves first.
@inlinable @inline(__always)
func interleaved(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> (SIMD2<Double>, SIMD2<Double>) {
  let result = Builtin.interleave_Vec2xFPIEEE64(a._storage._value, b._storage._value)
  return (unsafeBitCast(result.0, to: SIMD2<Double>.self), unsafeBitCast(result.1, to: SIMD2<Double>.self))
}
