// SPDX-License-Identifier: GPL-3.0-or-later
import CRegister

extension FloatRegister {
  @inlinable @inline(__always)
  public static var squareSide: Int { 4 }

  @inlinable @inline(__always)
  public static func transposeSquare(
    _ from: UnsafePointer<Float>, _ fromStride: Int, _ to: UnsafeMutablePointer<Float>, _ toStride: Int
  ) {
    func row(_ index: Int) -> SIMD4<Float> {
      UnsafeRawPointer(from + index * fromStride).loadUnaligned(as: SIMD4<Float>.self)
    }
    func store(_ row: SIMD4<Float>, _ index: Int) {
      UnsafeMutableRawPointer(to + index * toStride).storeBytes(of: row, as: SIMD4<Float>.self)
    }
    let low = (gf_interleave_low(row(0), row(2)), gf_interleave_low(row(1), row(3)))
    let high = (gf_interleave_high(row(0), row(2)), gf_interleave_high(row(1), row(3)))
    store(gf_interleave_low(low.0, low.1), 0)
    store(gf_interleave_high(low.0, low.1), 1)
    store(gf_interleave_low(high.0, high.1), 2)
    store(gf_interleave_high(high.0, high.1), 3)
  }
}

extension DoubleRegister {
  @inlinable @inline(__always)
  public static var squareSide: Int { 2 }

  @inlinable @inline(__always)
  public static func transposeSquare(
    _ from: UnsafePointer<Double>, _ fromStride: Int, _ to: UnsafeMutablePointer<Double>, _ toStride: Int
  ) {
    let first = UnsafeRawPointer(from).loadUnaligned(as: SIMD2<Double>.self)
    let second = UnsafeRawPointer(from + fromStride).loadUnaligned(as: SIMD2<Double>.self)
    UnsafeMutableRawPointer(to).storeBytes(of: gf_interleave_low(first, second), as: SIMD2<Double>.self)
    UnsafeMutableRawPointer(to + toStride).storeBytes(of: gf_interleave_high(first, second), as: SIMD2<Double>.self)
  }
}
