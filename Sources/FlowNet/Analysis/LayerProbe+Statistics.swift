// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension LayerProbe {
  /// Mean slope and the share of slopes below 1 % of the steepest, from the last forward pass.
  func slopes(_ scratch: Matrix<E>) -> (mean: Double?, saturated: Double?) {
    guard let activation else { return (1, nil) }
    guard !activation.activation.isSoftmax else { return (nil, nil) }
    activation.writeSlopes(into: scratch)
    var sum = 0.0
    var flat = 0
    let limit = (activation.activation.steepest ?? 0) / 100
    for row in 0..<scratch.rows {
      for column in 0..<scratch.columns {
        let slope = Double(scratch[row, column])
        sum += slope
        if abs(slope) < limit { flat += 1 }
      }
    }
    let count = Double(scratch.rows * scratch.columns)
    return (sum / count, activation.activation.steepest == nil ? nil : Double(flat) / count)
  }

  /// Share of units whose δ is 0 for every sample.
  var deadShare: Double {
    guard let delta = dense.delta else { return 0 }
    return Double(Reduction.zeroColumns(delta)) / Double(delta.columns)
  }

  /// True where some slope of the last pass lets the gradient through.
  func passesGradient(_ scratch: Matrix<E>) -> Bool {
    guard let activation, !activation.activation.isSoftmax else { return true }
    activation.writeSlopes(into: scratch)
    for row in 0..<scratch.rows {
      for column in 0..<scratch.columns where scratch[row, column] != 0 { return true }
    }
    return false
  }
}
