// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The factors that mean-field theory predicts for every layer of a network on given data, before any number is drawn.
///
/// The signal is followed from the inputs' own moments to the output, and the gradient from the loss back, so the first
/// layers, where the signal has not come to rest, and the last ones, whose gradient contains the output, have factors of
/// their own. The prediction is for a typical draw: the median, within a few percent at width 64. Where the theory is known
/// to be further off there is none; see `Reliability`.
struct FactorPrediction {
  /// rms(δ_l)/rms(δ_{l+1}); nil in the last layer and if there is no prediction.
  let factors: [Double?]

  private static let tolerance = 0.03
  private static let fullestRank = 0.12

  init(_ descriptions: [ProbeDescription], _ data: DataMoments?, _ targets: LossTargets, isStopped: () -> Bool) {
    let none = [Double?](repeating: nil, count: descriptions.count)
    guard descriptions.count > 1, descriptions.allSatisfy({ $0.block != .other }), let data else {
      factors = none
      return
    }
    // A loss that takes the derivative through the last activation itself is one of z.
    var layers = descriptions
    if targets.isFused(with: layers[layers.count - 1].activation) {
      layers[layers.count - 1] = layers[layers.count - 1].withoutActivation
    }
    if layers.contains(where: \.isShifted) {
      factors = ShiftedField(layers, data)?.predictions(targets) ?? none
      return
    }
    guard let stack = Self.stack(layers, data, isStopped: isStopped), let last = stack.last,
      let loss = targets.signal(
        last.activation, [(mean: 0, variance: last.q)], besides: last.block == .shortcut ? last.input : nil)
    else {
      factors = none
      return
    }
    let squares = BackwardSignal.squaredFactors(stack, from: loss)
    factors = squares.indices.map { $0 + 1 < squares.count && squares[$0].isFinite ? squares[$0].squareRoot() : nil }
  }

  /// The layers behind the data, each behind what a typical draw of the one before sends on; nil if the theory is not
  /// reliable for them.
  ///
  /// The mean of S, the mean square of a signal, is made by few draws with large ones. In so far as two samples resemble
  /// each other, S fluctuates for all of them together, and the typical S is smaller than the mean one by half the variance
  /// of ln S: Hanin and Nica 2018. The correlation of two samples goes by the Hermite coefficients of φ, of which the first
  /// two are taken and the rest counts as a third; two units' squares are correlated by its square.
  private static func stack(
    _ descriptions: [ProbeDescription], _ data: DataMoments, isStopped: () -> Bool
  ) -> [MeanFieldLayer]? {
    var layers: [MeanFieldLayer] = []
    var key: MeanFieldLayer.Key?
    var stream = data.input
    var correlation = data.correlation
    var reliability = Reliability(data)
    for description in descriptions {
      if isStopped() { return nil }
      let before = key
      key = MeanFieldLayer.Key(description)
      let layer: MeanFieldLayer
      if let last = layers.last, key == before, last.input == stream {
        layer = last
      } else {
        layer = MeanFieldLayer(description, behind: stream)
      }
      guard let noise = reliability.follow(layer) else { return nil }
      layers.append(layer)
      // All samples share the biases.
      correlation = layer.share * correlation + 1 - layer.share
      stream = layer.sum.scaled(by: Double.exp(-noise * correlation * correlation / 2))
      if let moments = layer.moments {
        let mean = moments.value * moments.value
        let linear = layer.q * moments.slope * moments.slope
        let rest = moments.square - mean - linear
        correlation = (mean + correlation * (linear + correlation * rest)) / moments.square
      }
    }
    return reliability.isGood ? layers : nil
  }

  /// Whether the theory can be trusted for a stack of layers.
  private struct Reliability {
    /// The relative variance over samples of S, and the inverse rank of the signal.
    private var variance: Double
    private var inverseRank: Double
    private var layers: [(slope: Double, response: Double, variance: Double)] = []
    private var isFull = false

