// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// A network computed as if every number had to be in a given format.
///
/// The parameters, samples and targets are rounded first. Then the result of every operation is rounded, including
/// those inside residual blocks, forward and backward, and so are the gradients of the loss and of the parameters. An
/// operation rounds once: a product accumulates in the arithmetic of the element type, like hardware with wide
/// accumulators, and an elementary function or a normalisation keeps its intermediate results in it.
final class FormatReplay<E: Element> {
  private let engine: Engine<E>
  private let format: NumberFormat
  private let samples: Int
  private let pass: Pass
  private let plan: Plan<E>
  /// The gradient of the loss before scaling and rounding.
  private let lossGradient: Buffer<E>

  /// Runs the forward pass over some rows of the data. Returns `nil` if a stop is requested. The replay takes
  /// ownership of the engine.
  @specialized(where E == Float)
  @specialized(where E == Double)
  init?(
    _ engine: Engine<E>, _ format: NumberFormat, _ data: DataSet, _ rows: [Int32], _ loss: Loss, _ pool: ThreadPool
  ) {
    self.engine = engine
    self.format = format
    samples = rows.count
    // The replay reproduces a training step, including slopes computed from rounded outputs.
    var pass = Pass.measuring(pool)
    pass.isPrecise = false
    self.pass = pass
    for parameter in engine.parameters { format.round(parameter.values.pointer, parameter.count, pool) }
    plan = engine.plan(.measuring(samples), loss)
    plan.load(data, rows, pool)
    format.round(plan.input, pool)
    format.round(plan.target, pool)
    let isComplete = plan.forwardVisiting(pass) { _, written in
      for value in written { format.round(value, pool) }
    }
    guard isComplete else { return nil }
    _ = plan.loss(loss)
    let gradient = plan.lossGradient
    lossGradient = Buffer(rows: samples, columns: gradient.columns)
    lossGradient.pointer.update(from: gradient.pointer, count: gradient.count)
  }

  /// Runs the backward pass for the loss times 2^`exponent`. Can be called repeatedly. Returns false if a stop
  /// is requested.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(scaledBy exponent: Int) -> Bool {
    let g = plan.lossGradient
    for i in 0..<g.count { g.pointer[i] = E(unscaled(Double(lossGradient.pointer[i]), by: -exponent)) }
    format.round(g, pass.pool)
    let isComplete = plan.backwardVisiting(
      pass,
      after: { _, _, written in
        for gradient in written { format.round(gradient, pass.pool) }
      })
    guard isComplete else { return false }
    plan.setParameterGradients(pass)
    for parameter in engine.parameters { format.round(parameter.gradients.pointer, parameter.count, pass.pool) }
    return true
  }

  /// The useful exponents of the loss scale: below the range, the gradient of the loss underflows to 0, and above the
  /// range, it overflows.
  var scales: ClosedRange<Int> {
    var top = 0.0
    for i in 0..<plan.lossGradient.count { top = max(top, abs(Double(lossGradient.pointer[i]))) }
    guard top > 0, top.isFinite else { return 0...0 }
    let own = Int(top.exponent)
    return min(Int(format.smallest.exponent) - own, 0)...max(Int(format.largest.exponent) - own, 0)
  }

  /// Returns the gradients of the last backward pass, layer by layer.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func layers(against reference: PrecisionReference) -> [ReplayedLayer] {
    plan.taps.indices.map { index in
      let tap = plan.taps[index]
      let delta = tap.affine.delta!
      let isAlive = reference.alive(index)
      var (alive, lost, broken) = (0, 0, 0)
      for row in 0..<samples {
        for unit in 0..<delta.columns {
          let own = delta[row, unit]
          if !own.isFinite { broken += 1 }
          guard isAlive[row * delta.columns + unit] else { continue }
          alive += 1
          if own == 0 { lost += 1 }
        }
      }
      let weight = tap.affine.weight
      return ReplayedLayer(
        delta: Double(samples) * plan.rms(delta), zero: alive == 0 ? 0 : Double(lost) / Double(alive),
        nonfinite: Double(broken) / Double(samples * delta.columns),
        gradNorm: Reduction.norm(weight.gradients.pointer, weight.count),
        hasFiniteParameterGradients: tap.parameters.allSatisfy {
          Reduction.isFinite($0.gradients.pointer, $0.count)
        }, saturated: tap.saturatedShare(), isAlive: alive > 0)
    }
  }
}

/// The gradients of a layer after a replay, still multiplied by the loss scale.
struct ReplayedLayer {
  /// rms(δ) for the loss of one sample.
  let delta: Double
  /// The fraction of zeros among the gradients that are not 0 in the reference.
  let zero: Double
  /// The fraction of values that are not finite, among all (sample, unit) pairs.
  let nonfinite: Double
  /// ‖∂L/∂W‖.
  let gradNorm: Double
  let hasFiniteParameterGradients: Bool
  let saturated: Double?
  /// Whether the layer has any gradient in the reference.
  let isAlive: Bool

  /// Whether no useful gradient arrives at this layer.
  var isLost: Bool { zero == 1 || nonfinite > 0 }
  var overflows: Bool { nonfinite > 0 || !hasFiniteParameterGradients }
}

extension NumberFormat {
  fileprivate func round<E: Element>(_ x: Matrix<E>, _ pool: ThreadPool) { round(x.pointer, x.count, pool) }
}
