// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The gradient of a loss by the outputs of a network that has not been trained: g = shared + along·y + noise.
///
/// The gradient of nearly every loss contains the output: that of mse is y − t. What comes back along y does not behave
/// like noise; see `BackwardSignal`.
struct LossSignal {
  /// What all outputs of all samples have in common.
  let shared: Double
  /// The coefficient of y.
  let along: Double
  /// The variance of the rest.
  let noise: Double
  /// E[g²].
  let square: Double
  /// E[gy].
  let product: Double

  /// The gradient of mse against standard normal targets for outputs of this mean square.
  static func meanSquares(_ output: Double) -> LossSignal {
    LossSignal(shared: 0, along: 1, noise: 1, square: output + 1, product: output)
  }

  /// A gradient that is independent of the output.
  static let independent = LossSignal(shared: 0, along: 0, noise: 1, square: 1, product: 0)

  /// Measures the gradient of a loss on these rows of the data, for outputs x + φ(z) with independent normal z, whose mean
  /// and variance are those of one sample in turn, and normal x, which a shortcut brings; nil if the loss has no slope
  /// there or leaves the range of f64.
  init?(
    _ loss: Loss, _ data: DataSet, rows: Range<Int32>, outputs: Int, _ activation: Activation,
    _ samples: [(mean: Double, variance: Double)], besides x: SignalMoments?
  ) {
    guard samples.allSatisfy({ $0.mean.isFinite && $0.variance.isFinite }), x?.square.isFinite ?? true else {
      return nil
    }
    let around = x.map { (mean: $0.mean, deviation: max($0.square - $0.mean * $0.mean, 0).squareRoot()) }
    // Of many targets some will do, evenly spread because classes may be sorted; few are used a number of times, because a
    // mean over few products is not one over all draws.
    let used = min(rows.count, max(Self.most / outputs, 1))
    let chosen = (0..<used).map { rows.lowerBound + Int32($0 * rows.count / used) }
    let repeats = max(Self.enough / (used * outputs), 1)
    let count = used * repeats
    let (y, t, g) = (
      Buffer<Double>(rows: count, columns: outputs), Buffer<Double>(rows: count, columns: outputs),
      Buffer<Double>(rows: count, columns: outputs)
    )
    let (output, target, gradient) = (
      Matrix(y.pointer, rows: count, columns: outputs), Matrix(t.pointer, rows: count, columns: outputs),
      Matrix(g.pointer, rows: count, columns: outputs)
    )
    for part in 0..<repeats {
      chosen.withUnsafeBufferPointer {
        data.gatherTargets(
          $0, outputs: outputs, into: target.pointer + part * used * target.stride, stride: target.stride)
      }
    }
    var stream = RandomStream(seed: 0, purpose: .noise, index: 0)
    for row in 0..<count {
      let (mean, variance) = samples[row % samples.count]
      let deviation = variance.squareRoot()
      let z = (0..<outputs).map { _ in mean + deviation * stream.normal() }
      for (column, value) in (activation.isSoftmax ? z : activation.values(z)).enumerated() {
        output[row, column] = value + (around.map { $0.mean + $0.deviation * stream.normal() } ?? 0)
      }
    }
    _ = Double.kernel(loss)(output, target, gradient, loss.arguments, true)
    let elements = Double(count * outputs)
    var sums = (g: 0.0, y: 0.0, gg: 0.0, gy: 0.0, yy: 0.0)
    for row in 0..<count {
      for column in 0..<outputs {
        // In units of one output, because most losses are means over all of them.
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
  }

  private init(shared: Double, along: Double, noise: Double, square: Double, product: Double) {
    (self.shared, self.along, self.noise, self.square, self.product) = (shared, along, noise, square, product)
  }

  private static let enough = 1 << 13
  private static let most = 1 << 15
}
