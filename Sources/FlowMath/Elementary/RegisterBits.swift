// SPDX-License-Identifier: GPL-3.0-or-later

/// The operations on a register that generic code over `SIMD` would otherwise carry out lane by lane.
///
/// The standard library's generic comparisons, extrema and roundings are loops over the lanes; the same operations on a
/// concrete register type are one instruction. Its generic `+`, `*`, `addingProduct` and `replacing` are vectorised.
public protocol RegisterBits: SIMD where Scalar: BinaryFloatingPoint {
  /// The lanes' encodings as unsigned integers of the same width.
  associatedtype Bits: SIMD where Bits.Scalar: FixedWidthInteger & UnsignedInteger
  /// The encoding of each lane.
  var bits: Bits { get }
  /// The register whose lanes have the given encodings.
  init(bits: Bits)
  /// The lanes that are less than those of the other register; false where either is not a number.
  func less(than other: Self) -> SIMDMask<MaskStorage>
}

extension SIMD8: RegisterBits where Scalar == Float {
  @inlinable @inline(__always)
  public var bits: SIMD8<UInt32> { unsafeBitCast(self, to: SIMD8<UInt32>.self) }

  @inlinable @inline(__always)
  public init(bits: SIMD8<UInt32>) { self = unsafeBitCast(bits, to: SIMD8<Float>.self) }

  @inlinable @inline(__always)
  public func less(than other: Self) -> SIMDMask<SIMD8<Int32>> { self .< other }
}

extension SIMD4: RegisterBits where Scalar == Double {
  @inlinable @inline(__always)
  public var bits: SIMD4<UInt64> { unsafeBitCast(self, to: SIMD4<UInt64>.self) }

  @inlinable @inline(__always)
  public init(bits: SIMD4<UInt64>) { self = unsafeBitCast(bits, to: SIMD4<Double>.self) }

  @inlinable @inline(__always)
  public func less(than other: Self) -> SIMDMask<SIMD4<Int64>> { self .< other }
}

extension RegisterBits {
  /// The lanes' sign bits and nothing else.
  @inlinable @inline(__always)
  public var signs: Bits { bits & Bits(repeating: 1 &<< Bits.Scalar(Bits.Scalar.bitWidth - 1)) }

  /// The absolute values; not-a-number stays so.
  @inlinable @inline(__always)
  public var magnitude: Self { Self(bits: bits & Bits(repeating: Bits.Scalar.max &>> 1)) }

  /// The lanes with their signs turned, zeros too.
  @inlinable @inline(__always)
  public var opposite: Self { Self(bits: bits ^ Bits(repeating: 1 &<< Bits.Scalar(Bits.Scalar.bitWidth - 1))) }

  /// The lanes raised to the bound where they are below it; not-a-number stays so.
  @inlinable @inline(__always)
  public func atLeast(_ bound: Self) -> Self { replacing(with: bound, where: less(than: bound)) }

  /// The lanes lowered to the bound where they are above it; not-a-number stays so.
  @inlinable @inline(__always)
  public func atMost(_ bound: Self) -> Self { replacing(with: bound, where: bound.less(than: self)) }
}
