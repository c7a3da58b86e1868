// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

extension LayerPrediction {
  /// The largest inverse number of directions with which a batch normalisation has a band.
  private static let fewestDirections = 0.2

  /// Returns the predictions of mean-field theory for each layer and the first `samples` rows of a data set, or an empty
  /// array if a stop was requested. See `FactorPrediction` for the factor, `LayerTheory` for its limit and `FactorBand`
  /// for the band.
  static func all(_ network: Network, _ data: DataSet, _ loss: Loss, samples: Int) -> [LayerPrediction] {
    let stop = StopToken.current
    let descriptions = network.architecture.rowDescriptions
    if stop.isRequested { return [] }
    let rows = 0..<Int32(samples)
    let moments = DataMoments(data, rows: rows)
    let targets = LossTargets(loss: loss, data: data, rows: rows, outputs: network.outputs)
    let factors = FactorPrediction(descriptions, moments, targets, samples: samples).factors
    if stop.isRequested { return [] }
    var bands = [FactorBand?](repeating: nil, count: descriptions.count)
    if let moments, !descriptions.contains(where: \.hasShiftingWeights) {
      bands = FactorBand.all(
        descriptions, behind: moments.input, lengthVariance: moments.lengthVariance, inverseRank: moments.inverseRank,
        predicted: factors.map { $0.map { $0 * $0 } })
    }
    // The distribution over draws is not known if the data fill few directions, which stay correlated through a batch
    // normalisation, or if samples of different lengths pass an oscillating activation.
    let isNarrow =
      descriptions.contains { $0.norm == .batch } && moments.map { $0.inverseRank > Self.fewestDirections } ?? true
      || descriptions.contains(where: \.activation.oscillates)
        && moments.map { $0.lengthVariance > PredictedStack.mostVaried } ?? true
    return MeanField.layers(network).enumerated().map { index, layer in
      LayerPrediction(
        factor: factors[index], limit: layer.limit,
        band: factors[index] == nil && (layer.limit == nil || isNarrow) ? nil : bands[index].map { ($0.low, $0.high) })
    }
  }
}
