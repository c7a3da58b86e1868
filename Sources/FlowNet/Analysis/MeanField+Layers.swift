// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// What mean-field theory says of one dense layer deep in a stack of its kind; see `FactorPrediction` for its factor at its
/// own place and on given data.
public struct LayerTheory: StackTheory {
  /// The layer, counted from 1 at the input.
  public let layer: Int
  /// What follows the affine part.
  public let activation: Activation
  /// σ_w² = fan_in·Var[w].
  public let weightVariance: Double
  /// σ_b² = Var[b].
  public let biasVariance: Double
  /// The variance over units of what goes into the activation: q*, or 1 behind a normalisation, or what a shortcut has
  /// piled up. NaN where it is not known, as `chi`.
  public let q: Double
  /// What a stack of such layers multiplies the mean square of the gradient by, per layer.
  public let chi: Double
  /// The factor of the layer at its own place, for standard normal inputs and targets and the loss mse; nil if there is no
  /// prediction. See `FactorPrediction.standard`.
  public internal(set) var factor: Double?
  /// Between `factorLow` and `factorHigh` lies the factor of a layer of this width for `FactorBand.coverage` of all draws
  /// of the initial values; nil where that is not known.
  public let factorLow: Double?
  /// See `factorLow`.
  public let factorHigh: Double?
  /// The mean over units of what goes into the activation, as a root mean square over samples; 0 where neither weights
  /// nor biases have a mean.
  public let shift: Double
  /// The limit of the factor deep in a stack of such layers; nil if there is none, or if weights or biases have a mean.
  public let limit: Double?
}

extension MeanField {
  /// The theory of each dense layer, from what its initializers declare, for inputs of mean 0 and variance 1.
  ///
  /// It takes as long as many a pass through a network, and the networks of a sweep are mostly alike: it is kept. Returns
  /// no layers after a request to stop.
  public static func layers(_ network: Network) -> [LayerTheory] {
    let descriptions = network.architecture.probeDescriptions
    let stop = StopToken.current
    if stop.isRequested { return [] }
    let keys = descriptions.map(MeanFieldLayer.Key.init)
    if let theory = known.withLock({ $0.theories[keys] }) { return theory }
    let theory = layers(descriptions)
    // What is incomplete must not be kept.
    if stop.isRequested { return [] }
    known.withLock { known in
      if known.layers + theory.count > mostKnown { known = Known() }
      known.theories[keys] = theory
      known.layers += theory.count
    }
    return theory
  }

  private struct Known {
    var theories: [[MeanFieldLayer.Key]: [LayerTheory]] = [:]
    var layers = 0
  }

  private static let known = Guarded(Known())
  private static let mostKnown = 1 << 15

  private static func layers(_ descriptions: [ProbeDescription]) -> [LayerTheory] {
    let stop = StopToken.current
    let factors = FactorPrediction.standard(descriptions, isStopped: { stop.isRequested }).factors
    if descriptions.contains(where: \.isShifted) {
      var layers = ShiftedField(descriptions)?.layers ?? descriptions.enumerated().map(LayerTheory.init(unknown:_:))
      if !descriptions.contains(where: \.hasShiftingWeights) {
        for index in layers.indices { layers[index].factor = factors[index] }
      }
      return layers
    }
    var stream = SignalMoments.input
    var layers: [MeanFieldLayer] = []
    for description in descriptions.untilStopped {
      let layer: MeanFieldLayer
      if description.block == .shortcut || description.dense.weights.needsData {
        layer = MeanFieldLayer(description, behind: stream)
      } else {
        layer = .deep(description)
      }
      stream = description.block == .shortcut ? stream.adding(layer.output) : layer.output
      layers.append(layer)
    }
    if layers.count < descriptions.count || StopToken.current.isRequested { return [] }
    let bands = FactorBand.all(descriptions)
    return layers.indices.map { index in
      let layer = layers[index]
      let limit = index + 1 < layers.count ? limit(layer, layers[index + 1]) : nil
      let band = limit == nil ? nil : bands[index]
      // Theory without data and its band count different terms; where they contradict each other, the factor is not known.
      let factor = factors[index].flatMap { factor in
        band.map { $0.low <= factor && factor <= $0.high } ?? true ? factor : nil
      }
      return LayerTheory(
        layer: index + 1, activation: layer.activation, weightVariance: layer.weightVariance,
        biasVariance: layer.biasVariance, q: layer.q, chi: layer.chi, factor: factor,
        factorLow: band?.low, factorHigh: band?.high, shift: 0, limit: limit)
    }
  }

  /// rms(δ_l)²/rms(δ_{l+1})² = slope gain of layer l times what comes back from layer l + 1: through its weights, used
  /// backwards, fan_out·E[w²], and past them where a shortcut goes around.
  private static func limit(_ own: MeanFieldLayer, _ next: MeanFieldLayer) -> Double? {
    // The normalisation of a single unit leaves nothing of it.
    guard [own, next].allSatisfy({ $0.block != .other && !($0.norm == .layer && $0.units == 1) }) else { return nil }
    let square = own.slopeGain * (next.backwardVariance + next.aroundVariance)
    return square.isFinite ? square.squareRoot() : nil
  }
}

extension LayerTheory {
  /// What is left to say of a layer without a theory.
  fileprivate init(unknown index: Int, _ description: ProbeDescription) {
    let (fanIn, fanOut) = (description.inputs, description.dense.units)
    self.init(
      layer: index + 1, activation: description.activation,
      weightVariance: Double(fanIn) * description.dense.weights.variance(fanIn: fanIn, fanOut: fanOut),
      biasVariance: description.dense.bias.variance(fanIn: fanIn, fanOut: fanOut), q: .nan, chi: .nan, factor: nil,
      factorLow: nil, factorHigh: nil, shift: .nan, limit: nil)
  }
}
