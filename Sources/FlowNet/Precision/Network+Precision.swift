// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// A row of the precision table: the gradient at a dense layer, computed in a number format.
///
/// The loss is the mean over the samples, as in a training step with a batch of that size. The gradient ∂L/∂z, which
/// must fit the format, is therefore ∂ℓ/∂z divided by the number of samples, where ℓ is the loss of one sample.
public struct PrecisionFlow: Sendable {
  /// The layer, counted from 1 at the input.
  public let layer: Int
  /// The format of every number in this row.
  public let format: NumberFormat
  /// rms(∂ℓ/∂z) over samples and units, without the loss scale, as in the flow table.
  public let deltaRMS: Double
  /// The fraction of (sample, unit) pairs for which the format rounds a nonzero gradient ∂L/∂z to 0. Gradients that
  /// are 0 in f64 too, because of a slope or weight of 0, are not counted.
  public let zero: Double
  /// The fraction of all (sample, unit) pairs whose ∂L/∂z is infinite or NaN.
  public let nonfinite: Double
  /// ‖∂L/∂W‖, without the loss scale.
  public let gradNorm: Double
  /// The state of the layer: `underflow` if the fraction of gradients rounded to 0 exceeds the threshold, `nan` also
  /// if a gradient of the layer's parameters is not finite.
  public let state: FlowState
  /// The number of layers below the last one at which the format loses the gradient all the way to the input: every
  /// gradient is 0, or some are not finite. `nil` if the gradient arrives.
  public let cliff: Int?
  /// The predicted value of `cliff` for a network of any depth. `nil` if the gradient neither shrinks nor grows.
  public let cliffTheory: Int?
  /// A power of two by which to multiply the loss so that the state of no layer is `underflow` or `nan`. `nil` if none
  /// is needed, or if no scale helps.
  public let lossScale: Double?
}

extension Network {
  /// Replays a forward and a backward pass over the first `limit` samples, with every result rounded to each of the
  /// formats. Returns the rows of the first format, layer by layer, then those of the next.
  ///
  /// The loss is multiplied by 2^`lossExponent` for the backward pass. The passes run in training mode, like those of
  /// `flow`, and do not change the network, except that initial values that depend on data are calibrated first. The
  /// network's own precision has no effect. Returns no rows if a stop is requested.
  public func precisionFlow(
    _ data: DataSet, formats: [NumberFormat], loss: Loss, lossExponent: Int, limit: Int,
    thresholds: FlowThresholds, pool: ThreadPool
  ) throws(NetworkError) -> [PrecisionFlow] {
    try checkFlow(data, loss, limit)
    let rows = (0..<min(limit, data.samples)).map(Int32.init)
    calibrate(data, pool)
    try requireCopy(in: .f64)
    let exact = converted(to: .f64)
    try exact.check(rows: rows.count)
    guard let reference = PrecisionReference(exact.compiled(Double.self), data, rows, loss, pool) else { return [] }
    var result: [PrecisionFlow] = []
    for format in formats.untilStopped {
      func replayed(_ engine: some CompiledNetwork) -> [PrecisionFlow] {
        FormatReplay(engine.typed, format, data, rows, loss, pool)?
          .table(format, reference, lossExponent, thresholds) ?? []
      }
      try requireCopy(in: format.arithmetic)
      let own = replayed(converted(to: format.arithmetic).engine)
      result += own
    }
    return StopToken.current.isRequested ? [] : result
  }
}

extension FormatReplay {
  /// Returns the rows of one format.
  @specialized(where E == Float)
  @specialized(where E == Double)
  fileprivate func table(
    _ format: NumberFormat, _ reference: PrecisionReference, _ lossExponent: Int, _ thresholds: FlowThresholds
  ) -> [PrecisionFlow] {
    func replayed(_ exponent: Int) -> [ReplayedLayer]? {
      backward(scaledBy: exponent) ? layers(against: reference) : nil
    }
    guard let layers = replayed(lossExponent) else { return [] }
    let lossScale = LossScale.remedy(from: lossExponent, in: scales) { exponent in
      (exponent == lossExponent ? layers : replayed(exponent)).map { layers in
        LossScale.Outcome(
          underflows: layers.contains { $0.zero > thresholds.share }, overflows: layers.contains(where: \.overflows))
      }
    }
    // A shortcut may bypass the last layer.
    let last = layers.last { $0.delta != 0 }?.delta ?? 0
    let cliff = cliff(layers)
    let cliffTheory = reference.cliff(format, lossExponent: lossExponent)
    return layers.indices.map { index in
      let own = layers[index]
      let evidence = FlowEvidence(
        isFinite: !own.overflows, hasLossGradient: reference.hasLossGradient, underflows: own.zero > thresholds.share,
        ratio: own.delta / last, saturated: own.saturated, dead: reference.dead(index))
      return PrecisionFlow(
        layer: index + 1, format: format, deltaRMS: unscaled(own.delta, by: lossExponent), zero: own.zero,
        nonfinite: own.nonfinite, gradNorm: unscaled(own.gradNorm, by: lossExponent),
        state: evidence.verdict(thresholds), cliff: cliff, cliffTheory: cliffTheory,
        lossScale: lossScale.map { unscaled(1, by: -$0) })
    }
  }

  /// Returns the position, counted down from the last layer, of the lost layer nearest to the loss below which all
  /// layers are lost. Layers without a gradient in the reference are ignored.
  private func cliff(_ layers: [ReplayedLayer]) -> Int? {
    let arriving = layers.firstIndex { $0.isAlive && !$0.isLost } ?? layers.count
    return layers[..<arriving].lastIndex { $0.isAlive && $0.isLost }.map { layers.count - 1 - $0 }
  }
}
