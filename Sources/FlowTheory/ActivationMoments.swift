// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// Means of φ(z), φ'(z) and products of the two over normal z with the given mean (0 by default) and variance q.
struct ActivationMoments {
  /// E[φ], E[φ²], E[φ³], E[φ⁴].
  let value: Double, square: Double, cube: Double, fourth: Double
  /// E[φ'], E[φ'²], E[φ'⁴].
  let slope: Double, slopeSquare: Double, slopeFourth: Double
  /// E[φφ'], E[φφ'²], E[φ²φ'²].
  let valueSlope: Double, valueSlopeSquare: Double, squares: Double
  /// E[(z − E[z])φ'] and E[(z − E[z])φφ']. For mean 0, the latter is dE[φ²]/d ln q.
  let slopeMoment: Double, squareResponse: Double
  /// E[(z − E[z])²φ'].
  let slopeSecondMoment: Double
  /// d ln E[φ'²]/d ln q, computed as E[φ'²·((z − E[z])²/q − 1)]/(2·E[φ'²]), which is valid at kinks, too.
  let slopeResponse: Double
  /// The derivatives of E[φ'²] and Var[φ] with respect to the excess kurtosis of z: means of the function times the
  /// fourth Hermite polynomial, divided by 4!.
  let slopeTails: Double, spreadTails: Double

  /// Computes all means with one quadrature.
  init(_ activation: Activation, _ q: Double, mean shift: Double = 0) {
    let (near, scale) = shift == 0 ? activation.comparableVariance(q) : (activation.resolvedVariance(q), 1)
    let mean = activation.gaussianMean(near, mean: shift)
    let values = activation.values(mean.arguments)
    let slopes = activation.slopes(mean.arguments)
    let z = shift == 0 ? mean.arguments : mean.arguments.map { $0 - shift }
    func average(_ function: (_ z: Double, _ value: Double, _ slope: Double) -> Double) -> Double {
      mean(z.indices.map { function(z[$0], values[$0], slopes[$0]) })
    }
    let root = scale.squareRoot()
    value = average { _, y, _ in y } * root
    square = average { _, y, _ in y * y } * scale
    cube = average { _, y, _ in y * y * y } * scale * root
    fourth = average { _, y, _ in y * y * y * y } * scale * scale
    slope = average { _, _, s in s }
    slopeSquare = average { _, _, s in s * s }
    slopeFourth = average { _, _, s in s * s * s * s }
    valueSlope = average { _, y, s in y * s } * root
    valueSlopeSquare = average { _, y, s in y * s * s } * root
    squares = average { _, y, s in y * y * s * s } * scale
    slopeMoment = average { z, _, s in z * s } * root
    squareResponse = average { z, y, s in z * y * s } * scale
    slopeSecondMoment = average { z, _, s in z * z * s } * scale
    func tails(_ z: Double) -> Double {
      let square = near > 0 ? z * z / near : 0
      return (square * square - 6 * square + 3) / 24
    }
    slopeTails = average { z, _, s in s * s * tails(z) }
    let value = value
    spreadTails =
      average { z, y, _ in y * y * tails(z) } * scale - 2 * value * average { z, y, _ in y * tails(z) } * root
    slopeResponse = average { z, _, s in s * s * (near > 0 ? z * z / near - 1 : 0) } / (2 * slopeSquare)
  }
}

extension Activation {
  /// Returns a variance that can replace q, and the factor by which squares of values must then be multiplied. Beyond
  /// 1e±100, a function that is linear there looks the same at any scale, and its fourth powers would leave the range
  /// of f64.
  fileprivate func comparableVariance(_ q: Double) -> (variance: Double, scale: Double) {
    if q > 1e100, isUnbounded { return (1e100, q / 1e100) }
    if q < 1e-100 { return (1e-100, value(0) == 0 ? q / 1e-100 : 1) }
    return (resolvedVariance(q), 1)
  }
}
