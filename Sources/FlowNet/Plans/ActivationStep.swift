// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The part of a step that applies an activation: y = φ(z), unit by unit, or the softmax of each sample.
protocol ActivationRow<E>: AnyObject {
  associatedtype E: Element
  var activation: Activation { get }
  /// The counter of (sample, unit) pairs whose |φ'(z)| is below 1 % of its largest value, for passes in training mode,
  /// or nil if φ is not bounded.
  var saturation: SaturationCounter? { get }
  /// z. The activation overwrites it if the plan allows this; see `PlanMode.overwrites`.
  var input: Matrix<E> { get }
  /// y.
  var output: Matrix<E> { get }
  /// ∂L/∂y, or nil if the plan does not compute it.
  var gradient: Matrix<E>? { get }
  /// Writes φ'(z) of the last forward pass, which must have kept z, into a matrix of the same shape.
  func writeSlopes(into slopes: Matrix<E>)
}

extension ActivationRow {
  /// Returns whether φ'(z) of the last pass is 0 in real arithmetic for one sample and unit, given the slope that
  /// `writeSlopes` wrote for them.
  @inline(__always)
  func isFlat(_ row: Int, _ column: Int, slope: E) -> Bool {
    slope == 0 && activation.isFlat(Double(input[row, column]), slope: 0)
  }
}

/// A step that consists of a single activation.
protocol ActivationStep<E>: UnaryStep, ActivationRow {
  /// The loops that compute φ and φ', and the parameter of the activation, which they take as an argument.
  var loops: PointwiseLoops<E> { get }
  var parameter: Double { get }
  /// 1 % of the largest |φ'(z)|.
  var flat: E { get }
}

extension ActivationStep {
  var role: StepRole<E> { .activation(self) }
}
