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

    @inline(__always)
    func read() -> LayerGradients {
      LayerGradients(
        deltaNorm: Reduction.norm(delta.pointer, delta.count), saturatedPairs: saturation?.pairs,
        deadUnits: Reduction.zeroColumns(delta))
    }
  }

  let all: UnsafeMutableBufferPointer<Gauge>

  /// Forward and backward pass are connected.
  init(_ probes: [LayerProbe<E>]) {
    all = .allocate(capacity: probes.count)
    _ = all.initialize(from: probes.map { Gauge(delta: $0.dense.delta!, saturation: $0.activation?.saturation) })
  }

  deinit { all.deallocate() }
}

extension Engine {
  /// Measures every dense layer of the last pass over `samples` samples; `layers` has an entry for each.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func measure(
    _ gradient: LossGradient<E>, _ samples: Int, into layers: UnsafeMutableBufferPointer<LayerGradients>,
    _ pool: ThreadPool
  ) {
    pool.run(probes.count, elements: samples * measuredUnits, (gauges!.all, layers)) { context, range in
      let (gauges, layers) = context
      for index in range { layers[index] = gauges[index].read() }
    }
    guard layers.contains(where: { $0.deltaNorm == 0 }) else { return }
    keepGradients(gradient, pool)
    var lostBehind = false
    for index in layers.indices.reversed() {
      guard layers[index].deltaNorm == 0 else {
        lostBehind = false
        continue
      }
      let probe = probes[index]
      lostBehind = probe.losesGradient(
        to: index + 1 < probes.count ? probes[index + 1] : nil, lostBehind: lostBehind,
        isFused: gradient.isFused(probe), scratch(samples, probe.dense.outputs))
      layers[index].underflows = lostBehind
    }
  }
}
