// SPDX-License-Identifier: GPL-3.0-or-later
import CRegister

/// Eight lanes of `Float`.
@frozen
public struct FloatRegister: FloatingRegister {
  @usableFromInline var lanes: SIMD8<Float>

  @inlinable @inline(__always)
  init(_ lanes: SIMD8<Float>) { self.lanes = lanes }

  @inlinable @inline(__always)
  public init(repeating number: Float) { lanes = SIMD8(repeating: number) }

  @inlinable @inline(__always)
  public init(bits: UInt32Register) { lanes = gf_numbers(bits.lanes) }

  @inlinable @inline(__always)
  public var bits: UInt32Register { UInt32Register(gf_bits(lanes)) }

  @inlinable @inline(__always)
  public static var scalarCount: Int { 8 }

  @inlinable @inline(__always)
  public subscript(lane: Int) -> Float {
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
  public func less(than other: Self) -> UInt32Register { UInt32Register(gf_less(lanes, other.lanes)) }
}

/// Eight lanes of `UInt32`.
@frozen
public struct UInt32Register: IntegerRegister {
  @usableFromInline var lanes: SIMD8<UInt32>

  @inlinable @inline(__always)
  init(_ lanes: SIMD8<UInt32>) { self.lanes = lanes }

  @inlinable @inline(__always)
  public init(repeating number: UInt32) { lanes = SIMD8(repeating: number) }

  @inlinable @inline(__always)
  public subscript(lane: Int) -> UInt32 {
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
