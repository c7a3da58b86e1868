// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// An operation with one input.
protocol UnaryOperation<E>: Operation {
  /// Receives the input of the next pass, and returns the place of the output, which may be that of the input.
  func connect(_ x: Matrix<E>, _ pass: Pass) -> Matrix<E>
  /// Receives `g` = ∂L/∂y, and returns the place of ∂L/∂x. The result is ignored unless `needsInput`.
  func connectBackward(_ g: Matrix<E>, needsInput: Bool, _ memory: GradientMemory<E>) -> Matrix<E>
  /// Returns whether ∂L/∂x of the last pass lost nothing to the range of the element type. `g` is ∂L/∂y.
  func isInRange(_ g: Matrix<E>, _ check: RangeCheck<E>) -> Bool
  /// Returns ∂L/∂x of the last forward pass, or nil if it is ∂L/∂y itself.
  func wideBackward(_ g: WideMatrix, _ pool: ThreadPool) -> WideMatrix?
}

extension UnaryOperation {
  func connect(_ inputs: Wires<E>, _ pass: Pass) -> Matrix<E> { connect(inputs[0], pass) }

  func connectBackward(_ site: BackwardSite<E>) {
    let gradient = connectBackward(site.gradients[0], needsInput: site.needsGradient(input: 0), site.memory)
    site.inputGradients[0] = gradient
  }

  func isInRange(_ gradients: Wires<E>, _ check: RangeCheck<E>) -> Bool { isInRange(gradients[0], check) }

  func wideBackward(_ gradients: [WideMatrix], _ pool: ThreadPool) -> [WideMatrix]? {
    wideBackward(gradients[0], pool).map { [$0] }
  }
}
