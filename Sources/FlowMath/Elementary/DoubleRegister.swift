// SPDX-License-Identifier: GPL-3.0-or-later

import Builtin

/// Four lanes of `Double`, by the compiler's own vector operations.
extension SIMD4: FloatingRegister where Scalar == Double {
  /// The encoding of each lane.
  @inlinable @inline(__always)
  public var bits: SIMD4<UInt64> { unsafeBitCast(self, to: SIMD4<UInt64>.self) }

  /// The register whose lanes have the given encodings.
  @inlinable @inline(__always)
  public init(bits: SIMD4<UInt64>) { self = unsafeBitCast(bits, to: Self.self) }

  /// The sums.
  @inlinable @inline(__always)
  public static func + (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.fadd_Vec4xFPIEEE64(a._storage._value, b._storage._value), to: Self.self)
  }

  /// The differences.
  @inlinable @inline(__always)
  public static func - (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.fsub_Vec4xFPIEEE64(a._storage._value, b._storage._value), to: Self.self)
  }

  /// The products.
  @inlinable @inline(__always)
  public static func * (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.fmul_Vec4xFPIEEE64(a._storage._value, b._storage._value), to: Self.self)
  }

  /// The quotients.
  @inlinable @inline(__always)
  public static func / (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.fdiv_Vec4xFPIEEE64(a._storage._value, b._storage._value), to: Self.self)
  }

  /// The register `a * b + self`, rounded once.
  @inlinable @inline(__always)
  public func fused(_ a: Self, _ b: Self) -> Self {
    unsafeBitCast(
      Builtin.int_fma_Vec4xFPIEEE64(a._storage._value, b._storage._value, _storage._value), to: Self.self)
  }

  /// The square roots, rounded once; not a number below zero.
  @inlinable @inline(__always)
  public func squareRoot() -> Self {
    unsafeBitCast(Builtin.int_sqrt_Vec4xFPIEEE64(_storage._value), to: Self.self)
  }

  /// The lanes that are less than those of the other register; false where either is not a number.
  @inlinable @inline(__always)
  public func less(than other: Self) -> SIMDMask<SIMD4<Int64>> { self .< other }

  /// The encodings that are all ones where the mask is set, and zero elsewhere.
  @inlinable @inline(__always)
  public static func bits(of mask: SIMDMask<SIMD4<Int64>>) -> SIMD4<UInt64> {
    unsafeBitCast(mask, to: SIMD4<UInt64>.self)
  }
}

/// Four lanes of `UInt64`, by the compiler's own vector operations.
extension SIMD4: IntegerRegister where Scalar == UInt64 {
  /// The bits set in both registers.
  @inlinable @inline(__always)
  public static func & (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.and_Vec4xInt64(a._storage._value, b._storage._value), to: Self.self)
  }

  /// The bits set in either register.
  @inlinable @inline(__always)
  public static func | (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.or_Vec4xInt64(a._storage._value, b._storage._value), to: Self.self)
  }

  /// The bits set in one register alone.
  @inlinable @inline(__always)
  public static func ^ (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.xor_Vec4xInt64(a._storage._value, b._storage._value), to: Self.self)
  }

  /// The sums, wrapped around.
  @inlinable @inline(__always)
  public static func &+ (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.add_Vec4xInt64(a._storage._value, b._storage._value), to: Self.self)
  }

  /// The differences, wrapped around.
  @inlinable @inline(__always)
  public static func &- (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.sub_Vec4xInt64(a._storage._value, b._storage._value), to: Self.self)
  }

  /// The lanes shifted up by fewer bits than they have.
  @inlinable @inline(__always)
  public static func &<< (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.shl_Vec4xInt64(a._storage._value, b._storage._value), to: Self.self)
  }

  /// The lanes shifted down by fewer bits than they have.
  @inlinable @inline(__always)
  public static func &>> (a: Self, b: Self) -> Self {
    unsafeBitCast(Builtin.lshr_Vec4xInt64(a._storage._value, b._storage._value), to: Self.self)
  }
}