    init(_ data: DataMoments) { (variance, inverseRank) = (data.lengthVariance, data.inverseRank) }

    /// Takes the signal through a layer and returns the variance that its units add to ln S; nil where that is not known.
    mutating func follow(_ layer: MeanFieldLayer) -> Double? {
      // A batch normalisation takes the samples for independent. They are not if they fill few directions: the variances
      // it divides by then differ from unit to unit, and the gradients of different units are correlated.
      if layer.norm == .batch, inverseRank > fullestRank { isFull = true }
      guard let one = LayerFluctuation(layer, ofOneAmongOthers: true), let all = LayerFluctuation(layer),
        let moments = layer.moments
      else { return layer.activation.isSoftmax ? 0 : nil }
      layers.append((one.slopeResponse, one.response, variance))
      variance = one.response * one.response * variance + one.noise
      // Two units with correlation ρ over samples have φ(z) with about κρ, κ = E[φ']²q/Var[φ].
      let spread = moments.square - moments.value * moments.value
      let kept = spread > 0 ? layer.q * moments.slope * moments.slope / spread : 1
      inverseRank = 1 / layer.units + kept * kept * inverseRank
      return all.noise
    }

    /// False if samples with a longer signal, which have steeper or flatter slopes in all later layers, shift the mean by
    /// more than the tolerance: E[ab]/E[b] − E[a] is the covariance of ln a and ln b, to first order.
    var isGood: Bool {
      if isFull { return false }
      var later = 0.0
      for layer in layers.reversed() {
        later *= layer.response
        let shift = layer.slope * layer.variance * (later + layer.slope / 2) / 2
        if abs(shift) > tolerance { return false }
        later += layer.slope
      }
      return true
    }
  }
}

/// The loss of a network on some rows of the data, for outputs of which only the distribution is known.
struct LossTargets {
  let loss: Loss
  let data: DataSet
  let rows: Range<Int32>
  let outputs: Int

  func isFused(with activation: Activation) -> Bool { loss.fusesWith == activation.name }

  /// See `LossSignal`.
  func signal(
    _ activation: Activation, _ z: [(mean: Double, variance: Double)], besides x: SignalMoments? = nil
  ) -> LossSignal? {
    // Behind a softmax nothing is known of the output that would say what comes back along it.
    if activation.isSoftmax { return .independent }
    return LossSignal(loss, data, rows: rows, outputs: outputs, activation, z, besides: x)
  }
}

/// What the flow table says of a layer's factor at initialization.
struct FlowTheory {
  /// See `FactorPrediction`.
  let factor: Double?
  /// The limit deep in a stack; see `LayerTheory`. Nil if weights or biases have a mean; see `ShiftedField`.
  let limit: Double?
  let band: FactorBand?

  /// One per layer, for the first rows of a data set; none after a request to stop.
  static func layers(
    _ network: Network, _ data: DataSet, _ loss: Loss, samples: Int, isStopped: () -> Bool
  ) -> [FlowTheory] {
    let stop = StopToken.current
    let descriptions = network.probeDescriptions
    if stop.isRequested { return [] }
    let rows = 0..<Int32(samples)
    let moments = DataMoments(data, rows: rows)
    let targets = LossTargets(loss: loss, data: data, rows: rows, outputs: network.outputs)
    let factors = FactorPrediction(descriptions, moments, targets, isStopped: isStopped).factors
    if stop.isRequested { return [] }
    let isShifted = descriptions.contains(where: \.isShifted)
    var bands = [FactorBand?](repeating: nil, count: descriptions.count)
    if let moments, !isShifted {
      bands = FactorBand.all(
        descriptions, behind: moments.input, lengthVariance: moments.lengthVariance,
        predicted: factors.map { $0.map { $0 * $0 } })
    }
    return MeanField.layers(network).enumerated().map { index, layer in
      FlowTheory(
        factor: factors[index], limit: isShifted ? nil : layer.factor,
        band: layer.factor == nil ? nil : bands[index])
    }
  }
}
