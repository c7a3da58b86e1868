// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Engine {
  /// Returns whether a scaled backward pass has lost no number to the limited range of the element type: every gradient
  /// that is 0 or has few digits left is 0 in real arithmetic, and every non-finite value results from non-finite
  /// values.
  ///
  /// Each operation is checked separately. A zero is right if it results from zeros, from a flat slope or from a
  /// dropped unit. Any other zero may be a product that underflowed, or a sum whose terms cancel; only `WideBackward`
  /// can tell them apart. The result is meaningless if a stop was requested.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func isInRange(_ gradient: LossGradient<E>, _ scales: GradientScales) -> Bool {
    let stop = StopToken.current
    var g = gradient.matrix
    for index in stride(from: gradient.operations - 1, through: 0, by: -1) {
      if stop.isRequested { return true }
      let step = scales.exponents[max(index - 1, 0)] - scales.exponents[index]
      guard isInRange(operations[index], &g, RangeCheck(scaledBy: step, scratch: scratch)) else { return false }
    }
    return true
  }

  /// Checks one operation, and replaces `g`, the gradient of its output, by that of its input.
  private func isInRange(_ operation: any Operation<E>, _ g: inout Matrix<E>, _ check: RangeCheck<E>) -> Bool {
    let arriving = g
    g = operation.inputGradient ?? g
    var branch = arriving
    // Operations inside a block are not scaled.
    for inner in operation.body.reversed() where !isInRange(inner, &branch, check.scaled(by: 0)) { return false }
    return operation.isInRange(arriving, branch: branch, check)
  }
}
