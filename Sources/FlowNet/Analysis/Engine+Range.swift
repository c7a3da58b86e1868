// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Engine {
  /// Whether a scaled backward pass has lost no number to the range of the element type: every gradient in it that is 0 or
  /// has few digits left is 0 in real arithmetic, and whatever is not finite came of numbers that are not.
  ///
  /// Each operation is looked at alone. A zero is right where it comes from zeros, from a flat slope or a dropped unit; any
  /// other one may be a product that underflowed, or a sum whose terms cancel. Only `WideBackward` can tell them apart.
  /// After a request to stop the answer means nothing.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func isInRange(_ gradient: LossGradient<E>, _ scales: GradientScales, unless isStopped: () -> Bool) -> Bool {
    var g = gradient.matrix
    for index in stride(from: gradient.operations - 1, through: 0, by: -1) {
      if isStopped() || StopToken.current.isRequested { return true }
      let step = scales.exponents[max(index - 1, 0)] - scales.exponents[index]
      guard isInRange(operations[index], &g, RangeCheck(self, scaledBy: step)) else { return false }
    }
    return true
  }

  /// Looks at one operation, and takes `g` from the gradient of its output to that of its input.
  private func isInRange(_ operation: any Operation<E>, _ g: inout Matrix<E>, _ check: RangeCheck<E>) -> Bool {
    let arriving = g
    g = operation.inputGradient ?? g
    var branch = arriving
    // What is inside a block is not scaled.
    for inner in operation.body.reversed() where !isInRange(inner, &branch, check.scaled(by: 0)) { return false }
    return operation.isInRange(arriving, branch: branch, check)
  }
}
