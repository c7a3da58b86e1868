// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Finds the first value of a step that is not finite, in the order of computation.
struct FaultFinder<E: Element> {
  let engine: Engine<E>
  let step: Int

  /// Checks a forward pass: first the pre-activations and activations, starting at the input,
  /// then the loss.
  ///
  /// A non-finite activation is detected through the next layer's pre-activation or through the loss.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ loss: Double, _ plan: Plan<E>, _ pass: Pass) -> Fault? {
    if pass.watch!.isFinite && loss.isFinite { return nil }
    // Repeat the pass without overwriting, so that all pre-activations are available.
    let keeping = engine.plan(.forward(plan.mode.samples))
    keeping.forward(pass)
    return firstOffender(loss, keeping)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  private func firstOffender(_ loss: Double, _ plan: Plan<E>) -> Fault? {
    if let value = offender(plan.input) { return fault(nil, .input, value, []) }
    for tap in plan.taps {
      let z = tap.affine.output
      for parameter in tap.affine.parameters {
        if let value = offender(parameter.values) { return fault(tap.layer, .weight, value, []) }
      }
      if let value = offender(z) {
        return fault(
          tap.layer, .preActivation, value,
          [largest("weight", tap.affine.weight.values), largest("input", tap.affine.input)])
      }
      if let y = tap.activation?.output, let value = offender(y) {
        return fault(tap.layer, .activation, value, [largest("pre-activation", z)])
      }
    }
    guard !loss.isFinite else { return nil }
    return fault(nil, .loss, loss, plan.taps.last.map { [largest("output", $0.output)] } ?? [])
  }

  /// Checks the backward pass: deltas and gradients, starting at the output.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ plan: Plan<E>) -> Fault {
    for tap in plan.taps.reversed() {
      guard let delta = tap.affine.delta else { continue }
      // In the backward pass, the normalisation between δ and the output is computed first.
      let behind = tap.normalization?.site.parameters.map(\.parameter) ?? []
      let offenders =
        behind.map { offender($0.gradients) } + [offender(delta)]
        + tap.affine.parameters.map { offender($0.gradients) }
      if let value = offenders.compactMap(\.self).first {
        let above = tap.layer < plan.taps.count ? plan.taps[tap.layer].affine : nil
        let cause =
          above.map { largest("weight of layer \(tap.layer + 1)", $0.weight.values) }
          ?? largest("output", tap.output)
        return fault(tap.layer, .gradient, value, [cause])
      }
    }
    return fault(nil, .gradient, .infinity, [])
  }

  /// Checks the update: weights and biases, starting at the input.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func update(_ sums: UnsafeMutableBufferPointer<UpdateSums>) -> Fault? {
    for index in sums.indices where !sums[index].weights.isFinite || !sums[index].change.isFinite {
      let parameter = engine.parameters[index]
      // A sum of squares may overflow even if all values are finite.
      guard let value = offender(parameter.values) else { continue }
      return fault(parameter.layer, .weight, value, [largest("gradient", parameter.gradients)])
    }
    return nil
  }

  private func fault(_ layer: Int?, _ quantity: Fault.Quantity, _ value: Double, _ causes: [Fault.Cause]) -> Fault {
    Fault(step: step, layer: layer, quantity: quantity, value: value, causes: causes)
  }

  /// Returns the first element that is not finite, or `nil` if all are.
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

/// A two-dimensional table of elements with any memory layout.
private protocol ElementTable {
  associatedtype E: Element
  var rows: Int { get }
  var columns: Int { get }
  subscript(row: Int, column: Int) -> E { get }
}

extension Matrix: ElementTable {}
extension Panels: ElementTable {}
