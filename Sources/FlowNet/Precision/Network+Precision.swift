// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// One row of the precision table: what a number format leaves of the gradient at one dense layer.
///
/// The loss is the mean over the samples, as in a training step with a batch of that size: ∂L/∂z, which must fit the
/// format, is ∂ℓ/∂z over the number of samples, with ℓ the loss of one sample.
public struct PrecisionFlow: Sendable {
  /// The layer, counted from 1 at the input.
  public let layer: Int
  /// The format of every number in this row.
  public let format: NumberFormat
  /// rms(∂ℓ/∂z) over samples and units, as in the flow table; the scale of the loss is taken out again.
  public let deltaRMS: Double
  /// Of the pairs of sample and unit whose gradient ∂L/∂z is not 0, the share for which the format has made it 0. What a
  /// slope or a weight of 0 has stopped in f64 too does not count.
  public let zero: Double
  /// Share of all pairs of sample and unit whose ∂L/∂z is infinite or NaN.
  public let nonfinite: Double
  /// ‖∂L/∂W‖, without the scale of the loss.
  public let gradNorm: Double
  /// The verdict; `underflow` where more than the threshold's share of the gradients has become 0, `nan` also where a
  /// gradient of the layer's parameters is not finite.
  public let state: FlowState
  /// How many layers below the last one the format has no gradient any more, down to the input: every one 0, or some not
  /// finite. Nil where the gradient arrives.
  public let cliff: Int?
  /// The same as predicted, for any depth; nil where the gradient does not shrink or grow.
  public let cliffTheory: Int?
  /// The power of two to multiply the loss by, so that no layer's state is `underflow` or `nan`; nil where all is well as
  /// it is, and where no scale helps.
  public let lossScale: Double?
}

extension Network {
  /// Replays one forward and one backward pass over the first `limit` samples with every result rounded to each of the
  /// formats: the rows of the first format, layer by layer, then those of the next.
  ///
  /// The loss is multiplied by 2^`lossExponent` for the way back. The pass runs in training mode, as that of `flow`, and
  /// changes nothing of the network, but initial values that wait for data are calibrated first. The network's own
  /// precision plays no part. When `isStopped` says so there are no rows.
  public func precisionFlow(
    _ data: DataSet, formats: [NumberFormat], loss: Loss, lossExponent: Int = 0, limit: Int = 1024,
    thresholds: FlowThresholds = FlowThresholds(), pool: ThreadPool, isStopped: () -> Bool = { false }
  ) throws(NetworkError) -> [PrecisionFlow] {
    try checkFlow(data, loss, limit)
    let rows = (0..<min(limit, data.samples)).map(Int32.init)
    calibrate(data, pool)
    try requireCopy(in: .f64)
    let exact = converted(to: .f64)
    try exact.check(rows: rows.count)
    guard case .f64(let engine) = exact.engine,
      let reference = PrecisionReference(engine, data, rows, loss, pool, unless: isStopped)
    else { return [] }
    var result: [PrecisionFlow] = []
    for format in formats {
      let own: [PrecisionFlow]
      try requireCopy(in: format.arithmetic)
      switch converted(to: format.arithmetic).engine {
      case .f32(let engine):
        own =
          FormatReplay(engine, format, data, rows, loss, pool, unless: isStopped)?
          .table(format, reference, lossExponent, thresholds, unless: isStopped) ?? []
      case .f64(let engine):
        own =
          FormatReplay(engine, format, data, rows, loss, pool, unless: isStopped)?
          .table(format, reference, lossExponent, thresholds, unless: isStopped) ?? []
      }
      if isStopped() { return [] }
      result += own
    }
    return result
  }
}

extension FormatReplay {
  /// The rows of one format.
  fileprivate func table(
    _ format: NumberFormat, _ reference: PrecisionReference, _ lossExponent: Int, _ thresholds: FlowThresholds,
    unless isStopped: () -> Bool
  ) -> [PrecisionFlow] {
    func replayed(_ exponent: Int) -> [ReplayedLayer]? {
      backward(scaledBy: exponent, unless: isStopped) ? layers(against: reference) : nil
    }
    guard let layers = replayed(lossExponent) else { return [] }
    let lossScale = LossScale.remedy(from: lossExponent, in: scales) { exponent in
      (exponent == lossExponent ? layers : replayed(exponent)).map { layers in
        LossScale.Outcome(
          underflows: layers.contains { $0.zero > thresholds.share }, overflows: layers.contains(where: \.overflows))
      }
    }
    // A shortcut may go around the last layer.
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

  /// The lost layer nearest to the loss from which on all are lost, counted down from the last one. Layers that have no
  /// gradient anyway say nothing.
  private func cliff(_ layers: [ReplayedLayer]) -> Int? {
    let arriving = layers.firstIndex { $0.isAlive && !$0.isLost } ?? layers.count
    return layers[..<arriving].lastIndex { $0.isAlive && $0.isLost }.map { layers.count - 1 - $0 }
  }
}
