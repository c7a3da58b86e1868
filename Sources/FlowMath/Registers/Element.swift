// SPDX-License-Identifier: GPL-3.0-or-later

/// A number type that the engine computes with: `Float` or `Double`.
public protocol Element: BinaryFloatingPoint & SIMDScalar & Codable & Sendable {
  /// The widest vector of this type that fits into one AVX2 register.
  associatedtype Vector: Lanes where Vector.Scalar == Self
}

/// A register of elements, with the elementary functions that a network needs.
///
/// Every function is evaluated with polynomials defined in this module, so it is vectorised and returns the same bits
/// on every system. Its error bound in units in the last place is documented at its implementation and tested against
/// wider arithmetic.
public protocol Lanes: FloatingRegister where Scalar: Element {
  /// The sum of all lanes in f64, added in one fixed order.
  var sum: Double { get }
  /// The lanes in f64: the first four, and the next four if the register has eight.
  var doubles: (first: DoubleRegister, second: DoubleRegister?) { get }
  /// The number of rows and columns of the square that `transposeSquare` transposes: half the lanes of a register.
  static var squareSide: Int { get }
  /// Writes the transpose of a square of `squareSide` rows and columns. A stride is the number of elements from one row
  /// to the next.
  static func transposeSquare(
    _ from: UnsafePointer<Scalar>, _ fromStride: Int, _ to: UnsafeMutablePointer<Scalar>, _ toStride: Int)
  static func exp(_ x: Self) -> Self
  static func expm1(_ x: Self) -> Self
  static func log(_ x: Self) -> Self
  static func log1p(_ x: Self) -> Self
  static func tanh(_ x: Self) -> Self
  /// The logistic function 1 / (1 + exp(-x)).
  static func sigmoid(_ x: Self) -> Self
  static func erf(_ x: Self) -> Self
  /// The cumulative distribution function of the standard normal distribution. Its relative error is small in the lower
  /// tail too.
  static func normalCDF(_ x: Self) -> Self
  static func sin(_ x: Self) -> Self
  static func cos(_ x: Self) -> Self
}
