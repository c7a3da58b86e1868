// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// How often the connections of a dense layer enlarge the gradient.
public struct LayerWindow: Sendable {
  /// The layer, counted from 1 at the input.
  public let layer: Int
  /// What follows the affine part.
  public let activation: Activation
  /// The largest |w| of the layer.
  public let largestWeight: Double
  /// The largest |φ'(z)·w| over all samples and connections.
  public let largestProduct: Double
  /// The share of (sample, connection) pairs with |φ'(z)·w| ≥ 1, those inside the explosion window. NaN, as the two
  /// above, where a weight or a slope is no finite number.
  public let share: Double
}

extension Network {
  /// Looks at every connection of every dense layer for the first `limit` samples: is |φ'(z)·w| ≥ 1?
  ///
  /// z is that of a pass in training mode, normalisation included. A layer that ends in softmax is left out: its slope is
  /// no matter of one unit.
  public func windows(
    _ data: DataSet, limit: Int = 1024, pool: ThreadPool, isStopped: () -> Bool = { false }
  ) throws(NetworkError) -> [LayerWindow] {
    try check(inputsOf: data)
    try check(rows: min(limit, data.samples))
    try checkTrainingPass(samples: min(limit, data.samples))
    calibrate(data, pool)
    func windows(_ engine: some CompiledNetwork) -> [LayerWindow] {
      engine.typed.windows(data, rows: Int32(min(limit, data.samples)), pool, isStopped)
    }
    return windows(engine)
  }
}

extension Engine {
  @specialized(where E == Float)
  @specialized(where E == Double)
  fileprivate func windows(
    _ data: DataSet, rows: Int32, _ pool: ThreadPool, _ isStopped: () -> Bool
  ) -> [LayerWindow] {
    loadInputs(data, 0..<rows)
    guard forward(Int(rows), .measuring(pool), unless: isStopped) != nil else { return [] }
    return probes.compactMap { isStopped() ? nil : window($0, samples: Int(rows)) }
  }

  private func window(_ probe: LayerProbe<E>, samples: Int) -> LayerWindow? {
    let activation = probe.activation?.activation ?? .identity
    if activation.isSoftmax { return nil }
    let slopes = scratch(samples, probe.dense.outputs)
    if let own = probe.activation { own.writeSlopes(into: slopes) } else { slopes.fill(1) }
    let weights = probe.dense.weight.values
    guard Reduction.isFinite(weights.pointer, probe.dense.weight.count),
      Reduction.isFinite(slopes.pointer, slopes.count)
    else {
      return LayerWindow(
        layer: probe.layer, activation: activation, largestWeight: .nan, largestProduct: .nan, share: .nan)
    }
    var inside = 0
    var (largestWeight, largestProduct) = (0.0, 0.0)
    for unit in (0..<weights.columns).untilStopped {
      // In descending order the connections that are inside stand in front.
      let own = (0..<weights.rows).map { Double(weights[$0, unit].magnitude) }.sorted(by: >)
      largestWeight = max(largestWeight, own[0])
      for sample in 0..<samples {
        let slope = Double(slopes[sample, unit].magnitude)
        largestProduct = max(largestProduct, slope * own[0])
        inside += own.partitioningIndex { slope * $0 < 1 }
      }
    }
    return LayerWindow(
      layer: probe.layer, activation: activation, largestWeight: largestWeight, largestProduct: largestProduct,
      share: Double(inside) / Double(samples * weights.rows * weights.columns))
  }
}
