// SPDX-License-Identifier: GPL-3.0-or-later

/// How far the signal and the slopes of one layer stray from their means over draws of the initial values, to first order
/// in 1/width, for one sample.
///
/// S is the mean square over units of what a layer sends on. Given S of the layer before, the pre-activations of Gaussian
/// weights are independent normal numbers, so that S is a mean over n independent terms, and so are the squared slopes.
/// Deviations of S travel on by the linearised map; a sum over layers of 1/width as in Hanin and Nica 2018, and Hanin and
/// Rolnick 2018. Averages over samples only reduce the variances, and so do weights with thinner tails than normal ones.
struct LayerFluctuation {
  /// d ln S/d ln S of the layer before.
  let response: Double
  /// The variance that the layer's own units add to ln S.
  let noise: Double
  /// d ln(slope gain)/d ln S of the layer before.
  let slopeResponse: Double
  /// The relative variance of the squared slopes' mean, over what the gradient weighs them with.
  let slopeNoise: Double
  /// What a mask that dropout draws behind the layer adds, times the odds 1/kept − 1.
  let maskNoise: Double
  /// The relative variance of what the layer divides by.
  let divisorNoise: Double

  /// The numbers of a layer for S of all samples together, or of one sample among others: weights calibrated on data, and
  /// batch normalisation, undo what happens to all of them.
  init?(_ layer: MeanFieldLayer, ofOneAmongOthers isAmongOthers: Bool = false) {
    guard let moments = layer.moments else { return nil }
    let units = layer.units
    let followsAll = layer.norm == .none && !layer.weights.needsData
    let followsOne = isAmongOthers && layer.norm != .layer
    // How much of a change of S arrives at the activation.
    let inner = followsAll || followsOne ? layer.share : 0
    let x = layer.block == .shortcut ? layer.input : SignalMoments(mean: 0, square: 0, spread: 0)
    // The sum (x + φ)² is x², which comes in, and 2xφ + φ².
    let added = 2 * x.mean * moments.value + moments.square
    let square = x.square + added
    response = (x.square + inner * (x.mean * moments.slopeMoment + moments.squareResponse)) / square
    var spread = 4 * x.square * moments.square + 4 * x.mean * moments.cube + moments.fourth - added * added
    switch layer.norm {
    case .none: slopeResponse = inner * moments.slopeResponse
    case .layer:
      slopeResponse = -layer.share
      // Mean and mean square of z over the units are what they are, which takes the part along them: over z standard
      // normal E[φ²z] = 2·E[φφ'], and E[φ²(z² − 1)]²/2 = 2·E[zφφ']².
      spread -= 4 * moments.valueSlope * moments.valueSlope + 2 * moments.squareResponse * moments.squareResponse
    case .batch:
      slopeResponse = isAmongOthers ? inner * moments.slopeResponse : -1
      // Over many samples every unit's E[φ²] is the same.
      if !isAmongOthers { spread -= moments.fourth - moments.square * moments.square }
    }
    noise = max(spread, 0) / (square * square * units)
    maskNoise = moments.fourth / (moments.square * moments.square * units)
    // The gradient is normal over units, hence the 3. What is less than 1e-12 is rounding: all slopes are the same.
    let excess = moments.slopeFourth / (moments.slopeSquare * moments.slopeSquare) - 1
    slopeNoise = excess > 1e-12 ? 3 * excess / units : 0
    // A variance over n units.
    divisorNoise = layer.norm == .layer ? 2 / units : 0
  }
}

/// A positive number that varies about 1: above and below the line of a fraction, by so much.
private struct Fraction {
  var above = 0.0
  var below = 0.0

  /// Adds the variance of something that comes in with a power: below the line where that is negative.
  mutating func add(_ variance: Double, power: Double = 1) {
    if power < 0 { below += power * power * variance } else { above += power * power * variance }
  }
}

/// Between which bounds the factor of a layer of finite width lies.
public struct FactorBand: Sendable {
  /// The lower bound.
  public let low: Double
  /// The upper bound.
  public let high: Double

  /// The share of draws of the initial values whose factor lies between the bounds, for one sample and Gaussian weights;
  /// of many samples there are more.
  public static let coverage = 0.99
  /// The normal quantile of 99.5 %: first order in 1/width leaves out a part of the tails, more of them the narrower a
  /// layer is.
  private static let z = 2.807033768343811
  /// Where nothing is left to chance the band is a point, and the factor differs from it by what rounding adds up to.
  private static let rounding = 1e-12

  /// The band of the square root of a number whose mean lies between two squares.
  ///
  /// Mean squares are close to gamma distributed, and the cube root of such a number is close to normal (Wilson, Hilferty,
  /// PNAS 17, 1931), which gives the quantiles of a ratio as well (Paulson, Annals of Mathematical Statistics 13, 1942).
  fileprivate init?(_ squares: (low: Double, high: Double), _ variance: Fraction) {
    let (a, b) = (variance.above / 9, variance.below / 9)
    guard squares.low.isFinite, squares.high.isFinite, a.isFinite, b.isFinite else { return nil }
    let (above, below) = (max(1 - a, 0), max(1 - b, 0))
    let (z, z2) = (Self.z, Self.z * Self.z)
    let root = z * max(below * below * a + above * above * b - z2 * a * b, 0).squareRoot()
    let reach = above * above - z2 * a
    let lowest = reach > 0 ? reach / (above * below + root) : 0
    let rest = below * below - z2 * b
    let highest = rest > 0 ? (above * below + root) / rest : .infinity
    low = (squares.low * lowest * lowest * lowest).squareRoot() * (1 - Self.rounding)
    high = (squares.high * highest * highest * highest).squareRoot() * (1 + Self.rounding)
  }

