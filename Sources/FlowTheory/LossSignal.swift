// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

/// The gradient of a loss with respect to the outputs of an untrained network: g = shared + along·y + noise.
///
/// The gradient of nearly every loss contains the output: for mse it is y − t. The component along y does not propagate
/// like noise; see `BackwardSignal`.
struct LossSignal {
  /// The part that all outputs of all samples have in common.
  let shared: Double
  /// The coefficient of y.
  let along: Double
  /// The variance of the noise.
  let noise: Double
  /// E[g²].
  let square: Double
  /// E[gy].
  let product: Double
  /// The gradient of the last layer's pre-activations; `nil` if no more is known of it.
  var delta: OutputDelta?

  /// Returns the gradient of mse with standard normal targets for outputs of the given mean square.
  static func meanSquares(_ output: Double) -> LossSignal {
    LossSignal(shared: 0, along: 1, noise: 1, square: output + 1, product: output)
  }

  /// A gradient that is independent of the output.
  static let independent = LossSignal(shared: 0, along: 0, noise: 1, square: 1, product: 0)

  /// Measures the gradient of a loss on the given rows of the data, for outputs x + φ(z), where z is normal and x is
  /// normal and comes from a shortcut. Returns `nil` if the loss has no slope there or leaves the range of f64.
  init?(
    _ loss: Loss, _ data: DataSet, rows: Range<Int32>, outputs: Int, _ activation: Activation,
    _ distribution: OutputDistribution
  ) {
    let x = distribution.around
    guard distribution.samples.allSatisfy({ $0.mean.isFinite && $0.variance.isFinite }), x?.square.isFinite ?? true
    else { return nil }
    let around = x.map { (mean: $0.mean, deviation: max($0.square - $0.mean * $0.mean, 0).squareRoot()) }
    // If there are many targets, use some of them, evenly spread because classes may be sorted. Use each several times,
    // because a mean over few draws is not one over all of them.
    let used = Self.rows(of: rows.count, outputs: outputs)
    let chosen = (0..<used).map { rows.lowerBound + Int32($0 * rows.count / used) }
    let repeats = max(Self.enough / (used * outputs), 1)
    let count = used * repeats
    func matrix(_ buffer: Buffer<Double>) -> Matrix<Double> {
      Matrix(buffer.pointer, rows: count, columns: outputs)
    }
    let buffers = (0..<4).map { _ in Buffer<Double>(rows: count, columns: outputs) }
    defer { withExtendedLifetime(buffers) {} }
    let (output, target, gradient, strayed) = (
      matrix(buffers[0]), matrix(buffers[1]), matrix(buffers[2]), matrix(buffers[3])
    )
    for part in 0..<repeats {
      chosen.withUnsafeBufferPointer {
        data.gatherTargets(
          $0, outputs: outputs, into: target.pointer + part * used * target.stride, stride: target.stride)
      }
    }
    var stream = RandomStream(seed: 0, purpose: .noise, index: 0)
    let correlation = min(max(distribution.correlation, 0), 1)
    let (commonRoot, ownRoot) = (correlation.squareRoot(), (1 - correlation).squareRoot())
    var common: [Double] = []
    var slopes = [Double](repeating: 1, count: count * outputs)
    for row in 0..<count {
      if row % used == 0 { common = Self.common(outputs, block: row / used, of: repeats) }
      let (mean, variance) = distribution.samples[row % distribution.samples.count]
      let deviation = variance.squareRoot()
      for unit in 0..<outputs {
        strayed[row, unit] = deviation * (commonRoot * common[unit] + ownRoot * stream.normal())
      }
      let z = (0..<outputs).map { mean + strayed[row, $0] }
      if !activation.isSoftmax {
        slopes.replaceSubrange(row * outputs..<(row + 1) * outputs, with: activation.slopes(z))
      }
      for (column, value) in (activation.isSoftmax ? z : activation.values(z)).enumerated() {
        output[row, column] = value + (around.map { $0.mean + $0.deviation * stream.normal() } ?? 0)
      }
    }
    loss.differentiate(output, target, into: gradient)
    let elements = Double(count * outputs)
    var sums = (g: 0.0, y: 0.0, gg: 0.0, gy: 0.0, yy: 0.0)
    for row in 0..<count {
      for column in 0..<outputs {
        // Use units of one output, because most losses are means over all of them.
        let (g, y) = (gradient[row, column] * elements, output[row, column])
        sums.g += g / elements
        sums.y += y / elements
        sums.gg += g * g / elements
        sums.gy += g * y / elements
        sums.yy += y * y / elements
      }
    }
    let spread = sums.yy - sums.y * sums.y
    let covariance = sums.gy - sums.g * sums.y
    along = spread > 0 ? covariance / spread : 0
    shared = sums.g - along * sums.y
    noise = max(sums.gg - sums.g * sums.g - along * covariance, 0)
    (square, product) = (sums.gg, sums.gy)
    guard square > 0, square.isFinite, product.isFinite else { return nil }
    for row in 0..<count { for unit in 0..<outputs { gradient[row, unit] *= slopes[row * outputs + unit] } }
    delta = OutputDelta(gradient, strayed, rows: used, distribution)
    if delta == nil { return nil }
  }

  /// Returns the number of samples to use out of the given number.
  static func rows(of samples: Int, outputs: Int) -> Int { min(samples, max(most / outputs, 1), mostRows) }

  /// Returns the part that the samples of a draw have in common, one standard normal number per output. These are
  /// evenly spread quantiles, because there are few of them. Multiples of the golden ratio also spread every part of
  /// them evenly.
  private static func common(_ outputs: Int, block: Int, of blocks: Int) -> [Double] {
    let all = Double(blocks * outputs)
    return (0..<outputs).map { unit in
      let place = Double(block * outputs + unit) * 0.6180339887498949
      return inverseNormalCDF((place - place.rounded(.down)) * (1 - 1 / all) + 0.5 / all)
    }
  }

  private init(shared: Double, along: Double, noise: Double, square: Double, product: Double) {
    (self.shared, self.along, self.noise, self.square, self.product) = (shared, along, noise, square, product)
  }

  /// The minimum number of elements in all blocks, and the maximum numbers of elements and of rows in a block.
  private static let enough = 1 << 16
  private static let most = 1 << 15
  private static let mostRows = 1 << 10
}
