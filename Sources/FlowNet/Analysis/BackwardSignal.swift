// SPDX-License-Identifier: GPL-3.0-or-later

/// The gradient g of a layer's output y in a wide network: its mean square over units, and its mean product with y.
///
/// Mean-field theory takes g for independent of y. But the gradient of a loss contains the output itself, as that of mse
/// does, (y − t)·c, and weights that meet on the way back what they made on the way forward do not act like fresh ones:
/// the part of g along y comes back larger. This is no matter of width. It fades from the last layer to the first, slowly
/// for relu and for linear layers, whose mean of z·δ is the same in every layer.
struct BackwardSignal {
  /// E[g²].
  private var square: Double
  /// E[gy].
  private var product: Double
  /// E[g·g'] over pairs of samples, of the part of g that is not along y.
  private var common: Double
  /// How much of the rest of g·g' goes with the product of the two samples' pre-activations in the layer behind.
  private var aligned = 0.0
  /// How much less the weights bring back than weights of that variance do, because layers behind have divided by the
  /// variance of the signal.
  ///
  /// A unit k of a batch normalisation divides by σ² = wᵀCw, with C the covariance over the batch of what comes in. So
  /// E[w·wᵀ/σ²] is smaller by 2/n along the mean direction of C, and by as much again where the weights of the layer before
  /// have made C large, which are the ones that the gradient meets next.
  private var tied = 0.0

  /// rms(δ_l)²/rms(δ_{l+1})² of every layer but the last, for this gradient of the outputs.
  static func squaredFactors(_ layers: [MeanFieldLayer], from loss: LossSignal) -> [Double] {
    var factors = [Double](repeating: .nan, count: layers.count)
    var signal = BackwardSignal(square: loss.square, product: loss.product, common: 0)
    for (index, layer) in layers.enumerated().reversed() {
      let delta = index == layers.count - 1 ? loss.delta : nil
      factors[index] = signal.pass(layer, delta)
    }
    return factors
  }

  /// Takes g from the layer's output to its input, where it is measured in units of rms(δ), and returns E[δ²] in the
  /// units of g at the output. `measured` is what is known of δ in the last layer.
  private mutating func pass(_ layer: MeanFieldLayer, _ measured: OutputDelta?) -> Double {
    if layer.activation.isSoftmax {
      // It comes last, and what it does to the gradient is in no factor.
      self = BackwardSignal(square: layer.backwardVariance, product: 0, common: 0)
      return .nan
    }
    let isShortcut = layer.block == .shortcut
    let input = layer.input
    // What y is the sum of beside φ(z).
    let x = isShortcut ? input : SignalMoments(mean: 0, square: 0, spread: 0)
    let along = product == 0 ? 0 : product / layer.sum.square
    let across = square - product * along
    var delta = drawn(layer, across)
    var pull = 0.0
    if let moments = layer.moments, along != 0 {
      // E[φ'²y²], E[φ'y] and E[zφ'y].
      var squares = x.square * moments.slopeSquare + 2 * x.mean * moments.valueSlopeSquare + moments.squares
      let mean = x.mean * moments.slope + moments.valueSlope
      let moment = x.mean * moments.slopeMoment + moments.squareResponse
      if layer.norm == .none {
        pull = layer.share * along * moment
      } else {
        // A normalisation lets no gradient through along the mean and along z.
        squares -= mean * mean + moment * moment
      }
      delta += along * along * squares / layer.divisor
    }
    if let measured, !isShortcut {
      // What is known of δ, in units of its root mean square.
      delta = 1
      pull = layer.share * measured.product
    }
    // From here on in units of rms(δ).
    let unit = 1 / delta
    let shared = measured?.common ?? commonOfDelta(layer, along: along, across: across) * unit
    aligned =
      measured.map { $0.product * $0.product / layer.q * (1 - layer.activationCorrelation) } ?? follow(layer, across)
    let ratio = layer.units / layer.inputs
    // A mask lets the same units through twice.
    let own = pull * pull * unit * ratio * ratio / (input.square * layer.kept * layer.kept)
    // Orthogonal rows keep the length of δ, whatever its direction.
    let share = layer.moments.map { layer.linearShare * $0.slope * $0.slope / $0.slopeSquare } ?? 1
    tied =
      share * tied / layer.divisorGain + (layer.norm == .batch && layer.batch.samples.isFinite ? 2 / layer.inputs : 0)
    let brought = layer.backwardVariance * (layer.weights.isOrthogonal ? 1 : max(1 - tied, 0))
    let back = brought + (layer.keepsLengths ? 0 : own)
    let around = isShortcut ? along * (input.square + input.mean * layer.output.mean) : 0
    // Of what goes around the layer the part that the samples share stays.
    let commonAround = isShortcut ? common * unit : 0
    square = back + (isShortcut ? (square + 2 * pull * around / input.square) * unit : 0)
    product = (ratio * pull + around) * unit.squareRoot()
    let isCancelled = isCancelled(layer, across)
    common = brought * shared + commonAround
    if layer.keepsLengths { common -= product * product / input.square * input.sharedPart }
    return isCancelled ? .nan : delta
  }