  /// The band of every layer but the last one; nil where there is none.
  ///
  /// Its centre follows the signal layer by layer, from inputs with these moments, and so knows the first layers, where
  /// the signal has not come to rest. It reaches from a gradient that is independent of the output to that of mse, and to
  /// `predicted`, the squared factors for the loss at hand; see `BackwardSignal`. There is no band in a network with blocks
  /// of several layers, whose signal is not known, nor where the weights of a layer are left to chance.
  static func all(
    _ descriptions: [ProbeDescription], behind input: SignalMoments = .input, lengthVariance: Double? = nil,
    inverseRank: Double? = nil, predicted: [Double?] = []
  ) -> [FactorBand?] {
    var bands = [FactorBand?](repeating: nil, count: descriptions.count)
    guard descriptions.allSatisfy({ $0.block != .other && !$0.leavesWeightsToChance }) else { return bands }
    let layers = MeanFieldLayer.stack(descriptions, behind: input)
    if layers.count < descriptions.count { return bands }
    guard let output = layers.last?.sum.square else { return bands }
    let free = BackwardSignal.squaredFactors(layers, from: .independent)
    // Behind a softmax nothing is known of y.
    let aligned = output.isFinite ? BackwardSignal.squaredFactors(layers, from: .meanSquares(output)) : free
    // The variance of ln S; that of one standard normal sample to begin with.
    var signal = (lengthVariance ?? 2 / layers[0].inputs) + 3 * layers[0].oddsOfDropout / layers[0].inputs
    // The samples and the units before a layer are independent directions of its batch.
    let ofSamples = inverseRank ?? 1 / Double(DataMoments.standardSamples)
    for index in layers.indices.dropLast().untilStopped {
      guard let own = LayerFluctuation(layers[index]) else { break }
      let back = BackwardFluctuation(layers[index + 1])
      var variance = back.variance
      variance.add(signal, power: own.slopeResponse + back.response * own.response)
      variance.add(own.noise, power: back.response)
      variance.above += own.slopeNoise
      variance.below += own.divisorNoise
      if layers[index].norm == .batch {
        variance.below += 2 * (ofSamples + 1 / layers[index].inputs) / layers[index].units
      }
      let centres = [free[index], aligned[index]] + (predicted.isEmpty ? [] : [predicted[index]].compactMap(\.self))
      let squares = (low: centres.min()!, high: centres.max()! * layers[index].rankGain)
      bands[index] = FactorBand(squares, variance)
      signal = own.response * own.response * signal + own.noise + layers[index + 1].oddsOfDropout * own.maskNoise
    }
    return bands
  }
}

/// The same for what brings the gradient back through a layer, its weights and the way around it, over rms(δ)² of that
/// layer.
private struct BackwardFluctuation {
  /// The logarithm's derivative by ln S of the layer before.
  let response: Double
  let variance: Fraction

  init(_ layer: MeanFieldLayer) {
    let part = layer.aroundVariance / (layer.backwardVariance + layer.aroundVariance)
    let through = 1 - part
    // A softmax has no slopes of its own, and nothing goes around it.
    let own = LayerFluctuation(layer)
    // Calibrated weights are scaled against S.
    response = (layer.weights.needsData ? -through : 0) - part * (own?.slopeResponse ?? 0)
    // |Wᵀδ|² for a given δ; orthogonal weights leave less to chance, and nothing where they are square.
    let weights = 2 / layer.inputs - (layer.weights.isOrthogonal ? 2 / max(layer.inputs, layer.units) : 0)
    let mask = 3 * layer.oddsOfDropout / layer.inputs
    var variance = Fraction(above: through * through * weights + 4 * part * through / layer.inputs + mask)
    variance.below = part * part * ((own?.slopeNoise ?? 0) + (own?.divisorNoise ?? 0))
    self.variance = variance
  }
}

extension MeanFieldLayer {
  /// By how much the mean square of a number grows with dropout.
  fileprivate var oddsOfDropout: Double { 1 / kept - 1 }

  /// The layers behind inputs with these moments, each behind what the one before sends on; fewer after a request to
  /// stop.
  fileprivate static func stack(_ descriptions: [ProbeDescription], behind input: SignalMoments) -> [MeanFieldLayer] {
    var layers: [MeanFieldLayer] = []
    var key: Key?
    var stream = input
    for description in descriptions.untilStopped {
      let before = key
      key = Key(description)
      // Once the signal has come to rest, equal layers are the same.
      if let last = layers.last, key == before, last.input == stream {
        layers.append(last)
      } else {
        layers.append(MeanFieldLayer(description, behind: stream))
      }
      stream = layers[layers.count - 1].sum
    }
    return layers
  }

  /// What the square of a batch normalisation's gain may be larger by: it divides by the variance of each unit over the
  /// samples, a sum over at most as many independent directions as there are inputs, and E[1/χ²(n)] = 1/(n − 2).
  fileprivate var rankGain: Double {
    guard norm == .batch else { return 1 }
    return inputs > 2 ? inputs / (inputs - 2) : .infinity
  }
}
