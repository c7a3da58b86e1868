// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Returns a random matrix, fanOut × fanIn row by row, whose vectors along the shorter side are orthonormal, times
/// `gain`.
///
/// Normally distributed vectors are orthonormalized one after another by Gram-Schmidt. Each is processed twice, which
/// makes them orthogonal to rounding error (Giraud, Langou, Rozložník 2005). A square matrix is distributed by the Haar
/// measure.
func orthogonalMatrix(_ shape: Initializer.Shape, gain: Double, _ stream: inout RandomStream) -> [Double] {
  let count = min(shape.fanIn, shape.fanOut)
  let length = max(shape.fanIn, shape.fanOut)
  let buffer = Buffer<Double>(rows: count, columns: length)
  let vectors = Matrix(buffer.pointer, rows: count, columns: length)
  let stop = StopToken.current
  for own in 0..<count {
    if stop.isRequested { return [] }
    let vector = vectors.pointer + own * vectors.stride
    for i in 0..<length { vector[i] = stream.normal() }
    for _ in 0..<2 {
      for other in 0..<own {
        removeComponent(along: vectors.pointer + other * vectors.stride, from: vector, vectors.stride)
      }
    }
    let scale = 1 / Reduction.norm(vector, vectors.stride)
    for i in 0..<length { vector[i] *= scale }
  }
  var weights = [Double](repeating: 0, count: shape.fanIn * shape.fanOut)
  for row in 0..<shape.fanOut where !stop.isRequested {
    for column in 0..<shape.fanIn {
      let (vector, i) = shape.fanOut <= shape.fanIn ? (row, column) : (column, row)
      weights[row * shape.fanIn + column] = gain * vectors[vector, i]
    }
  }
  return weights
}

/// Computes x −= (x·unit)·unit. The count must be a multiple of four.
private func removeComponent(
  along unit: UnsafePointer<Double>, from x: UnsafeMutablePointer<Double>, _ count: Int
) {
  typealias V = Double.Vector
  // Four separate sums, because each addition has to wait for the previous one in the same sum.
  var sums = (V(), V(), V(), V())
  var i = 0
  while i + 16 <= count {
    sums.0 = sums.0.fused(load(x + i), load(unit + i))
    sums.1 = sums.1.fused(load(x + i + 4), load(unit + i + 4))
    sums.2 = sums.2.fused(load(x + i + 8), load(unit + i + 8))
    sums.3 = sums.3.fused(load(x + i + 12), load(unit + i + 12))
    i += 16
  }
  while i < count {
    sums.0 = sums.0.fused(load(x + i), load(unit + i))
    i += 4
  }
  let sum = (sums.0 + sums.1) + (sums.2 + sums.3)
  let component = V(repeating: -((sum[0] + sum[1]) + (sum[2] + sum[3])))
  for i in stride(from: 0, to: count, by: 4) {
    let value: V = load(UnsafePointer(x + i))
    store(value.fused(component, load(unit + i)), x + i)
  }
}
