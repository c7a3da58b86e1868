// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// An operation that applies an activation: y = φ(z), unit by unit, or the softmax of each sample.
protocol ActivationStep<E>: UnaryOperation {
  var activation: Activation { get }
  /// The loops that compute φ and φ', with the activation's parameter.
  var loops: PointwiseLoops<E> { get }
  var parameter: Double { get }
  /// Counts the pairs of sample and unit whose |φ'(z)| is below `flat`, in passes in training mode. Nil if φ is not
  /// bounded.
  var saturation: SaturationCounter? { get }
  /// 1 % of the largest |φ'(z)|.
  var flat: E { get }
  /// z of the last forward pass. It is overwritten if the pass allowed that.
  var input: Matrix<E>? { get }
  /// ∂L/∂y of the last backward pass.
  var gradient: Matrix<E>? { get }
  /// Allows passes to overwrite z, because nothing else reads it.
  func overwriteInput()
  /// Writes φ'(z) of the last forward pass, which must have kept z, into a matrix of the same shape.
  func writeSlopes(into slopes: Matrix<E>)
}

extension ActivationStep {
  /// Returns whether φ'(z) of the last pass is 0 in real arithmetic at one unit, given what `writeSlopes` wrote there.
  @inline(__always)
  func isFlat(_ row: Int, _ column: Int, slope: E) -> Bool {
    slope == 0 && activation.isFlat(Double(input![row, column]), slope: 0)
  }
}
