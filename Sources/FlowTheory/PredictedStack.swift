// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// The layers of a network for given data, each with the output of the previous layer in a typical draw as its input.
///
/// The mean of S, the mean square of a signal, is dominated by few draws with a large S. To the extent that samples
/// resemble each other, S fluctuates for all of them together, and the typical S is smaller than the mean by half the
/// variance of ln S: Hanin and Nica 2018. The correlation of two samples follows from the Hermite coefficients of φ.
/// The squares of two units are correlated by the square of the correlation.
struct PredictedStack {
  /// The layers. Some are missing if a stop was requested, or if nothing is known of a layer.
  private(set) var layers: [MeanFieldLayer] = []
  private var lengths: [LengthSpread] = []
  /// The excess kurtosis over units of every layer's pre-activations.
  private var kurtoses: [Double] = []

  /// The variation of a signal's length over the samples.
  private struct LengthSpread {
    /// d ln(slope gain)/d ln S and d ln S'/d ln S, with S before and S' after the layer.
    let slope: Double
    let response: Double
    /// The relative variance of S over the samples.
    let variance: Double
  }

  init(_ descriptions: [RowDescription], _ data: DataMoments, samples: Int) {
    var key: MeanFieldLayer.Key?
    var stream = data.input
    var correlation = data.correlation
    var inverseRank = data.inverseRank
    var variance = data.lengthVariance
    for description in descriptions.untilStopped {
      let before = key
      key = MeanFieldLayer.Key(description)
      var layer =
        layers.last.flatMap { key == before && $0.input == stream ? $0 : nil }
        ?? MeanFieldLayer(description, behind: stream, hasFiniteWidth: true)
      // All samples share the biases.
      layer.batch = BatchSignal(
        samples: Double(samples), correlation: layer.share * correlation + 1 - layer.share, inverseRank: inverseRank,
        lengthVariance: variance)
      layers.append(layer)
      let biasShare = layer.norm == .batch ? 0 : 1 - layer.share
      kurtoses.append(description.biases.excessKurtosis * biasShare * biasShare)
      // A softmax is the last layer.
      guard let one = LayerFluctuation(layer, ofOneAmongOthers: true), let all = LayerFluctuation(layer),
        let moments = layer.moments
      else {
        if !layer.activation.isSoftmax { layers.removeLast() }
        return
      }
      lengths.append(LengthSpread(slope: one.slopeResponse, response: one.response, variance: variance))
      variance = one.response * one.response * variance + one.noise
      inverseRank = layer.outputInverseRank
      stream = layer.sum
      let around = layer.block == .shortcut ? layer.input : SignalMoments(mean: 0, square: 0, spread: 0)
      let product = correlation * around.square + 2 * around.mean * moments.value + layer.outputProduct
      correlation = stream.square > 0 ? product / stream.square : 0
      stream.spread = stream.square * (1 - correlation) * (layer.block == .shortcut ? 1 : layer.spreadGain)
      let typical = layer.batch.correlation * layer.batch.correlation
      stream = stream.scaled(by: Real.exp(-all.noise * typical / 2))
    }
  }

  /// The correction of each factor for samples of different lengths; `nil` if the theory is not reliable.
  ///
  /// Samples with a longer signal have steeper or flatter slopes in all later layers. To first order, E[ab]/E[b] − E[a]
  /// is the covariance of ln a and ln b.
  var corrections: [Double?] {
    var corrections = [Double?](repeating: nil, count: layers.count)
    var later = 0.0
    for (index, layer) in lengths.enumerated().reversed() {
      later *= layer.response
      let shift = layer.slope * layer.variance * (later + layer.slope / 2) / 2
      // If slopes rise with the signal, long samples become more and more important, and the first order is soon
      // insufficient.
      guard abs(shift) < (layer.slope > 0 ? Self.tolerance / 2 : Self.tolerance) else {
        return [Double?](repeating: nil, count: layers.count)
      }
      corrections[index] = Real.exp(shift)
      later += layer.slope
    }
    // The slopes of an oscillating activation are not even approximately a power of the length.
    let isVaried = zip(layers, lengths).contains { $0.activation.oscillates && $1.variance > Self.mostVaried }
    if isVaried { return [Double?](repeating: nil, count: layers.count) }
    for index in corrections.indices where abs(kurtoses[index]) > Self.mostKurtosis { corrections[index] = nil }
    // If weights are calibrated on few outputs, the part that these have in common is random.
    if let last = layers.last, last.weights.needsData, last.input.sharedPart / last.units > Self.mostShared,
      layers.count > 1
    {
      corrections[layers.count - 2] = nil
    }
    // The theory of batch normalisation assumes independent samples, which to first order in the inverse rank they need
    // not be. If the samples fill few directions, all later layers are affected.
    let isFull = layers.contains {
      $0.norm == .batch && $0.batch.inverseRank + 1 / $0.batch.samples > Self.fullestRank
    }
    return isFull ? [Double?](repeating: nil, count: layers.count) : corrections
  }

  /// The largest shift, of the logarithm of a factor, for which the first order is good enough.
  private static let tolerance = 0.03
  /// The largest sum of the inverse rank and the inverse number of samples for which the first order is good enough.
  private static let fullestRank = 0.13
  /// The largest relative variance of a signal's length before an oscillating activation.
  static let mostVaried = 0.1
  /// The largest excess kurtosis at which pre-activations can be treated as normal. Uniformly distributed biases that
  /// are larger than the input exceed it.
  private static let mostKurtosis = 0.5
  /// The largest part that few outputs may have in common.
  private static let mostShared = 0.03
}

extension MeanFieldLayer {
  /// 1/R of the layer's output, given that of its pre-activations. It is the sum of one over the number of units, as
  /// for any signal from that number of random directions, and the part of the pre-activations' 1/R that the activation
  /// keeps. In addition, every sample has a direction of its own.
  fileprivate var outputInverseRank: Double {
    let kept = linearShare
    // Orthogonal weights do not add directions.
    let drawn = keepsLengths ? 1 - kept * kept : 1
    let own = 1 / batch.samples
    return own + drawn / units + kept * kept * max(batch.inverseRank - own, 0)
  }
}
