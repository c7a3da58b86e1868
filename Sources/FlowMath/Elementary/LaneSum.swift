// SPDX-License-Identifier: GPL-3.0-or-later

import Builtin

extension SIMD8 where Scalar == Float {
  /// The sum of all lanes in f64: lanes four apart, then two apart, then the last two.
  @inlinable @inline(__always)
  public var sum: Double {
    let low = Builtin.fpext_Vec4xFPIEEE32_Vec4xFPIEEE64(lowHalf._storage._value)
    let high = Builtin.fpext_Vec4xFPIEEE32_Vec4xFPIEEE64(highHalf._storage._value)
    return unsafeBitCast(Builtin.fadd_Vec4xFPIEEE64(low, high), to: SIMD4<Double>.self).sum
  }
}

extension SIMD4 where Scalar == Double {
  /// The sum of all lanes: lanes two apart, then the last two.
  @inlinable @inline(__always)
  public var sum: Double { (self[0] + self[2]) + (self[1] + self[3]) }
}
