// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A step with one input that does not begin a row of the flow table.
protocol UnaryStep<E>: Step {
  /// Returns ∂L/∂x of the last forward pass in numbers with separate exponents. `g` is ∂L/∂y.
  func wideBackward(_ g: WideMatrix, _ pool: ThreadPool) -> WideMatrix
}

extension UnaryStep {
  func wideBackward(
    _ gradients: [WideMatrix], _ pool: ThreadPool, _ visit: (WideTracePoint) -> Void
  ) -> [WideMatrix] {
    [wideBackward(gradients[0], pool)]
  }
}
