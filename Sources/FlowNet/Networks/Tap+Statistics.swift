// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Statistics of a layer in the last pass, for the flow tables. They are meaningless if a stop was requested.
extension Tap {
  /// Returns the mean of φ'(z), or `nil` for softmax. `scratch` is a matrix of the output's shape.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func slopeMean(_ scratch: Matrix<E>) -> Double? {
    guard let activation else { return 1 }
    guard !activation.activation.isSoftmax else { return nil }
    activation.writeSlopes(into: scratch)
    return Reduction.mean(scratch)
  }

  /// Returns the fraction of (sample, unit) pairs whose |φ'(z)| is below 1 % of its largest value, or `nil` if φ is not
  /// bounded.
  func saturatedShare() -> Double? {
    activation?.saturation.map { Double($0.pairs) / Double(affine.output.rows * affine.outputs) }
  }

  /// Whether every pre-activation of the last pass is finite.
  var hasFiniteSignal: Bool {
    let z = affine.output
    return (0..<z.rows).untilStopped.allSatisfy { row in (0..<z.columns).allSatisfy { z[row, $0].isFinite } }
  }

  /// Returns the fraction of units whose δ is 0 for every sample.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func deadShare() -> Double {
    guard let delta = affine.delta else { return 0 }
    return Double(Reduction.zeroColumns(delta)) / Double(delta.columns)
  }

  /// Returns the number of units whose δ is 0 for every sample because the slope is 0 or because they receive no
  /// gradient. A slope that underflowed to 0 does not count. `lost` is true for the samples whose gradient underflowed
  /// in a later layer.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func deadUnits(to next: Tap<E>?, lost: [Bool], _ scratch: Matrix<E>) -> Int {
    guard let delta = affine.delta else { return 0 }
    // A normalisation can stop gradients, too, so the slopes do not explain all zeros.
    guard let activation, let g = activation.gradient, !activation.activation.isSoftmax, normalization == nil else {
      return lost.contains(true) ? 0 : Reduction.zeroColumns(delta)
    }
    activation.writeSlopes(into: scratch)
    let stop = StopToken.current
    return (0..<delta.columns).count { unit in
      (0..<delta.rows).allSatisfy { row in
        guard delta[row, unit] == 0, !stop.isRequested else { return false }
        if activation.isFlat(row, unit, slope: scratch[row, unit]) { return true }
        return g[row, unit] == 0 && !lost[row] && !losesProduct(to: next, row, unit)
      }
    }
  }

  /// Returns whether a product of the next layer's weights and gradients that contributes to a unit's gradient
  /// underflows in the element type.
  private func losesProduct(to next: Tap<E>?, _ row: Int, _ unit: Int) -> Bool {
    guard let next, let delta = next.affine.delta, next.affine.inputs > unit else { return false }
    return (0..<delta.columns).contains { column in
      // In networks with dead units, most gradients are 0, and reading the weight takes much longer.
      let gradient = delta[row, column]
      guard gradient != 0 else { return false }
      let weight = next.affine.weight(unit, column)
      return weight != 0 && (weight * gradient).magnitude < E.leastNormalMagnitude
    }
  }

  /// Returns, for each sample, whether a gradient that was not stopped by a slope or weight of zero underflowed in the
  /// element type, here or, according to `lostBehind`, in a later layer.
  ///
  /// `next` is the layer after this one. In a layer whose activation is fused with the loss, nothing can underflow.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func lostSamples(to next: Tap<E>?, lostBehind: [Bool], isFused: Bool, _ scratch: Matrix<E>) -> [Bool] {
    // Without an activation, the gradient from the next layer is δ itself, unless a normalisation lies in between,
    // which may have stopped it.
    let arriving = activation?.gradient ?? (normalization == nil ? affine.delta : nil)
    guard !isFused, let g = arriving else { return lostBehind }
    let pointwise = activation.flatMap { $0.activation.isSoftmax ? nil : $0 }
    if let pointwise { pointwise.writeSlopes(into: scratch) } else { scratch.fill(1) }
    let stop = StopToken.current
    return (0..<g.rows).map { row in
      if stop.isRequested { return false }
      return (0..<g.columns).contains { unit in
        let (slope, gradient) = (scratch[row, unit], g[row, unit])
        // A nonzero product did not underflow, even if a normalisation before the activation then stops it.
        if slope * gradient != 0 || pointwise?.isFlat(row, unit, slope: slope) ?? false { return false }
        if stop.isRequested { return false }
        return gradient != 0 || lostBehind[row] || losesProduct(to: next, row, unit)
      }
    }
  }
}
