// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

extension Remedy {
  /// All single remedies, in the order in which causes act: data, loss, initial values, architecture, settings.
  static let catalogue = ofData + ofOutputs + ofStarts + ofArchitectures + ofTraining

  /// Remedies that work well together.
  static let combinations: [Remedy] = [
    standardizeInputs.and(scaleTargets), relu.and(batchNorm), relu.and(shortcuts), relu.and(adam),
    tanh.and(shortcuts), batchNorm.and(shortcuts), batchNorm.and(largerRate), shortcuts.and(adam),
    pretraining.and(adam), clipByNorm.and(smallerRate), clipByValue.and(l2Penalty), heNormal.and(clipByNorm),
    smallerMomentum.and(smallerRate),
  ]

  /// The remedies that take effect before the first step. A replay tries them from new initial weights.
  static let newStarts = [heNormal, xavierNormal, orthogonal, lsuv, batchNorm, layerNorm]
}
