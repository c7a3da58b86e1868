// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// The distribution of the pre-activations z of the last layer before the initial values are drawn.
struct OutputDistribution {
  /// The mean and variance of z, one element per sample. Further samples use the elements again from the start.
  let samples: [(mean: Double, variance: Double)]
  /// The correlation of two samples at one unit.
  var correlation = 0.0
  /// The number of inputs of the layer.
  var inputs = 1.0
  /// The normalisation of z.
  var norm = NormChoice.none
  /// The signal that a shortcut adds to the output.
  var around: SignalMoments?
}

/// The gradient δ of the pre-activations z of the last layer in a typical draw, in units of its root mean square.
struct OutputDelta {
  /// E[(z − E[z])·δ]; 0 after a normalisation.
  let product: Double
  /// E[δ·δ'] over pairs of samples at one unit. If there are few outputs, it is that of the median draw.
  let common: Double

  /// Creates the δ from φ'(z)·g and from z without its mean. Both consist of blocks of `rows` rows, each of which is a
  /// draw. Returns `nil` if δ is 0 or not finite.
  init?(_ gradient: Matrix<Double>, _ z: Matrix<Double>, rows: Int, _ distribution: OutputDistribution) {
    var shares: [Double] = []
    var sums = (square: 0.0, product: 0.0)
    let samples = Double(rows)
    for block in stride(from: 0, to: gradient.rows, by: rows) {
      var (square, common) = (0.0, 0.0)
      for unit in 0..<gradient.columns {
        var (own, sum) = (0.0, 0.0)
        for row in block..<block + rows {
          let delta = gradient[row, unit]
          own += delta * delta
          sum += delta
          sums.product += delta * z[row, unit]
        }
        square += own
        if rows > 1 { common += (sum * sum - own) / (samples - 1) }
      }
      sums.square += square
      if square > 0 { shares.append(common / square) }
    }
    let elements = Double(gradient.rows * gradient.columns)
    // If all outputs are closed in many draws, there is no typical draw.
    guard Double(shares.count) >= 0.98 * Double(gradient.rows / rows), sums.square > 0, sums.square.isFinite,
      sums.product.isFinite
    else { return nil }
    product = distribution.norm == .none ? sums.product / elements / (sums.square / elements).squareRoot() : 0
    if distribution.norm == .batch {
      // The sum over the samples is 0.
      common = rows > 1 ? -1 / (samples - 1) : 0
    } else {
      common = Self.median(shares, variance: 2 / (distribution.inputs * Double(gradient.columns)))
    }
  }

  /// Returns the share of the median draw for the distribution of (1 − share)·ε, where ln ε is normal with the given
  /// variance, because the squared length of the weights fluctuates as well. The distribution of ln(1 − share) is far
  /// from symmetric.
  private static func median(_ shares: [Double], variance: Double) -> Double {
    let logarithms = shares.map { Real.log(max(1 - $0, 1e-6)) }
    guard var low = logarithms.min(), var high = logarithms.max() else { return 0 }
    let deviation = variance.squareRoot()
    for _ in 0..<40 {
      let middle = (low + high) / 2
      let below = logarithms.reduce(0) { $0 + Real.normalCDF((middle - $1) / deviation) }
      if 2 * below < Double(logarithms.count) { low = middle } else { high = middle }
    }
    return max(1 - Real.exp((low + high) / 2), 0)
  }
}
