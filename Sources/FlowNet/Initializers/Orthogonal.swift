// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A random matrix, fanOut × fanIn row by row, whose shorter side's vectors are orthonormal, times `gain`.
///
/// Normal vectors are made orthonormal one after the other by Gram-Schmidt, each twice, which keeps them orthogonal to
/// rounding (Giraud, Langou, Rozložník 2005). For a square matrix the result follows the Haar measure.
func orthogonal(_ shape: Initializer.Shape, gain: Double, _ stream: inout RandomStream) -> [Double] {
  let count = min(shape.fanIn, shape.fanOut)
  let length = max(shape.fanIn, shape.fanOut)
  var vectors = [Double](repeating: 0, count: count * length)
  for own in stride(from: 0, to: count * length, by: length) {
    for i in 0..<length { vectors[own + i] = stream.normal() }
    for _ in 0..<2 {
      for other in stride(from: 0, to: own, by: length) {
        var dot = 0.0
        for i in 0..<length { dot += vectors[own + i] * vectors[other + i] }
        for i in 0..<length { vectors[own + i] -= dot * vectors[other + i] }
      }
    }
    var square = 0.0
    for i in 0..<length { square += vectors[own + i] * vectors[own + i] }
    let scale = 1 / square.squareRoot()
    for i in 0..<length { vectors[own + i] *= scale }
  }
  var weights = [Double](repeating: 0, count: shape.fanIn * shape.fanOut)
  for row in 0..<shape.fanOut {
    for column in 0..<shape.fanIn {
      let (vector, i) = shape.fanOut <= shape.fanIn ? (row, column) : (column, row)
      weights[row * shape.fanIn + column] = gain * vectors[vector * length + i]
    }
  }
  return weights
}
