// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The part of a step that applies an activation: y = φ(z), unit by unit, or the softmax of each sample.
protocol ActivationRow<E>: AnyObject {
  associatedtype E: Element
  var activation: Activation { get }
  /// Counts the pairs of sample and unit whose |φ'(z)| is below 1 % of its largest value, in passes in training mode. Nil
  /// if φ is not bounded.
  var saturation: SaturationCounter? { get }
  /// z. It is overwritten if the pass allowed that.
  var input: Matrix<E> { get }
  /// y.
  var output: Matrix<E> { get }
  /// ∂L/∂y, or nil if the pass does not compute it.
  var gradient: Matrix<E>? { get }
  /// Writes φ'(z) of the last forward pass, which must have kept z, into a matrix of the same shape.
  func writeSlopes(into slopes: Matrix<E>)
}

extension ActivationRow {
  /// Returns whether φ'(z) of the last pass is 0 in real arithmetic at one unit, given what `writeSlopes` wrote there.
  @inline(__always)
  func isFlat(_ row: Int, _ column: Int, slope: E) -> Bool {
    slope == 0 && activation.isFlat(Double(input[row, column]), slope: 0)
  }
}

/// A step that is a single activation.
protocol ActivationStep<E>: UnaryStep, ActivationRow {
  /// The loops that compute φ and φ', with the activation's parameter.
  var loops: PointwiseLoops<E> { get }
  var parameter: Double { get }
  /// 1 % of the largest |φ'(z)|.
  var flat: E { get }
}

extension ActivationStep {
  var role: StepRole<E> { .activation(self) }
}
