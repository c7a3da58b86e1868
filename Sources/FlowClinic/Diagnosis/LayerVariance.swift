// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// The variance of a layer's weights.
struct LayerVariance {
  let layer: Int
  /// The variance relative to the one that preserves the size of the signal.
  let ratio: Double

  /// Ratios that do not prevent training from learning something. Those of common initializers are between 1/6 and 2,
  /// but those of orthogonal weights from few inputs to many units are smaller.
  static let harmless = 0.02...10

  init(_ row: LayerFlow, _ activation: Activation) {
    layer = row.layer
    let square = row.weightNorm * row.weightNorm / Double(row.inputs * row.outputs)
    ratio = square / activation.preservingVariance(inputs: row.inputs)
  }

  /// How much more slowly than is harmless the weights before a normalisation change.
  var slowness: Double { max(Real.log10(ratio) / Real.log10(Self.harmless.upperBound), 0) }
  /// How much faster than is harmless the weights before a normalisation change.
  var fastness: Double { max(Real.log10(ratio) / Real.log10(Self.harmless.lowerBound), 0) }
}

extension Activation {
  /// The variance of independent weights that preserves the size of a signal: 2/n for rectifiers (He and others 2015),
  /// otherwise 1/n (LeCun and others 1998), where n is the number of inputs.
  func preservingVariance(inputs: Int) -> Double { (isRectifier ? 2 : 1) / Double(inputs) }

  /// The initializer with this variance.
  var preservingInitializer: Initializer { isRectifier ? .heNormal : .lecunNormal }
}

extension Network {
  /// Whether the weights of a row connect every input with every unit.
  func isDense(_ row: LayerFlow) -> Bool { count(layer: row.layer, .weight) == row.inputs * row.outputs }
}
