// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The measurements of a dense layer between the backward pass and the update.
struct LayerGradients {
  /// ‖δ‖, where δ = ∂L/∂z and L is the mean loss.
  var deltaNorm = 0.0
  /// The number of saturated (sample, unit) pairs, or nil if the activation is not bounded.
  var saturatedPairs: Int?
  var deadUnits = 0
  /// Whether δ is 0 because it underflowed in the element type.
  var underflows = false
}

/// References to the data that is measured for each dense layer of a plan.
///
/// They are collected once, because in a narrow network, looking them up in every step would cost more than measuring.
final class LayerGauges<E: Element> {
  struct Gauge {
    let delta: Matrix<E>
    let saturation: SaturationCounter?
    /// Whether a nonzero slope of the activation can be rounded to 0.
    let losesSlope: Bool

    @inline(__always)
    func read() -> LayerGradients {
      LayerGradients(
        deltaNorm: Reduction.norm(delta.pointer, delta.count), saturatedPairs: saturation?.pairs,
        deadUnits: Reduction.zeroColumns(delta))
    }

    /// Returns whether zeros in the measurement may be rounding errors of the formulas that a training step uses.
    func isDoubtful(_ layer: LayerGradients) -> Bool { layer.deltaNorm == 0 || layer.deadUnits > 0 && losesSlope }
  }

  let all: UnsafeMutableBufferPointer<Gauge>
  /// The total number of units of all layers.
  let units: Int

  /// Creates the gauges of the layers of a plan with a backward pass.
  init(_ taps: [Tap<E>]) {
    units = taps.reduce(0) { $0 + $1.affine.outputs }
    all = .allocate(capacity: taps.count)
    _ = all.initialize(
      from: taps.map { tap in
        Gauge(
          delta: tap.affine.delta!, saturation: tap.activation?.saturation,
          losesSlope: tap.activation.map { !$0.activation.slopeIsMask } ?? false)
      })
  }

  deinit { all.deallocate() }
}

extension Engine {
  /// Measures every dense layer after a training pass. `layers` has one entry per dense layer.
  ///
  /// If the gradients of the training step make a layer or a saturated unit look dead, the pass is repeated with
  /// precise formulas, and the repetition is measured instead. Returns whether that happened. If so, later passes
  /// should overwrite nothing, so that they are cheaper to repeat.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func measure(
    _ plan: Plan<E>, _ loss: Loss, into layers: UnsafeMutableBufferPointer<LayerGradients>, _ pass: Pass
  ) -> Bool {
    plan.readGauges(into: layers, pass.pool)
    guard layers.indices.contains(where: { plan.gauges.all[$0].isDoubtful(layers[$0]) }), !pass.stop.isRequested else {
      return false
    }
    let precise = repeatPrecisely(plan, loss, pass)
    guard precise.isComplete else { return true }
    precise.readGauges(into: layers, pass.pool)
    var lost = LossSlopes(precise, loss).lostSamples(precise.lossGradient)
    for index in layers.indices.reversed() where !pass.stop.isRequested {
      let tap = precise.taps[index]
      let isFused = precise.isFused(tap)
      let scratch = precise.scratch(plan.mode.samples, tap.affine.outputs)
      let next = index + 1 < precise.taps.count ? precise.taps[index + 1] : nil
      let lostBehind = lost
      lost = tap.lostSamples(to: next, lostBehind: lostBehind, isFused: isFused, scratch)
      if layers[index].deltaNorm == 0 { layers[index].underflows = lost.contains(true) }
      if layers[index].deadUnits > 0, !isFused {
        layers[index].deadUnits = tap.deadUnits(to: next, lost: lostBehind, scratch)
      }
    }
    return true
  }

  /// Repeats the last pass of a training step precisely, in a plan that keeps everything. The gradients of the
  /// parameters remain those of the step.
  private func repeatPrecisely(_ plan: Plan<E>, _ loss: Loss, _ pass: Pass) -> Plan<E> {
    var pass = pass
    pass.isPrecise = true
    pass.watch = nil
    let precise = self.plan(.measuring(plan.mode.samples), loss)
    // If the step overwrote nothing, every z is still there.
    if plan.mode.overwrites { precise.forward(pass) }
    _ = precise.loss(loss, isPrecise: true)
    precise.passBack(pass)
    return precise
  }
}

extension Plan {
  fileprivate func readGauges(into layers: UnsafeMutableBufferPointer<LayerGradients>, _ pool: ThreadPool) {
    pool.run(taps.count, elements: mode.samples * gauges.units, (gauges.all, layers)) { context, range in
      let (gauges, layers) = context
      for index in range { layers[index] = gauges[index].read() }
    }
  }
}
