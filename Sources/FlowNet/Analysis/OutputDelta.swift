// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// What is known of the pre-activations z of the last layer before any number is drawn.
struct OutputDistribution {
  /// Mean and variance of z, of one sample after the other and then from the start.
  let samples: [(mean: Double, variance: Double)]
  /// The correlation of two samples at one unit.
  var correlation = 0.0
  /// The number of inputs of the layer.
  var inputs = 1.0
  /// What normalises z.
  var norm = NormChoice.none
  /// What a shortcut adds to the output.
  var around: SignalMoments?
}

/// The gradient δ of the pre-activations z of the last layer of a typical draw, in units of its root mean square.
struct OutputDelta {
  /// E[(z − E[z])·δ]; 0 behind a normalisation.
  let product: Double
  /// E[δ·δ'] over pairs of samples at one unit: of a few outputs that of the median draw.
  let common: Double

  /// Takes φ'(z)·g in blocks of as many rows, of which each is a draw, and its z without its mean. Nil where δ is 0 or not
  /// finite.
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
    // Where many draws have closed all outputs there is no typical one.
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

  /// The share of the median draw of what is left, (1 − share)·ε, where the logarithm of ε is normal with this variance:
  /// the squared length of the weights fluctuates as well, and the logarithm of what is left is far from symmetric.
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
