// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic

/// The kinds of faults that are planted into healthy networks.
enum FaultKind: String, CaseIterable, Sendable {
  case inputsScaled, inputsShifted, targetsScaled, targetsShifted, wrongOutput
  case constantWeights, copiedUnits, layerBias, layerWeightsSmall, layerWeightsLarge, allSmall, allLarge
  case deepSigmoid, tanhLarge, shortcuts
  case weightsShifted
  case rateLarge, rateSmall, schedule, epsLarge, decayLarge, momentum, clip, dropout, penalty, batchSmall
  case range

  /// The causes that are right. Faults that act together may be named in either order.
  var causes: Set<Diagnosis.Cause> {
    switch self {
    case .inputsScaled, .inputsShifted, .targetsScaled, .targetsShifted: [.data]
    case .wrongOutput: [.pairing]
    case .constantWeights, .copiedUnits: [.symmetry]
    case .layerBias: [.bias]
    case .layerWeightsSmall, .layerWeightsLarge, .allSmall, .allLarge, .tanhLarge, .weightsShifted: [.weights]
    case .deepSigmoid: [.slope, .depth]
    case .shortcuts: [.depth]
    case .rateLarge, .rateSmall, .schedule, .epsLarge: [.rate]
    case .momentum: [.momentum]
    case .clip: [.clip]
    case .dropout: [.dropout]
    case .penalty, .decayLarge: [.penalty]
    case .batchSmall: [.batch, .rate]
    case .range: [.precision, .data, .weights]
    }
  }

  /// Whether the fault is in the data or the network, so that it can be found before any training.
  var isOfNetwork: Bool {
    switch self {
    case .rateLarge, .rateSmall, .schedule, .epsLarge, .decayLarge, .momentum, .clip, .dropout, .penalty, .batchSmall:
      false
    default: true
    }
  }
}
