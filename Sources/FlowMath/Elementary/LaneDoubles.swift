// SPDX-License-Identifier: GPL-3.0-or-later

import Builtin

extension SIMD8 where Scalar == Float {
  /// The lanes in f64.
  @inlinable @inline(__always)
  public var doubles: (first: SIMD4<Double>, second: SIMD4<Double>?) {
    let low = Builtin.fpext_Vec4xFPIEEE32_Vec4xFPIEEE64(lowHalf._storage._value)
    let high = Builtin.fpext_Vec4xFPIEEE32_Vec4xFPIEEE64(highHalf._storage._value)
    return (unsafeBitCast(low, to: SIMD4<Double>.self), unsafeBitCast(high, to: SIMD4<Double>.self))
  }

  /// The sum of all lanes in f64: first lanes four apart are added, then lanes two apart, then the last two.
  @inlinable @inline(__always)
  public var sum: Double { (doubles.first + doubles.second!).sum }
}

extension SIMD4 where Scalar == Double {
  @inlinable @inline(__always)
  public var doubles: (first: SIMD4<Double>, second: SIMD4<Double>?) { (self, nil) }

  /// The sum of all lanes: first lanes two apart are added, then the last two.
  @inlinable @inline(__always)
  public var sum: Double { (self[0] + self[2]) + (self[1] + self[3]) }
}
