// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension Network {
  /// Scales the initial weights of the layers whose initializer requires data: layer-sequential unit variance.
  ///
  /// Layer by layer from the input, W is scaled so that z has variance 1 over samples and units (Mishkin, Matas 2016).
  /// This happens once, for the first data that the network processes. At most 1024 samples are used, evenly spread
  /// because the first ones may all be of one class. If a stop is requested, the network is not changed.
  func calibrate(_ data: DataSet, _ pool: ThreadPool) {
    guard !uncalibrated.isEmpty else { return }
    let count = min(data.samples, evaluationBlock)
    let rows = (0..<count).map { Int32($0 * data.samples / count) }
    func calibrate(_ engine: some CompiledNetwork) -> Bool { engine.typed.calibrate(data, rows, uncalibrated, pool) }
    if calibrate(engine) { uncalibrated = [] }
  }
}

extension Engine {
  /// Returns whether the calibration was completed. If not, nothing is changed.
  @specialized(where E == Float)
  @specialized(where E == Double)
  fileprivate func calibrate(_ data: DataSet, _ rows: [Int32], _ layers: Set<Int>, _ pool: ThreadPool) -> Bool {
    let plan = plan(.forward(rows.count))
    plan.load(data, rows, pool)
    // The layers that begin at each node.
    let affine = Dictionary(grouping: plan.taps.filter { layers.contains($0.layer) }) { graph.rows[$0.layer - 1].node }
    let waiting = layers.map { row($0).weight }
    let pass = Pass.measuring(pool)
    // Each layer is scaled based on the outputs of the layers before it, which are already calibrated.
    _ = plan.forwardVisiting(pass) { node, _ in
      guard let own = affine[node]?.first?.affine else { return }
      own.weight.calibrate(own.output, own.bias)
      plan.repeatForward(node, pass)
    }
    let isDone = !pass.stop.isRequested
    for weight in waiting {
      let (values, initial) = (weight.values.pointer, weight.initial.pointer)
      if isDone {
        initial.update(from: values, count: weight.count)
      } else {
        values.update(from: initial, count: weight.count)
      }
    }
    return isDone
  }
}

extension Parameter {
  /// Scales this weight by the positive a with Var[a·u + b] = 1, where z = u + b is the current output. If the variance
  /// of the biases alone is 1 or more, uses the a with Var[a·u] = 1.
  fileprivate func calibrate(_ z: Matrix<E>, _ bias: Parameter<E>?) {
    var sums = (u: 0.0, b: 0.0)
    func eachElement(_ body: (_ u: Double, _ b: Double) -> Void) {
      for row in 0..<z.rows {
        for unit in 0..<z.columns {
          let b = bias.map { Double($0.values[0, unit]) } ?? 0
          body(Double(z[row, unit]) - b, b)
        }
      }
    }
    eachElement { u, b in
      sums.u += u
      sums.b += b
    }
    let count = Double(z.rows * z.columns)
    let mean = (u: sums.u / count, b: sums.b / count)
    var variance = (u: 0.0, b: 0.0)
    var covariance = 0.0
    eachElement { u, b in
      variance.u += (u - mean.u) * (u - mean.u) / count
      variance.b += (b - mean.b) * (b - mean.b) / count
      covariance += (u - mean.u) * (b - mean.b) / count
    }
    let rest = 1 - variance.b
    let root = (covariance * covariance + variance.u * rest).squareRoot()
    let factor = rest > 0 ? (root - covariance) / variance.u : 1 / variance.u.squareRoot()
    guard factor.isFinite, factor > 0 else { return }
    for i in 0..<self.count { values.pointer[i] *= E(factor) }
  }
}
