// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// The mean-field theory of one dense layer deep in a stack of equal layers. For the factor of the layer at its actual
/// position and for given data, see `FactorPrediction`.
public struct LayerTheory: StackTheory {
  /// The layer, counted from 1 at the input.
  public let layer: Int
  /// The activation after the affine part.
  public let activation: Activation
  /// σ_w² = fan_in·Var[w].
  public let weightVariance: Double
  /// σ_b² = Var[b].
  public let biasVariance: Double
  /// The variance over units of the activation's input: q*, or 1 after a normalisation, or the sum that shortcuts have
  /// accumulated. NaN if it is not known, like `chi`.
  public let q: Double
  /// The factor per layer by which a stack of such layers multiplies the mean square of the gradient.
  public let chi: Double
  /// The factor of the layer at its actual position, for standard normal inputs and targets and the loss mse; `nil` if
  /// there is no prediction. See `FactorPrediction.standard`.
  public internal(set) var factor: Double?
  /// The lower bound of the factor of a layer of this width. For a fraction `FactorBand.coverage` of all draws of the
  /// initial values, the factor lies between `factorLow` and `factorHigh`. `nil` if it is not known.
  public let factorLow: Double?
  /// The upper bound; see `factorLow`.
  public let factorHigh: Double?
  /// The mean over units of the activation's input, as a root mean square over samples; 0 if neither weights nor biases
  /// have a mean.
  public let shift: Double
  /// The limit of the factor deep in a stack of such layers; `nil` if there is none, or if weights or biases have a
  /// mean.
  public let limit: Double?
}

extension MeanField {
  /// Returns the theory of each dense layer, derived from its initializers, for inputs of mean 0 and variance 1.
  ///
  /// The result is cached, because computing it takes longer than many passes through a network, and the networks of a
  /// sweep are mostly alike. Returns an empty array if a stop was requested.
  public static func layers(_ network: Network) -> [LayerTheory] {
    let descriptions = network.architecture.rowDescriptions
    let stop = StopToken.current
    if stop.isRequested { return [] }
    let keys = descriptions.map(MeanFieldLayer.Key.init)
    if let theory = known.withLock({ $0.theories[keys] }) { return theory }
    let theory = layers(descriptions)
    // Incomplete results must not be cached.
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

  private static func layers(_ descriptions: [RowDescription]) -> [LayerTheory] {
    let factors = FactorPrediction.standard(descriptions).factors
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
      if description.block == .shortcut || description.weights.needsData {
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
      // The theory without data and its band include different terms. If they contradict each other, the factor is not
      // known.
      let factor = factors[index].flatMap { factor in
        band.map { $0.low <= factor && factor <= $0.high } ?? true ? factor : nil
      }
      return LayerTheory(
        layer: index + 1, activation: layer.activation, weightVariance: layer.weightVariance,
        biasVariance: layer.biasVariance, q: layer.q, chi: layer.chi, factor: factor,
        factorLow: band?.low, factorHigh: band?.high, shift: 0, limit: limit)
    }
  }

  /// Returns the limit of the factor, the square root of rms(δ_l)²/rms(δ_{l+1})². This ratio is the slope gain of layer
  /// l times the gain of the path back from layer l + 1, which leads through the weights, used backwards,
  /// fan_out·E[w²], and through the shortcut, if there is one.
  private static func limit(_ own: MeanFieldLayer, _ next: MeanFieldLayer) -> Double? {
    // Normalising a single unit removes its signal.
    guard [own, next].allSatisfy({ $0.block != .other && !($0.norm == .layer && $0.units == 1) }) else { return nil }
    let square = own.slopeGain * (next.backwardVariance + next.aroundVariance)
    return square.isFinite ? square.squareRoot() : nil
  }
}

extension LayerTheory {
  /// The properties of a layer without a theory.
  fileprivate init(unknown index: Int, _ description: RowDescription) {
    let (fanIn, fanOut) = (description.inputs, description.units)
    self.init(
      layer: index + 1, activation: description.activation,
      weightVariance: Double(fanIn) * description.weights.variance(fanIn: fanIn, fanOut: fanOut),
      biasVariance: description.biases.variance(fanIn: fanIn, fanOut: fanOut), q: .nan, chi: .nan, factor: nil,
      factorLow: nil, factorHigh: nil, shift: .nan, limit: nil)
  }
}
