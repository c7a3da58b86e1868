// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Two dense layers, counted from 1, that share their weights: the second one's matrix is the transpose of the first
/// one's, as in an autoencoder whose decoder is tied to its encoder.
///
/// Both start from the same numbers. As every update goes element by element, they stay the same if they get the same
/// gradient, that of the shared matrix: the sum of both.
struct WeightTie: Sendable {
  let first: Int
  let second: Int

  /// Gives the weights of both layers the gradient of the matrix they share.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func shareGradient<E: Element>(_ probes: [LayerProbe<E>]) {
    let gradient = probes[first - 1].dense.weight.gradients
    let transposed = probes[second - 1].dense.weight.gradients
    for row in 0..<gradient.rows {
      for column in 0..<gradient.columns {
        let sum = gradient[row, column] + transposed[column, row]
        gradient[row, column] = sum
        transposed[column, row] = sum
      }
    }
  }

  /// Gives the second layer the weights of the first.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func shareWeights<E: Element>(_ probes: [LayerProbe<E>]) {
    let weight = probes[first - 1].dense.weight.values
    let transposed = probes[second - 1].dense.weight.values
    for row in 0..<weight.rows {
      for column in 0..<weight.columns { transposed[column, row] = weight[row, column] }
    }
  }
}
