// SPDX-License-Identifier: GPL-3.0-or-later

/// A register of floating-point lanes whose operations are single instructions.
///
/// The standard library implements the arithmetic of its `SIMD` types as loops over the lanes, and the optimizer does
/// not always turn them back into whole-register instructions. The registers are types of their own, whose operators
/// call the functions of CRegister.
public protocol FloatingRegister: BitwiseCopyable, Sendable {
  associatedtype Scalar: BinaryFloatingPoint
  /// A register of unsigned integers of the same width as the lanes.
  associatedtype Bits: IntegerRegister
  /// The number of lanes.
  static var scalarCount: Int { get }
  /// Creates a register with the same number in every lane.
  init(repeating number: Scalar)
  subscript(lane: Int) -> Scalar { get set }
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
  /// Returns a mask of the lanes that are less than those of the other register: all ones in these, and zero elsewhere
  /// and where either is NaN.
  func less(than other: Self) -> Bits
}

/// A register of unsigned integers whose operations are single instructions.
public protocol IntegerRegister: BitwiseCopyable, Sendable {
  associatedtype Scalar: FixedWidthInteger & UnsignedInteger
  /// Creates a register with the same number in every lane.
  init(repeating number: Scalar)
  subscript(lane: Int) -> Scalar { get set }
  static func & (a: Self, b: Self) -> Self
  static func | (a: Self, b: Self) -> Self
  static func ^ (a: Self, b: Self) -> Self
  static func &+ (a: Self, b: Self) -> Self
  static func &- (a: Self, b: Self) -> Self
  static func &* (a: Self, b: Self) -> Self
  /// Every shift count must be less than the number of bits in a lane.
  static func &<< (a: Self, b: Self) -> Self
  /// Every shift count must be less than the number of bits in a lane.
  static func &>> (a: Self, b: Self) -> Self
  /// Whether any lane of a mask is set.
  var isAnySet: Bool { get }
  /// Whether every lane of a mask is set.
  var areAllSet: Bool { get }
}

extension FloatingRegister {
  /// Creates a register of zeros.
  @inlinable @inline(__always)
  public init() { self.init(repeating: 0) }

  @inlinable @inline(__always)
  public static func += (a: inout Self, b: Self) { a = a + b }

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
  public func replaced(by other: Self, where mask: Bits) -> Self {
    Self(bits: bits ^ ((bits ^ other.bits) & mask))
  }

  /// Returns the larger of each lane and the bound. NaN stays NaN.
  @inlinable @inline(__always)
  public func atLeast(_ bound: Self) -> Self { replaced(by: bound, where: less(than: bound)) }

  /// Returns the smaller of each lane and the bound. NaN stays NaN.
  @inlinable @inline(__always)
  public func atMost(_ bound: Self) -> Self { replaced(by: bound, where: bound.less(than: self)) }
}
