// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Two dense layers, counted from 1, that share their weights: the second weight matrix is the transpose of the first,
/// as in an autoencoder whose decoder is tied to its encoder.
///
/// Both start with the same values. Updates are elementwise, so the matrices stay equal if both receive the gradient of
/// the shared matrix, which is the sum of the two gradients.
struct WeightTie: Sendable {
  let first: Int
  let second: Int

  /// Sets the gradient of both weight matrices to that of the shared matrix.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func shareGradient<E: Element>(_ taps: [Tap<E>]) {
    let gradient = taps[first - 1].affine.weight.gradients
    let transposed = taps[second - 1].affine.weight.gradients
    for row in 0..<gradient.rows {
      for column in 0..<gradient.columns {
        let sum = gradient[row, column] + transposed[column, row]
        gradient[row, column] = sum
        transposed[column, row] = sum
      }
    }
  }

  /// Copies the weights of the first layer into the second.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func shareWeights<E: Element>(_ taps: [Tap<E>]) {
    let weight = taps[first - 1].affine.weight.values
    let transposed = taps[second - 1].affine.weight.values
    for row in 0..<weight.rows {
      for column in 0..<weight.columns { transposed[column, row] = weight[row, column] }
    }
  }
}
