// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// What is measured of a dense layer between the backward pass and the update.
struct LayerGradients {
  let weightNorm: Double
  let gradNorm: Double
  let biasGradNorm: Double
  let deltaRMS: Double
  let saturated: Double?
  let dead: Double
  /// True where δ is 0 although some slope lets the gradient through.
  let underflows: Bool
  /// The position of the layer's weight among all parameters.
  let weightIndex: Int

  /// One per dense layer of the last step's pass over `samples` samples.
  @specialized(where E == Float)
  @specialized(where E == Double)
  static func measure<E: Element>(_ engine: Engine<E>, _ samples: Int) -> [LayerGradients] {
    var position = 0
    return engine.probes.map { probe in
      while engine.parameters[position] !== probe.dense.weight { position += 1 }
      let weight = probe.dense.weight
      let bias = probe.dense.bias
      let delta = probe.dense.delta!
      let norm = Reduction.norm(delta.pointer, delta.count)
      let scratch = engine.scratch(samples, probe.dense.outputs)
      return LayerGradients(
        weightNorm: Reduction.norm(weight.values.pointer, weight.count),
        gradNorm: Reduction.norm(weight.gradients.pointer, weight.count),
        biasGradNorm: Reduction.norm(bias.gradients.pointer, bias.count),
        deltaRMS: Double(samples) * norm / Double(delta.rows * delta.columns).squareRoot(),
        saturated: probe.saturatedShare(scratch), dead: probe.deadShare(),
        underflows: norm == 0 && probe.passesGradient(scratch), weightIndex: position)
    }
  }
}
