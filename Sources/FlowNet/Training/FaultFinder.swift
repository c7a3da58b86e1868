// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Finds the first number of a step that is not finite, in the order in which the step computes them.
struct FaultFinder<E: Element> {
  let engine: Engine<E>
  let step: Int

  /// After the forward pass over `samples` samples: pre-activations and activations from the input on, then the loss.
  ///
  /// An activation that is not finite shows in the next layer's pre-activation or in the loss.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ loss: Double, samples: Int, _ pass: Pass) -> Fault? {
    if pass.watch!.isFinite && loss.isFinite { return nil }
    // Once more, so that every pre-activation is there to be looked at.
    var keeping = pass
    keeping.overwrites = false
    _ = engine.forward(samples, keeping)
    return firstOffender(loss, samples)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  private func firstOffender(_ loss: Double, _ samples: Int) -> Fault? {
    if let value = offender(engine.input(samples)) { return fault(nil, .input, value, []) }
    for probe in engine.probes {
      guard let z = probe.dense.output else { continue }
      for parameter in [probe.dense.weight, probe.dense.bias] {
        if let value = offender(parameter.values) { return fault(probe.layer, .weight, value, []) }
      }
      if let value = offender(z) {
        return fault(
          probe.layer, .preActivation, value,
          [largest("weight", probe.dense.weight.values), largest("input", probe.dense.input!)])
      }
      if let y = probe.activation?.output, let value = offender(y) {
        return fault(probe.layer, .activation, value, [largest("pre-activation", z)])
      }
    }
    guard !loss.isFinite else { return nil }
    return fault(nil, .loss, loss, engine.probes.last?.output.map { [largest("output", $0)] } ?? [])
  }

  /// After the backward pass: deltas and gradients from the output back.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward() -> Fault {
    for probe in engine.probes.reversed() {
      guard let delta = probe.dense.delta else { continue }
      // What stands between δ and the output comes first on the way back.
      let behind = probe.normalization.map { [$0.scale, $0.shift] } ?? []
      let offenders =
        behind.map { offender($0.gradients) } + [offender(delta)]
        + [probe.dense.weight, probe.dense.bias].map { offender($0.gradients) }
      if let value = offenders.compactMap(\.self).first {
        let above = probe.layer < engine.probes.count ? engine.probes[probe.layer].dense : nil
        let cause =
          above.map { largest("weight of layer \(probe.layer + 1)", $0.weight.values) }
          ?? largest("output", probe.output!)
        return fault(probe.layer, .gradient, value, [cause])
      }
    }
    return fault(nil, .gradient, .infinity, [])
  }

  /// After the update: weights and biases from the input on.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func update(_ sums: UnsafeMutableBufferPointer<UpdateSums>) -> Fault? {
    for index in sums.indices where !sums[index].weights.isFinite || !sums[index].change.isFinite {
      let parameter = engine.parameters[index]
      // A sum of squares may overflow where no number does.
      guard let value = offender(parameter.values) else { continue }
      return fault(parameter.layer, .weight, value, [largest("gradient", parameter.gradients)])
    }
    return nil
  }

  private func fault(_ layer: Int?, _ quantity: Fault.Quantity, _ value: Double, _ causes: [Fault.Cause]) -> Fault {
    Fault(step: step, layer: layer, quantity: quantity, value: value, causes: causes)
  }

  /// The first element that is not finite.
  private func offender<Elements: ElementTable>(_ table: Elements) -> Double? where Elements.E == E {
    for row in 0..<table.rows {
      for column in 0..<table.columns where !table[row, column].isFinite { return Double(table[row, column]) }
    }
    return nil
  }

  private func largest<Elements: ElementTable>(_ quantity: String, _ table: Elements) -> Fault.Cause
  where Elements.E == E {
    var top: E = 0
    for row in 0..<table.rows {
      for column in 0..<table.columns { top = max(top, abs(table[row, column])) }
    }
    return Fault.Cause(quantity: quantity, value: offender(table) ?? Double(top))
  }
}

/// What has elements in rows and columns, however it lies in memory.
private protocol ElementTable {
  associatedtype E: Element
  var rows: Int { get }
  var columns: Int { get }
  subscript(row: Int, column: Int) -> E { get }
}

extension Matrix: ElementTable {}
extension Panels: ElementTable {}
