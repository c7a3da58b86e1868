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

extension LayerProbe {
  @inline(__always)
  fileprivate func gradients() -> LayerGradients {
    let delta = dense.delta!
    return LayerGradients(
      deltaNorm: Reduction.norm(delta.pointer, delta.count), saturatedPairs: activation?.saturatedPairs(),
      deadUnits: Reduction.zeroColumns(delta))
  }
}

extension Engine {
  /// Measures every dense layer of the last pass over `samples` samples; `layers` has an entry for each.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func measure(
    _ gradient: LossGradient<E>, _ samples: Int, into layers: UnsafeMutableBufferPointer<LayerGradients>,
    _ pool: ThreadPool
  ) {
    pool.run(probes.count, elements: samples * measuredUnits, (probes, layers)) { context, range in
      for index in range { context.1[index] = context.0[index].gradients() }
    }
    guard layers.contains(where: { $0.deltaNorm == 0 }) else { return }
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
