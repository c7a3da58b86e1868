// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import FlowRuntime

/// Phrases for columns that several tables have.
enum ColumnMeaning {
  static let layer = "the dense layer, counted from 1 at the input"
  static let activation = "what follows the layer's weights and biases"
  static let step = "the step, counted from 1"
  static let epoch = "the epoch, counted from 1"
  static let weightNorm = "the norm of the weights, ‖W‖ (Frobenius)"
  static let gradNorm = "the norm of the gradient of the weights, ‖∂L/∂W‖: how fast the layer learns"
  static let biasGradNorm = "the norm of the gradient of the biases, ‖∂L/∂b‖"
  static let deltaRMS =
    "the gradient's size: root mean square of ∂l/∂z over samples and units, l the loss of one sample"
  static let factor =
    "delta_rms over that of the next layer; empty in the last row and where the next layer has no gradient"
  static let log10Total =
    "log10 of delta_rms over that of the last layer; -3 is a thousandth of it; empty where it is not known"
  static let saturated =
    "share of outputs, over samples and units, whose slope is below 1 % of the steepest; empty where the activation is "
    + "not bounded"
  static let dead = "share of units that get no gradient from any sample"
  static let state = "the verdict: \(FlowState.allCases.map(\.rawValue).joined(separator: ", "))"
  static let updateRatio = "the size of the update really made for that of the weights, ‖ΔW‖/‖W‖"
}
