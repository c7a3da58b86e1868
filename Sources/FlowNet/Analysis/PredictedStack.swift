// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The layers of a network behind given data, each behind what a typical draw of the one before sends on.
///
/// The mean of S, the mean square of a signal, is made by few draws with large ones. In so far as two samples resemble
/// each other, S fluctuates for all of them together, and the typical S is smaller than the mean one by half the variance
/// of ln S: Hanin and Nica 2018. The correlation of two samples goes by the Hermite coefficients of φ; two units' squares
/// are correlated by its square.
struct PredictedStack {
  /// Fewer than there are after a request to stop, and where nothing is known of a layer.
  private(set) var layers: [MeanFieldLayer] = []
  private var lengths: [LengthSpread] = []
  /// The excess kurtosis of every layer's pre-activations over units.
  private var kurtoses: [Double] = []

  /// How the length of a signal varies over the samples.
  private struct LengthSpread {
    /// d ln(slope gain)/d ln S and d ln S'/d ln S, with S before and S' behind the layer.
    let slope: Double
    let response: Double
    /// The relative variance of S over the samples.
    let variance: Double
  }

  init(_ descriptions: [ProbeDescription], _ data: DataMoments, samples: Int, isStopped: () -> Bool) {
    var key: MeanFieldLayer.Key?
    var stream = data.input
    var correlation = data.correlation
    var inverseRank = data.inverseRank
    var variance = data.lengthVariance
    for description in descriptions {
      if isStopped() { return }
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
      kurtoses.append(description.dense.bias.excessKurtosis * biasShare * biasShare)
      // Nothing comes behind a softmax.
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

  /// By how much samples of different length move each factor; nil where the theory cannot be trusted.
  ///
  /// Samples with a longer signal have steeper or flatter slopes in all later layers: E[ab]/E[b] − E[a] is the covariance
  /// of ln a and ln b, to first order.
  var corrections: [Double?] {
    var corrections = [Double?](repeating: nil, count: layers.count)
    var later = 0.0
    for (index, layer) in lengths.enumerated().reversed() {
      later *= layer.response
      let shift = layer.slope * layer.variance * (later + layer.slope / 2) / 2
      // Slopes that rise with the signal make long samples ever more important, and the first order soon falls short.
      guard abs(shift) < (layer.slope > 0 ? Self.tolerance / 2 : Self.tolerance) else {
        return [Double?](repeating: nil, count: layers.count)
      }
      corrections[index] = Real.exp(shift)
      later += layer.slope
    }
    // The slopes of an activation that oscillates are no power of the length, not even nearly.
    let isVaried = zip(layers, lengths).contains { $0.activation.oscillates && $1.variance > Self.mostVaried }
    if isVaried { return [Double?](repeating: nil, count: layers.count) }
    for index in corrections.indices where abs(kurtoses[index]) > Self.mostKurtosis { corrections[index] = nil }
    // Of weights that are calibrated on few outputs, what these have in common is a matter of chance.
    if let last = layers.last, last.weights.needsData, last.input.sharedPart / last.units > Self.mostShared,
      layers.count > 1
    {
      corrections[layers.count - 2] = nil
    }
    // A batch normalisation takes the samples for independent; to first order in the inverse rank they need not be. Few
    // directions leave their mark on all layers behind them.
    let isFull = layers.contains {
      $0.norm == .batch && $0.batch.inverseRank + 1 / $0.batch.samples > Self.fullestRank
    }
    return isFull ? [Double?](repeating: nil, count: layers.count) : corrections
  }

  /// The largest shift, of the logarithm of a factor, for which the first order is good enough.
  private static let tolerance = 0.03
  /// The largest inverse rank, counted with the one over the number of samples, for which the first order is good enough.
  private static let fullestRank = 0.13
  /// How much the length of a signal may vary, relative to its square, before an activation that oscillates.
  static let mostVaried = 0.1
  /// The largest excess kurtosis with which pre-activations pass for normal ones: biases that are evenly spread, and
  /// larger than what comes in, do not.
  private static let mostKurtosis = 0.5
  /// How much few outputs may have in common.
  private static let mostShared = 0.03
}

extension MeanFieldLayer {
  /// 1/R of what the layer sends on, from that of its pre-activations: one over the number of units, as of all that is
  /// made of that number of random directions, and what the activation leaves of the other; every sample
  /// has a direction of its own.
  fileprivate var outputInverseRank: Double {
    let kept = linearShare
    // Orthogonal weights make no directions of their own.
    let drawn = keepsLengths ? 1 - kept * kept : 1
    let own = 1 / batch.samples
    return own + drawn / units + kept * kept * max(batch.inverseRank - own, 0)
  }
}
