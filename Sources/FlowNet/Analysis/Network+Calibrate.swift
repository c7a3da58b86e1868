// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Network {
  /// Gives layers whose initializer asks for it their scale from data: layer-sequential unit variance.
  ///
  /// Layer by layer from the input, W is divided by the standard deviation of z over the samples, so that z gets
  /// variance 1 (Mishkin, Matas 2016). Done once, on the first data the network sees.
  func calibrate(_ data: DataSet, _ rows: [Int32], _ pool: ThreadPool) {
    guard needsCalibration else { return }
    needsCalibration = false
    switch engine {
    case .f32(let engine): engine.calibrate(data, rows, pool)
    case .f64(let engine): engine.calibrate(data, rows, pool)
    }
  }
}

extension Engine {
  fileprivate func calibrate(_ data: DataSet, _ rows: [Int32], _ pool: ThreadPool) {
    reserve(rows: rows.count)
    load(data, rows)
    for probe in probes where probe.description.weights.needsData {
      // A bias leaves the variance alone, so one division is exact up to rounding.
      _ = forward(rows.count, .measuring(pool))
      guard let z = probe.dense.output else { continue }
      let deviation = Reduction.moments(z).deviation
      guard deviation.isFinite, deviation > 0 else { continue }
      let w = probe.dense.weight
      for i in 0..<w.count { w.values.pointer[i] /= E(deviation) }
      w.initial.pointer.update(from: w.values.pointer, count: w.count)
    }
  }
}
