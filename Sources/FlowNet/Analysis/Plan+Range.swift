// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Plan {
  /// Returns whether a scaled backward pass has lost no number to the limited range of the element type: every gradient
  /// that is 0 or has few digits left is 0 in real arithmetic, and every non-finite value results from non-finite
  /// values.
  ///
  /// Each step is checked separately. A zero is right if it results from zeros, from a flat slope or from a
  /// dropped unit. Any other zero may be a product that underflowed, or a sum whose terms cancel; only `WideBackward`
  /// can distinguish them. The result is meaningless if a stop was requested.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func isInRange(_ scales: GradientScales) -> Bool {
    let stop = StopToken.current
    for index in (0..<backwardCount).reversed() {
      if stop.isRequested { return true }
      guard let step = steps[index] else { continue }
      let check = RangeCheck<E>(
        scaledBy: scales.atInput(0, of: index, graph) - scales.nodes[index], scratch: scratch)
      guard step.isInRange(check) else { return false }
    }
    return true
  }
}
