// SPDX-License-Identifier: GPL-3.0-or-later

/// A register of floating-point lanes whose operations are single instructions.
///
/// The standard library implements the operators of `SIMD` types as loops over the lanes, and the optimiser does not
/// always turn them back into whole-register instructions. Generic code constrained to this protocol uses the
/// requirements below instead.
public protocol FloatingRegister: SIMD where Scalar: BinaryFloatingPoint {
  /// A register of unsigned integers of the same width as the lanes.
  associatedtype Bits: IntegerRegister
  /// The bit pattern of each lane.
  var bits: Bits { get }
  /// Creates a register from the bit pattern of each lane.
  init(bits: Bits)
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  /// Returns `a * b + self`, rounded once.
  func fused(_ a: Self, _ b: Self) -> Self
  /// Returns the square root of each lane, rounded once; NaN for negative numbers.
  func squareRoot() -> Self
  /// Returns a mask of the lanes that are less than those of the other register; false where either is NaN.
  func less(than other: Self) -> SIMDMask<MaskStorage>
  /// Returns a bit pattern of all ones where the mask is set, and zero elsewhere.
  static func bits(of mask: SIMDMask<MaskStorage>) -> Bits
}

/// A register of unsigned integers whose operations are single instructions.
public protocol IntegerRegister: SIMD where Scalar: FixedWidthInteger & UnsignedInteger {
  static func & (a: Self, b: Self) -> Self
  static func | (a: Self, b: Self) -> Self
  static func ^ (a: Self, b: Self) -> Self
  static func &+ (a: Self, b: Self) -> Self
  static func &- (a: Self, b: Self) -> Self
  static func &<< (a: Self, b: Self) -> Self
  static func &>> (a: Self, b: Self) -> Self
}

extension FloatingRegister {
  /// The sign bit of every lane.
  @inlinable @inline(__always)
  static var signBit: Bits { Bits(repeating: 1 &<< Bits.Scalar(Bits.Scalar.bitWidth - 1)) }

  /// The sign bit of each lane, with all other bits cleared.
  @inlinable @inline(__always)
  public var signs: Bits { bits & Self.signBit }

  /// The absolute values. NaN stays NaN.
  @inlinable @inline(__always)
  public var magnitude: Self { Self(bits: bits & Bits(repeating: Bits.Scalar.max &>> 1)) }

  /// The lanes with their signs flipped, including those of zeros.
  @inlinable @inline(__always)
  public var opposite: Self { Self(bits: bits ^ Self.signBit) }

  /// Returns the lanes of the other register where the mask is set, and those of this register elsewhere.
  @inlinable @inline(__always)
  public func replaced(by other: Self, where mask: SIMDMask<MaskStorage>) -> Self {
    Self(bits: bits ^ ((bits ^ other.bits) & Self.bits(of: mask)))
  }

  /// Returns the larger of each lane and the bound. NaN stays NaN.
  @inlinable @inline(__always)
  public func atLeast(_ bound: Self) -> Self { replaced(by: bound, where: less(than: bound)) }

  /// Returns the smaller of each lane and the bound. NaN stays NaN.
  @inlinable @inline(__always)
  public func atMost(_ bound: Self) -> Self { replaced(by: bound, where: bound.less(than: self)) }
}
