// SPDX-License-Identifier: GPL-3.0-or-later
import CRegister

/// Four lanes of `Double`.
@frozen
public struct DoubleRegister: FloatingRegister {
  @usableFromInline var lanes: SIMD4<Double>

  @inlinable @inline(__always)
  init(_ lanes: SIMD4<Double>) { self.lanes = lanes }

  @inlinable @inline(__always)
  public init(repeating number: Double) { lanes = SIMD4(repeating: number) }

  @inlinable @inline(__always)
  public init(bits: UInt64Register) { lanes = gf_numbers(bits.lanes) }

  @inlinable @inline(__always)
  public var bits: UInt64Register { UInt64Register(gf_bits(lanes)) }

  @inlinable @inline(__always)
  public static var scalarCount: Int { 4 }

  @inlinable @inline(__always)
  public subscript(lane: Int) -> Double {
    get { lanes[lane] }
    set { lanes[lane] = newValue }
  }

  @inlinable @inline(__always)
  public static func + (a: Self, b: Self) -> Self { Self(gf_add(a.lanes, b.lanes)) }

  @inlinable @inline(__always)
  public static func - (a: Self, b: Self) -> Self { Self(gf_subtract(a.lanes, b.lanes)) }

  @inlinable @inline(__always)
  public static func * (a: Self, b: Self) -> Self { Self(gf_multiply(a.lanes, b.lanes)) }

  @inlinable @inline(__always)
  public static func / (a: Self, b: Self) -> Self { Self(gf_divide(a.lanes, b.lanes)) }

  @inlinable @inline(__always)
  public func fused(_ a: Self, _ b: Self) -> Self { Self(gf_fused(a.lanes, b.lanes, lanes)) }

  @inlinable @inline(__always)
  public func squareRoot() -> Self { Self(gf_square_root(lanes)) }

  @inlinable @inline(__always)
  public func less(than other: Self) -> UInt64Register { UInt64Register(gf_less(lanes, other.lanes)) }
}

/// Four lanes of `UInt64`.
@frozen
public struct UInt64Register: IntegerRegister {
  @usableFromInline var lanes: SIMD4<UInt64>

  @inlinable @inline(__always)
  init(_ lanes: SIMD4<UInt64>) { self.lanes = lanes }

  @inlinable @inline(__always)
  public init(repeating number: UInt64) { lanes = SIMD4(repeating: number) }

  @inlinable @inline(__always)
  public subscript(lane: Int) -> UInt64 {
    get { lanes[lane] }
    set { lanes[lane] = newValue }
  }

  @inlinable @inline(__always)
  public static func & (a: Self, b: Self) -> Self { Self(gf_and(a.lanes, b.lanes)) }

  @inlinable @inline(__always)
  public static func | (a: Self, b: Self) -> Self { Self(gf_or(a.lanes, b.lanes)) }

  @inlinable @inline(__always)
  public static func ^ (a: Self, b: Self) -> Self { Self(gf_xor(a.lanes, b.lanes)) }

  @inlinable @inline(__always)
  public static func &+ (a: Self, b: Self) -> Self { Self(gf_add(a.lanes, b.lanes)) }

  @inlinable @inline(__always)
  public static func &- (a: Self, b: Self) -> Self { Self(gf_subtract(a.lanes, b.lanes)) }

  @inlinable @inline(__always)
  public static func &* (a: Self, b: Self) -> Self { Self(gf_multiply(a.lanes, b.lanes)) }

  @inlinable @inline(__always)
  public static func &<< (a: Self, b: Self) -> Self { Self(gf_shift_left(a.lanes, b.lanes)) }

  @inlinable @inline(__always)
  public static func &>> (a: Self, b: Self) -> Self { Self(gf_shift_right(a.lanes, b.lanes)) }

  @inlinable @inline(__always)
  public var isAnySet: Bool { gf_any(lanes) }

  @inlinable @inline(__always)
  public var areAllSet: Bool { gf_all(lanes) }
}
