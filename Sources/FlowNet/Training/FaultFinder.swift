// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Finds the first number of a step that is not finite, in the order in which the step computes them.
struct FaultFinder<E: Element> {
  let engine: Engine<E>
  let step: Int

  /// After the forward pass: pre-activations and activations from the input on, then the loss.
  ///
  /// An activation that is not finite shows in the next layer's pre-activation or in the loss.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ loss: Double) -> Fault? {
    let isFine = engine.probes.allSatisfy { probe in
      probe.dense.output.map { Reduction.isFinite($0.pointer, $0.count) } ?? true
    }
    return isFine && loss.isFinite ? nil : firstOffender(loss)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  private func firstOffender(_ loss: Double) -> Fault? {
    for probe in engine.probes {
      guard let z = probe.dense.output else { continue }
      if let value = offender(z) {
        return Fault(
          step: step, layer: probe.layer, quantity: .preActivation, value: value,
          cause: "the largest weight is \(largest(probe.dense.weight.values)), the largest input "
            + largest(probe.dense.input!))
      }
      if let y = probe.activation?.output, let value = offender(y) {
        return Fault(
          step: step, layer: probe.layer, quantity: .activation, value: value,
          cause: "the largest pre-activation is \(largest(z))")
      }
    }
    guard !loss.isFinite else { return nil }
    return Fault(
      step: step, layer: nil, quantity: .loss, value: loss,
      cause: "the largest output is \(engine.probes.last?.output.map(largest) ?? "")")
  }

  /// After the backward pass: deltas and gradients from the output back.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward() -> Fault {
    for probe in engine.probes.reversed() {
      guard let delta = probe.dense.delta else { continue }
      // What stands between δ and the output comes first on the way back.
      let behind = probe.normalization.map { [$0.scale.gradients, $0.shift.gradients] } ?? []
      let matrices = behind + [delta, probe.dense.weight.gradients, probe.dense.bias.gradients]
      for matrix in matrices {
        guard let value = offender(matrix) else { continue }
        let above = probe.layer < engine.probes.count ? engine.probes[probe.layer].dense : nil
        let cause =
          above.map { "in layer \(probe.layer + 1) the largest weight is \(largest($0.weight.values))" }
          ?? "the largest output is \(largest(probe.output!))"
        return Fault(step: step, layer: probe.layer, quantity: .gradient, value: value, cause: cause)
      }
    }
    return Fault(
      step: step, layer: nil, quantity: .gradient, value: .infinity,
      cause: "a gradient beside the path of dense layers")
  }

  /// After the update: weights and biases from the input on.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func update(_ sums: [UpdateSums]) -> Fault? {
    for (parameter, sum) in zip(engine.parameters, sums) where !sum.weights.isFinite || !sum.change.isFinite {
      // A sum of squares may overflow where no number does.
      guard let value = offender(parameter.values) else { continue }
      return Fault(
        step: step, layer: parameter.layer, quantity: .weight, value: value,
        cause: "the largest gradient is \(largest(parameter.gradients))")
    }
    return nil
  }

  /// The first element that is not finite.
  private func offender(_ matrix: Matrix<E>) -> Double? {
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns where !matrix[row, column].isFinite { return Double(matrix[row, column]) }
    }
    return nil
  }

  private func largest(_ matrix: Matrix<E>) -> String {
    var top: E = 0
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns { top = max(top, abs(matrix[row, column])) }
    }
    return "\(Float(top))"
  }
}
