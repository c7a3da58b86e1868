// SPDX-License-Identifier: GPL-3.0-or-later

import Builtin

/// Four lanes of `Double`, implemented with the compiler's vector operations.
extension SIMD4: FloatingRegister where Scalar == Double {
  @inlinable @inline(__always)
  public var bits: SIMD4<UInt64> { unsafeBitCast(self, to: SIMD4<UInt64>.self) }

  @inlinable @inline(__always)
  public init(bits: SIMD4<UInt64>) { self = unsafeBitCast(bits, to: Self.self) }

  @inlinable @inline(__always)
  public static func + (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.fadd_Vec4xFPIEEE64(a._storage._value, b._storage._value), to: Self.self)
  }

  @inlinable @inline(__always)
  public static func - (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.fsub_Vec4xFPIEEE64(a._storage._value, b._storage._value), to: Self.self)
  }

  @inlinable @inline(__always)
  public static func * (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.fmul_Vec4xFPIEEE64(a._storage._value, b._storage._value), to: Self.self)
  }

  @inlinable @inline(__always)
  public static func / (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.fdiv_Vec4xFPIEEE64(a._storage._value, b._storage._value), to: Self.self)
  }

  @inlinable @inline(__always)
  public func fused(_ a: Self, _ b: Self) -> Self {
    unsafeBitCast(
      Builtin.int_fma_Vec4xFPIEEE64(a._storage._value, b._storage._value, _storage._value), to: Self.self)
  }

  @inlinable @inline(__always)
  public func squareRoot() -> Self {
    unsafeBitCast(Builtin.int_sqrt_Vec4xFPIEEE64(_storage._value), to: Self.self)
  }

  @inlinable @inline(__always)
  public func less(than other: Self) -> SIMDMask<SIMD4<Int64>> { self .< other }

  @inlinable @inline(__always)
  public static func bits(of mask: SIMDMask<SIMD4<Int64>>) -> SIMD4<UInt64> {
    unsafeBitCast(mask, to: SIMD4<UInt64>.self)
  }
}

/// Four lanes of `UInt64`, implemented with the compiler's vector operations.
extension SIMD4: IntegerRegister where Scalar == UInt64 {
  @inlinable @inline(__always)
  public static func & (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.and_Vec4xInt64(a._storage._value, b._storage._value), to: Self.self)
  }

  @inlinable @inline(__always)
  public static func | (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.or_Vec4xInt64(a._storage._value, b._storage._value), to: Self.self)
  }

  @inlinable @inline(__always)
  public static func ^ (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.xor_Vec4xInt64(a._storage._value, b._storage._value), to: Self.self)
  }

  @inlinable @inline(__always)
  public static func &+ (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.add_Vec4xInt64(a._storage._value, b._storage._value), to: Self.self)
  }

  @inlinable @inline(__always)
  public static func &- (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.sub_Vec4xInt64(a._storage._value, b._storage._value), to: Self.self)
  }

  /// Every shift count must be less than the number of bits in a lane.
  @inlinable @inline(__always)
  public static func &<< (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.shl_Vec4xInt64(a._storage._value, b._storage._value), to: Self.self)
  }

  /// Every shift count must be less than the number of bits in a lane.
  @inlinable @inline(__always)
  public static func &>> (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.lshr_Vec4xInt64(a._storage._value, b._storage._value), to: Self.self)
  }
}
