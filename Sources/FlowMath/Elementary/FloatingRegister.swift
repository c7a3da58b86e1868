// SPDX-License-Identifier: GPL-3.0-or-later

/// A register of floating-point lanes whose operations are single instructions.
///
/// The standard library's operators on `SIMD` types are loops over the lanes, and the optimiser does not always find the
/// whole-register instruction in them again. Generic code over this protocol gets the requirements below instead.
public protocol FloatingRegister: SIMD where Scalar: BinaryFloatingPoint {
  /// The lanes' encodings as unsigned integers of the same width.
  associatedtype Bits: IntegerRegister
  /// The encoding of each lane.
  var bits: Bits { get }
  /// The register whose lanes have the given encodings.
  init(bits: Bits)
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  /// The register `a * b + self`, rounded once.
  func fused(_ a: Self, _ b: Self) -> Self
  /// The square roots, rounded once; not a number below zero.
  func squareRoot() -> Self
  /// The lanes that are less than those of the other register; false where either is not a number.
  func less(than other: Self) -> SIMDMask<MaskStorage>
  /// The encodings that are all ones where the mask is set, and zero elsewhere.
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

  /// The lanes' sign bits and nothing else.
  @inlinable @inline(__always)
  public var signs: Bits { bits & Self.signBit }

  /// The absolute values; not-a-number stays so.
  @inlinable @inline(__always)
  public var magnitude: Self { Self(bits: bits & Bits(repeating: Bits.Scalar.max &>> 1)) }

  /// The lanes with their signs turned, zeros too.
  @inlinable @inline(__always)
  public var opposite: Self { Self(bits: bits ^ Self.signBit) }

  /// The other register's lanes where the mask is set, this one's elsewhere.
  @inlinable @inline(__always)
  public func replaced(by other: Self, where mask: SIMDMask<MaskStorage>) -> Self {
    Self(bits: bits ^ ((bits ^ other.bits) & Self.bits(of: mask)))
  }

  /// The lanes raised to the bound where they are below it; not-a-number stays so.
  @inlinable @inline(__always)
  public func atLeast(_ bound: Self) -> Self { replaced(by: bound, where: less(than: bound)) }

  /// The lanes lowered to the bound where they are above it; not-a-number stays so.
  @inlinable @inline(__always)
  public func atMost(_ bound: Self) -> Self { replaced(by: bound, where: bound.less(than: self)) }
}
