// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// What the flow tables say of a layer's last pass.
extension LayerProbe {
  /// The mean of φ'(z); nil for softmax. `scratch` is a matrix of the output's shape.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func slopeMean(_ scratch: Matrix<E>) -> Double? {
    guard let activation else { return 1 }
    guard !activation.activation.isSoftmax else { return nil }
    activation.writeSlopes(into: scratch)
    return Reduction.moments(scratch).mean
  }

  /// The share of (sample, unit) pairs whose |φ'(z)| is below 1 % of the steepest; nil where φ is not bounded.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func saturatedShare(_ scratch: Matrix<E>) -> Double? {
    guard let activation, let steepest = activation.activation.steepest else { return nil }
    activation.writeSlopes(into: scratch)
    return Double(Reduction.countSmall(scratch, below: E(steepest / 100))) / Double(scratch.rows * scratch.columns)
  }

  /// Share of units whose δ is 0 for every sample.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func deadShare() -> Double {
    guard let delta = dense.delta else { return 0 }
    return Double(Reduction.zeroColumns(delta)) / Double(delta.columns)
  }

  /// True where some slope of the last pass lets the gradient through.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func passesGradient(_ scratch: Matrix<E>) -> Bool {
    guard let activation, !activation.activation.isSoftmax else { return true }
    activation.writeSlopes(into: scratch)
    return Reduction.zeroColumns(scratch) < scratch.columns
  }
}
