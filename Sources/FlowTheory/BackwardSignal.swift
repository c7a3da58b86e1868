// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

/// The gradient g of a layer's output y in a wide network: its mean square over units, and its mean product with y.
///
/// Mean-field theory assumes that g is independent of y. But the gradient of a loss contains the output itself; for mse
/// it is (y − t)·c. In the backward pass the weights then act on a vector that they produced in the forward pass, so
/// they do not behave like independent weights, and the component of g along y is amplified. This effect does not
/// depend on the width. It fades from the last layer to the first, slowly for relu and for linear layers, whose mean of
/// z·δ is the same in every layer.
struct BackwardSignal {
  /// E[g²].
  private var square: Double
  /// E[gy].
  private var product: Double
  /// E[g·g'] over pairs of samples, for the component of g that is not along y.
  private var common: Double
  /// The part of the rest of g·g' that is proportional to the product of the two samples' pre-activations in the next
  /// layer.
  private var aligned = 0.0
  /// The relative amount by which the gradient is smaller after the weights than after independent weights of the same
  /// variance, because later layers have divided by the variance of the signal.
  ///
  /// Unit k of a batch normalisation divides by σ² = wᵀCw, where C is the covariance of the inputs over the batch.
  /// Therefore E[w·wᵀ/σ²] is smaller by 2/n along the mean direction of C, and by the same amount again where the
  /// weights of the previous layer have made C large. These are the weights that the gradient passes next.
  private var tied = 0.0

  /// Returns rms(δ_l)²/rms(δ_{l+1})² of every layer except the last, for this gradient of the outputs.
  static func squaredFactors(_ layers: [MeanFieldLayer], from loss: LossSignal) -> [Double] {
    var factors = [Double](repeating: .nan, count: layers.count)
    var signal = BackwardSignal(square: loss.square, product: loss.product, common: 0)
    for (index, layer) in layers.enumerated().reversed() {
      let delta = index == layers.count - 1 ? loss.delta : nil
      factors[index] = signal.pass(layer, delta)
    }
    return factors
  }

  /// Propagates g from the layer's output to its input, where it is expressed in units of rms(δ). Returns E[δ²] in the
  /// units of g at the output. `measured` describes the δ of the last layer, and is `nil` for all others.
  private mutating func pass(_ layer: MeanFieldLayer, _ measured: OutputDelta?) -> Double {
    if layer.activation.isSoftmax {
      // A softmax is in the last layer, and its effect on the gradient is not part of any factor.
      self = BackwardSignal(square: layer.backwardVariance, product: 0, common: 0)
      return .nan
    }
    let isShortcut = layer.block == .shortcut
    let input = layer.input
    // The term that is added to φ(z) to form y.
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
        // A normalisation removes the components of the gradient along the mean and along z.
        squares -= mean * mean + moment * moment
      }
      delta += along * along * squares / layer.divisor
    }
    if let measured, !isShortcut {
      // Use the measured δ, in units of its root mean square.
      delta = 1
      pull = layer.share * measured.product
    }
    // Everything below is in units of rms(δ).
    let unit = 1 / delta
    let shared = measured?.common ?? commonOfDelta(layer, along: along, across: across) * unit
    aligned =
      measured.map { $0.product * $0.product / layer.q * (1 - layer.activationCorrelation) } ?? follow(layer, across)
    let ratio = layer.units / layer.inputs
    // A dropout mask keeps the same units in both passes.
    let own = pull * pull * unit * ratio * ratio / (input.square * layer.kept * layer.kept)
    let share = layer.moments.map { layer.linearShare * $0.slope * $0.slope / $0.slopeSquare } ?? 1
    tied =
      share * tied / layer.divisorGain + (layer.norm == .batch && layer.batch.samples.isFinite ? 2 / layer.inputs : 0)
    // Orthogonal rows preserve the length of δ in every direction.
    let brought = layer.backwardVariance * (layer.weights.isOrthogonal ? 1 : max(1 - tied, 0))
    let back = brought + (layer.keepsLengths ? 0 : own)
    let around = isShortcut ? along * (input.square + input.mean * layer.output.mean) : 0
    // The shortcut preserves the part that the samples share.
    let commonAround = isShortcut ? common * unit : 0
    square = back + (isShortcut ? (square + 2 * pull * around / input.square) * unit : 0)
    product = (ratio * pull + around) * unit.squareRoot()
    let isCancelled = isCancelled(layer, across)
    common = brought * shared + commonAround
    if layer.keepsLengths { common -= product * product / input.square * input.sharedPart }
    return isCancelled ? .nan : delta
  }

  /// Returns E[δ²] for the component of g that is not along y.
  ///
  /// In a batch normalisation, δ = (φ'g − mean(φ'g) − x̂·mean(x̂φ'g))/σ, with means over the batch. The part of g that
  /// all samples share passes only to the extent that the slopes differ. Of a part that is independent of x̂, each of
  /// the two means removes one part in the number of samples, and more of a part that fills the same directions as x̂.
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

  /// Returns whether a batch normalisation removes so much of the part that the samples share that the rest is not
  /// accurate to a few percent.
  private func isCancelled(_ layer: MeanFieldLayer, _ across: Double) -> Bool {
    guard layer.norm == .batch, let moments = layer.moments else { return false }
    let removed = common * (moments.slope * moments.slope + moments.slopeMoment * moments.slopeMoment)
    return removed > Self.mostCancelled * across * moments.slopeSquare
  }

  private static let mostCancelled = 0.5

  /// Returns the mean over pairs of samples of g·g' times z·z', both relative, in excess of its value for samples that
  /// fill all directions.
  private func overlap(_ layer: MeanFieldLayer) -> Double {
    aligned * layer.linearShare * (layer.batch.inverseRank - 1 / layer.batch.samples)
  }

  /// Returns `aligned` for δ.
  private func follow(_ layer: MeanFieldLayer, _ across: Double) -> Double {
    guard let moments = layer.moments else { return 0 }
    let passed = aligned * layer.linearShare * moments.slope * moments.slope / moments.slopeSquare
    guard layer.norm == .batch else { return passed }
    let second = moments.slopeSecondMoment * moments.slopeSecondMoment
    let rest =
      passed - (1 + 2 * moments.slopeResponse) / layer.batch.samples - overlap(layer) * second / moments.slopeSquare
    // The part that the samples share has been removed from δ, so `rest` is relative to what remains.
    let kept = drawn(layer, across) / (across * layer.slopeGain * layer.divisorGain)
    return kept > 0 ? rest / kept : 0
  }

  /// Returns E[δ·δ'] over pairs of samples.
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
