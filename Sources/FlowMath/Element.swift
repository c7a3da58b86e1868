// SPDX-License-Identifier: GPL-3.0-or-later

/// A number the engine computes with: `Float` or `Double`.
public protocol Element: BinaryFloatingPoint & SIMDScalar & Codable & Sendable {
  /// The widest vector of this element that one AVX2 register holds.
  associatedtype Vector: Lanes where Vector.Scalar == Self
}

/// A register of elements, with the elementary functions a network needs.
///
/// Every function is evaluated by polynomials of our own, so that it is vectorised and gives the same bits on every
/// system; its bound in units in the last place stands with its implementation and is tested against wider arithmetic.
public protocol Lanes: FloatingRegister where Scalar: Element {
  /// The sum of all lanes in f64, in one fixed order.
  var sum: Double { get }
  /// The lanes in f64: the first four, and the next four where there are that many.
  var doubles: (first: SIMD4<Double>, second: SIMD4<Double>?) { get }
  /// The rows and columns of a square that `transposeSquare` turns around: as many as half a register holds.
  static var squareSide: Int { get }
  /// Writes the transpose of a square; strides are the elements from a row to the next.
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
  /// The distribution function of the standard normal distribution, accurate in relative terms in the lower tail too.
  static func normalCDF(_ x: Self) -> Self
  static func sin(_ x: Self) -> Self
  static func cos(_ x: Self) -> Self
}
