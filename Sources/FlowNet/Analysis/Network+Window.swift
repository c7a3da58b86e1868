// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The connections of a dense layer that enlarge the gradient.
public struct LayerWindow: Sendable {
  /// The layer, counted from 1 at the input.
  public let layer: Int
  /// The activation after the affine part.
  public let activation: Activation
  /// The largest |w| of the layer.
  public let largestWeight: Double
  /// The largest |φ'(z)·w| over all samples and connections.
  public let largestProduct: Double
  /// The fraction of (sample, connection) pairs with |φ'(z)·w| ≥ 1, those inside the explosion window.
  public let share: Double
  /// The fraction of (sample, connection) pairs with |φ'(z)·w| ≤ 1/4, the largest product of a sigmoid with weights of
  /// at most 1. This property and the three above are NaN if a weight or a slope is not finite.
  public let quarterShare: Double
}

extension Network {
  /// Determines for every connection of every dense layer and the first `limit` samples whether |φ'(z)·w| ≥ 1.
  ///
  /// z is computed in training mode, including normalisation. A layer that ends in softmax is left out, because the
  /// derivative of softmax depends on more than one unit. Ends early if a stop is requested.
  public func windows(_ data: DataSet, limit: Int, pool: ThreadPool) throws(NetworkError) -> [LayerWindow] {
    try check(inputsOf: data)
    try check(rows: min(limit, data.samples))
    try checkTrainingPass(samples: min(limit, data.samples))
    calibrate(data, pool)
    func windows(_ engine: some CompiledNetwork) -> [LayerWindow] {
      engine.typed.windows(data, rows: Int32(min(limit, data.samples)), pool)
    }
    return windows(engine)
  }
}

extension Engine {
  @specialized(where E == Float)
  @specialized(where E == Double)
  fileprivate func windows(_ data: DataSet, rows: Int32, _ pool: ThreadPool) -> [LayerWindow] {
    let plan = plan(.forward(Int(rows)))
    plan.loadInputs(data, from: 0)
    guard plan.forwardVisiting(.measuring(pool)) else { return [] }
    return plan.taps.untilStopped.compactMap { plan.window($0) }
  }
}

extension Plan {
  fileprivate func window(_ tap: Tap<E>) -> LayerWindow? {
    let samples = mode.samples
    let activation = tap.activation?.activation ?? .identity
    if activation.isSoftmax { return nil }
    let slopes = scratch(samples, tap.affine.outputs)
    if let own = tap.activation { own.writeSlopes(into: slopes) } else { slopes.fill(1) }
    let weights = tap.affine.weight.values
    guard Reduction.isFinite(weights.pointer, tap.affine.weight.count),
      Reduction.isFinite(slopes.pointer, slopes.count)
    else {
      return LayerWindow(
        layer: tap.layer, activation: activation, largestWeight: .nan, largestProduct: .nan, share: .nan,
        quarterShare: .nan)
    }
    var (inside, small) = (0, 0)
    var (largestWeight, largestProduct) = (0.0, 0.0)
    for unit in (0..<tap.affine.outputs).untilStopped {
      // In descending order, the connections inside the window come first.
      let own = (0..<tap.affine.inputs).map { Double(tap.affine.weight($0, unit).magnitude) }.sorted(by: >)
      largestWeight = max(largestWeight, own[0])
      for sample in 0..<samples {
        let slope = Double(slopes[sample, unit].magnitude)
        largestProduct = max(largestProduct, slope * own[0])
        inside += own.partitioningIndex { slope * $0 < 1 }
        small += own.count - own.partitioningIndex { slope * $0 <= 0.25 }
      }
    }
    let pairs = Double(samples * tap.affine.inputs * tap.affine.outputs)
    return LayerWindow(
      layer: tap.layer, activation: activation, largestWeight: largestWeight, largestProduct: largestProduct,
      share: Double(inside) / pairs, quarterShare: Double(small) / pairs)
  }
}
