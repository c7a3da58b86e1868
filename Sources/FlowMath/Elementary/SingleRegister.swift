// SPDX-License-Identifier: GPL-3.0-or-later

import Builtin

/// Eight lanes of `Float`, implemented with the compiler's vector operations.
extension SIMD8: FloatingRegister where Scalar == Float {
  @inlinable @inline(__always)
  public var bits: SIMD8<UInt32> { unsafeBitCast(self, to: SIMD8<UInt32>.self) }

  @inlinable @inline(__always)
  public init(bits: SIMD8<UInt32>) { self = unsafeBitCast(bits, to: Self.self) }

  @inlinable @inline(__always)
  public static func + (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.fadd_Vec8xFPIEEE32(a._storage._value, b._storage._value), to: Self.self)
  }

  @inlinable @inline(__always)
  public static func - (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.fsub_Vec8xFPIEEE32(a._storage._value, b._storage._value), to: Self.self)
  }

  @inlinable @inline(__always)
  public static func * (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.fmul_Vec8xFPIEEE32(a._storage._value, b._storage._value), to: Self.self)
  }

  @inlinable @inline(__always)
  public static func / (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.fdiv_Vec8xFPIEEE32(a._storage._value, b._storage._value), to: Self.self)
  }

  @inlinable @inline(__always)
  public func fused(_ a: Self, _ b: Self) -> Self {
    unsafeBitCast(
      Builtin.int_fma_Vec8xFPIEEE32(a._storage._value, b._storage._value, _storage._value), to: Self.self)
  }

  @inlinable @inline(__always)
  public func squareRoot() -> Self {
    unsafeBitCast(Builtin.int_sqrt_Vec8xFPIEEE32(_storage._value), to: Self.self)
  }

  @inlinable @inline(__always)
  public func less(than other: Self) -> SIMDMask<SIMD8<Int32>> { self .< other }

  @inlinable @inline(__always)
  public static func bits(of mask: SIMDMask<SIMD8<Int32>>) -> SIMD8<UInt32> {
    unsafeBitCast(mask, to: SIMD8<UInt32>.self)
  }
}

/// Eight lanes of `UInt32`, implemented with the compiler's vector operations.
extension SIMD8: IntegerRegister where Scalar == UInt32 {
  @inlinable @inline(__always)
  public static func & (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.and_Vec8xInt32(a._storage._value, b._storage._value), to: Self.self)
  }

  @inlinable @inline(__always)
  public static func | (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.or_Vec8xInt32(a._storage._value, b._storage._value), to: Self.self)
  }

  @inlinable @inline(__always)
  public static func ^ (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.xor_Vec8xInt32(a._storage._value, b._storage._value), to: Self.self)
  }

  @inlinable @inline(__always)
  public static func &+ (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.add_Vec8xInt32(a._storage._value, b._storage._value), to: Self.self)
  }

  @inlinable @inline(__always)
  public static func &- (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.sub_Vec8xInt32(a._storage._value, b._storage._value), to: Self.self)
  }

  /// Every shift count must be less than the number of bits in a lane.
  @inlinable @inline(__always)
  public static func &<< (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.shl_Vec8xInt32(a._storage._value, b._storage._value), to: Self.self)
  }

  /// Every shift count must be less than the number of bits in a lane.
  @inlinable @inline(__always)
  public static func &>> (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.lshr_Vec8xInt32(a._storage._value, b._storage._value), to: Self.self)
  }
}