  /// E[δ²] of the part of g that is not along y.
  ///
  /// A batch normalisation makes δ = (φ'g − mean(φ'g) − x̂·mean(x̂φ'g))/σ, means over the batch: the part of g that all
  /// samples share comes through only as far as the slopes differ. Of a part that knows nothing of x̂ the two means are one
  /// in this number of samples, and more of a part that fills the same directions as x̂.
  private func drawn(_ layer: MeanFieldLayer, _ across: Double) -> Double {
    guard layer.norm == .batch, let moments = layer.moments else { return across * layer.slopeGain }
    let one = 1 / layer.batch.samples
    let parallel = across * overlap(layer)
    let ofMean =
      across * one * layer.slopeSquare + common * (1 - one) * moments.slope * moments.slope
      + parallel * moments.slopeMoment * moments.slopeMoment
    let ofSignal =
      across * one * layer.slopeSquare * (1 + 2 * moments.slopeResponse)
      + common * (1 - one) * moments.slopeMoment * moments.slopeMoment
      + parallel * moments.slopeSecondMoment * moments.slopeSecondMoment
    return (across * layer.slopeSquare - ofMean - ofSignal) / layer.divisor * layer.divisorGain
  }

  /// Whether a batch normalisation removes so much of what the samples share that the rest is not known to a few percent.
  private func isCancelled(_ layer: MeanFieldLayer, _ across: Double) -> Bool {
    guard layer.norm == .batch, let moments = layer.moments else { return false }
    let removed = common * (moments.slope * moments.slope + moments.slopeMoment * moments.slopeMoment)
    return removed > Self.mostCancelled * across * moments.slopeSquare
  }

  private static let mostCancelled = 0.5

  /// The mean over pairs of samples of the products of g and of z, both relative, beyond that of samples that fill all
  /// directions.
  private func overlap(_ layer: MeanFieldLayer) -> Double {
    aligned * layer.linearShare * (layer.batch.inverseRank - 1 / layer.batch.samples)
  }

  /// `aligned` of δ.
  private func follow(_ layer: MeanFieldLayer, _ across: Double) -> Double {
    guard let moments = layer.moments else { return 0 }
    let passed = aligned * layer.linearShare * moments.slope * moments.slope / moments.slopeSquare
    guard layer.norm == .batch else { return passed }
    let second = moments.slopeSecondMoment * moments.slopeSecondMoment
    let rest =
      passed - (1 + 2 * moments.slopeResponse) / layer.batch.samples - overlap(layer) * second / moments.slopeSquare
    // What the samples share is gone from δ, and the rest is all there is.
    let kept = drawn(layer, across) / (across * layer.slopeGain * layer.divisorGain)
    return kept > 0 ? rest / kept : 0
  }

  /// E[δ·δ'] over pairs of samples.
  private func commonOfDelta(_ layer: MeanFieldLayer, along: Double, across: Double) -> Double {
    guard let moments = layer.moments else { return 0 }
    if layer.norm == .batch {
      // The sum over the batch is 0.
      return layer.batch.samples.isFinite ? -drawn(layer, across) / (layer.batch.samples - 1) : 0
    }
    let (r, deviation) = (layer.activationCorrelation, layer.q.squareRoot())
    guard deviation > 0 else { return 0 }
    let slopes = BatchSignal.product(
      mean: moments.slope, linear: moments.slopeMoment / deviation, square: moments.slopeSquare, correlation: r)
    let values = BatchSignal.product(
      mean: moments.valueSlope, linear: moments.squareResponse / deviation, square: moments.squares, correlation: r)
    return (common * slopes + along * along * values) / layer.divisor
  }
}
