// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import FlowRuntime

/// The meanings of columns that appear in several tables.
enum ColumnMeaning {
  static let layer = "dense layer, counted from 1 at the input"
  static let activation = "activation of the layer"
  static let step = "step, counted from 1"
  static let epoch = "epoch, counted from 1"
  static let weightNorm = "norm of the weights, ‖W‖ (Frobenius)"
  static let gradNorm = "norm of the gradient of the weights, ‖∂L/∂W‖: how fast the layer learns"
  static let biasGradNorm = "norm of the gradient of the biases, ‖∂L/∂b‖"
  static let deltaRMS =
    "size of the gradient: root mean square of ∂l/∂z over samples and units, where l is the loss of one sample"
  static let factor =
    "delta_rms divided by that of the next layer; empty in the last row and if the next layer has no gradient"
  static let log10Total =
    "log10 of delta_rms divided by that of the last layer: -3 is a thousandth of it; empty if unknown"
  static let saturated =
    "fraction of outputs, over samples and units, at which the slope is below 1 % of the steepest; empty if the "
    + "activation is not bounded"
  static let dead = "fraction of units that get no gradient from any sample"
  static let state = "most severe condition found: \(FlowState.allCases.map(\.rawValue).joined(separator: ", "))"
  static let updateRatio = "size of the update relative to that of the weights, ‖ΔW‖/‖W‖"
}
