// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension Network {
  /// Gives layers whose initializer asks for it their scale from data: layer-sequential unit variance.
  ///
  /// Layer by layer from the input, W is scaled so that z gets variance 1 over samples and units (Mishkin, Matas 2016).
  /// Done once, on the first data the network sees: on at most 1024 samples, evenly spread, because the first ones may
  /// all be of one class.
  func calibrate(_ data: DataSet, _ pool: ThreadPool) {
    guard !uncalibrated.isEmpty else { return }
    let count = min(data.samples, evaluationBlock)
    let rows = (0..<count).map { Int32($0 * data.samples / count) }
    switch engine {
    case .f32(let engine): engine.calibrate(data, rows, uncalibrated, pool)
    case .f64(let engine): engine.calibrate(data, rows, uncalibrated, pool)
    }
    uncalibrated = []
  }
}

extension Engine {
  fileprivate func calibrate(_ data: DataSet, _ rows: [Int32], _ layers: Set<Int>, _ pool: ThreadPool) {
    reserve(rows: rows.count)
    load(data, rows, pool)
    disconnect()
    let waiting = Set(probes.filter { layers.contains($0.layer) }.map { ObjectIdentifier($0.dense) })
    calibrate(operations, input(rows.count), .measuring(pool), waiting)
  }

  /// One forward pass, in which every waiting layer is scaled on what the layers before it now give.
  private func calibrate(
    _ operations: [any Operation<E>], _ input: Matrix<E>, _ pass: Pass, _ waiting: Set<ObjectIdentifier>
  ) {
    var x = input
    for operation in operations {
      if let block = operation as? ResidualOperation<E> { calibrate(block.body, x, pass, waiting) }
      var y = operation.forward(x, pass)
      if let dense = operation as? DenseOperation<E>, waiting.contains(ObjectIdentifier(dense)) {
        dense.weight.calibrate(y, dense.bias)
        y = operation.forward(x, pass)
      }
      x = y
    }
  }
}

extension Parameter {
  /// Scales this weight by the positive a with Var[a·u + b] = 1, where z = u + b is what it gives now; where the biases
  /// alone have more variance than that, by the a with Var[a·u] = 1.
  fileprivate func calibrate(_ z: Matrix<E>, _ bias: Parameter<E>) {
    var sums = (u: 0.0, b: 0.0)
    func eachElement(_ body: (_ u: Double, _ b: Double) -> Void) {
      for row in 0..<z.rows {
        for unit in 0..<z.columns {
          let b = Double(bias.values[0, unit])
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
    initial.pointer.update(from: values.pointer, count: self.count)
  }
}
