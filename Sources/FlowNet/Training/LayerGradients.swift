// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// What is measured of a dense layer between the backward pass and the update.
struct LayerGradients {
  var weightNorm = 0.0
  var gradNorm = 0.0
  var biasGradNorm = 0.0
  var deltaRMS = 0.0
  var saturated: Double?
  var dead = 0.0
  /// True where δ is 0 because it has become too small for the element type.
  var underflows = false

  /// Measures every dense layer of the last pass over `samples` samples; `layers` holds one entry for each.
  @specialized(where E == Float)
  @specialized(where E == Double)
  static func measure<E: Element>(
    _ engine: Engine<E>, _ gradient: LossGradient<E>, _ samples: Int, into layers: inout [LayerGradients]
  ) {
    var lostBehind = false
    for index in stride(from: engine.probes.count - 1, through: 0, by: -1) {
      let probe = engine.probes[index]
      let weight = probe.dense.weight
      let bias = probe.dense.bias
      let delta = probe.dense.delta!
      let norm = Reduction.norm(delta.pointer, delta.count)
      let scratch = engine.scratch(samples, probe.dense.outputs)
      if norm == 0 {
        lostBehind = probe.losesGradient(
          to: index + 1 < engine.probes.count ? engine.probes[index + 1] : nil, lostBehind: lostBehind,
          isFused: gradient.isFused(probe), scratch)
      } else {
        lostBehind = false
      }
      layers[index] = LayerGradients(
        weightNorm: Reduction.norm(weight.values.pointer, weight.count),
        gradNorm: Reduction.norm(weight.gradients.pointer, weight.count),
        biasGradNorm: Reduction.norm(bias.gradients.pointer, bias.count),
        deltaRMS: Double(samples) * norm / Double(delta.rows * delta.columns).squareRoot(),
        saturated: probe.saturatedShare(scratch), dead: probe.deadShare(), underflows: lostBehind)
    }
  }
}
