// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// What is measured of a dense layer between the backward pass and the update.
struct LayerGradients {
  /// ‖δ‖ of the mean loss.
  var deltaNorm = 0.0
  /// Pairs of sample and unit; nil where the activation is not bounded.
  var saturatedPairs: Int?
  var deadUnits = 0
  /// True where δ is 0 because it has become too small for the element type.
  var underflows = false
}

/// Where the dense layers of a connected network keep what is measured of them: looking for it costs more in a narrow
/// network than the measuring.
final class LayerGauges<E: Element> {
  struct Gauge {
    let delta: Matrix<E>
    let saturation: SaturationCounter?
    /// Whether a slope that is not 0 may be rounded to 0.
    let losesSlope: Bool

    @inline(__always)
    func read() -> LayerGradients {
      LayerGradients(
        deltaNorm: Reduction.norm(delta.pointer, delta.count), saturatedPairs: saturation?.pairs,
        deadUnits: Reduction.zeroColumns(delta))
    }

    /// Whether what was read may be the rounding of a training step's formulas.
    func isDoubtful(_ layer: LayerGradients) -> Bool { layer.deltaNorm == 0 || layer.deadUnits > 0 && losesSlope }
  }

  let all: UnsafeMutableBufferPointer<Gauge>

  /// Forward and backward pass are connected.
  init(_ taps: [Tap<E>]) {
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
  /// Measures every dense layer of the last training pass, over `samples` samples; `layers` has an entry for each.
  ///
  /// The gradients are those of the training step. If they would make a layer or a saturated unit look dead, the pass is
  /// repeated precisely and measured instead. Returns whether it was, because later passes are then cheaper to repeat if
  /// they overwrite nothing.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func measure(
    _ loss: Loss, samples: Int, into layers: UnsafeMutableBufferPointer<LayerGradients>, _ pass: Pass
  ) -> Bool {
    readGauges(samples, into: layers, pass.pool)
    guard layers.indices.contains(where: { gauges!.all[$0].isDoubtful(layers[$0]) }), !pass.stop.isRequested else {
      return false
    }
    let gradient = repeatPrecisely(loss, samples: samples, pass)
    readGauges(samples, into: layers, pass.pool)
    var lost = LossSlopes(self, loss, rows: samples).lostSamples(gradient.matrix)
    for index in layers.indices.reversed() where !pass.stop.isRequested {
      let tap = taps[index]
      let isFused = gradient.isFused(tap)
      let scratch = scratch(samples, tap.affine.outputs)
      let next = index + 1 < taps.count ? taps[index + 1] : nil
      let lostBehind = lost
      lost = tap.lostSamples(to: next, lostBehind: lostBehind, isFused: isFused, scratch)
      if layers[index].deltaNorm == 0 { layers[index].underflows = lost.contains(true) }
      if layers[index].deadUnits > 0, !isFused {
        layers[index].deadUnits = tap.deadUnits(to: next, lost: lostBehind, scratch)
      }
    }
    return true
  }

  private func readGauges(
    _ samples: Int, into layers: UnsafeMutableBufferPointer<LayerGradients>, _ pool: ThreadPool
  ) {
    pool.run(taps.count, elements: samples * measuredUnits, (gauges!.all, layers)) { context, range in
      let (gauges, layers) = context
      for index in range { layers[index] = gauges[index].read() }
    }
  }
}
