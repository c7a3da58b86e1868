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

  /// rms(δ_l)²/rms(δ_{l+1})² of every layer but the last, for this gradient of the outputs.
  static func squaredFactors(_ layers: [MeanFieldLayer], from loss: LossSignal) -> [Double] {
    var factors = [Double](repeating: .nan, count: layers.count)
    var signal = BackwardSignal(square: loss.square, product: loss.product)
    for (index, layer) in layers.enumerated().reversed() { factors[index] = signal.pass(layer) }
    return factors
  }

  /// Takes g from the layer's output to its input, over the root of E[δ²], which is returned.
  private mutating func pass(_ layer: MeanFieldLayer) -> Double {
    if layer.activation.isSoftmax {
      // It comes last, and what it does to the gradient is in no factor.
      self = BackwardSignal(square: layer.backwardVariance, product: 0)
      return .nan
    }
    let isShortcut = layer.block == .shortcut
    let input = layer.input
    // What y is the sum of beside φ(z).
    let x = isShortcut ? input : SignalMoments(mean: 0, square: 0, spread: 0)
    let along = product == 0 ? 0 : product / layer.sum.square
    let across = square - product * along
    var delta = across * layer.slopeGain
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
    // From here on in units of rms(δ).
    let unit = 1 / delta
    let ratio = layer.units / layer.inputs
    // A mask lets the same units through twice.
    let own = pull * pull * unit * ratio * ratio / (input.square * layer.kept * layer.kept)
    // Orthogonal rows keep the length of δ, whatever its direction.
    let back = layer.backwardVariance + (layer.keepsLengths ? 0 : own)
    let around = isShortcut ? along * (input.square + input.mean * layer.output.mean) : 0
    square = back + (isShortcut ? (square + 2 * pull * around / input.square) * unit : 0)
    product = (ratio * pull + around) * unit.squareRoot()
    return delta
  }
}
