// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

/// The deviations of the signal and the slopes of one layer from their means over draws of the initial values, to first
/// order in 1/width, for one sample.
///
/// S is the mean square over units of a layer's output. Given S of the previous layer, the pre-activations of Gaussian
/// weights are independent normal numbers, so S is a mean over n independent terms, and so is the mean of the squared
/// slopes. Deviations of S propagate by the linearised map; the result is a sum over layers of 1/width, as in Hanin and
/// Nica 2018, and Hanin and Rolnick 2018. Averages over samples only reduce the variances, and so do weights with
/// thinner tails than normal ones.
struct LayerFluctuation {
  /// d ln S/d ln S of the previous layer.
  let response: Double
  /// The variance that the layer's own units add to ln S.
  let noise: Double
  /// d ln(slope gain)/d ln S of the previous layer.
  let slopeResponse: Double
  /// The relative variance of the mean of the squared slopes, weighted by the gradient.
  let slopeNoise: Double
  /// The variance that a dropout mask after the layer adds to ln S, per unit of the odds 1/kept − 1.
  let maskNoise: Double
  /// The relative variance of the divisor of a normalisation.
  let divisorNoise: Double

  /// Computes the fluctuation of S for all samples together or, if `isAmongOthers`, for one sample among others.
  /// Weights calibrated on data and batch normalisation undo changes that affect all samples.
  init?(_ layer: MeanFieldLayer, ofOneAmongOthers isAmongOthers: Bool = false) {
    guard let moments = layer.moments else { return nil }
    let units = layer.units
    let followsAll = layer.norm == .none && !layer.weights.needsData
    let followsOne = isAmongOthers && layer.norm != .layer
    // The fraction of a change of S that reaches the activation.
    let inner = followsAll || followsOne ? layer.share : 0
    let x = layer.block == .shortcut ? layer.input : SignalMoments(mean: 0, square: 0, spread: 0)
    // The sum (x + φ)² consists of the incoming x² and the added 2xφ + φ².
    let added = 2 * x.mean * moments.value + moments.square
    let square = x.square + added
    response = (x.square + inner * (x.mean * moments.slopeMoment + moments.squareResponse)) / square
    var spread = 4 * x.square * moments.square + 4 * x.mean * moments.cube + moments.fourth - added * added
    switch layer.norm {
    case .none: slopeResponse = inner * moments.slopeResponse
    case .layer:
      slopeResponse = -layer.share
      // The normalisation fixes the mean and the mean square of z over the units, which removes the parts along them:
      // for standard normal z, E[φ²z] = 2·E[φφ'] and E[φ²(z² − 1)]²/2 = 2·E[zφφ']².
      spread -= 4 * moments.valueSlope * moments.valueSlope + 2 * moments.squareResponse * moments.squareResponse
    case .batch:
      slopeResponse = isAmongOthers ? inner * moments.slopeResponse : -1
      // Over many samples, E[φ²] is the same for every unit.
      if !isAmongOthers { spread -= moments.fourth - moments.square * moments.square }
    }
    noise = max(spread, 0) / (square * square * units)
    maskNoise = moments.fourth / (moments.square * moments.square * units)
    // The gradient is normal over units, hence the 3. An excess of less than 1e-12 is rounding: all slopes are the
    // same.
    let excess = moments.slopeFourth / (moments.slopeSquare * moments.slopeSquare) - 1
    slopeNoise = excess > 1e-12 ? 3 * excess / units : 0
    // A variance over n units has a relative variance of 2/n.
    divisorNoise = layer.norm == .layer ? 2 / units : 0
  }
}

/// The relative variances of the numerator and the denominator of a random fraction with a mean near 1.
private struct Fraction {
  var above = 0.0
  var below = 0.0

  /// Adds the variance of a factor that enters with the given power: to the denominator if the power is negative,
  /// otherwise to the numerator.
  mutating func add(_ variance: Double, power: Double = 1) {
    if power < 0 { below += power * power * variance } else { above += power * power * variance }
  }
}

/// The bounds of the factor of a layer of finite width.
public struct FactorBand: Sendable {
  public let low: Double
  public let high: Double

  /// The fraction of draws of the initial values whose factor lies between the bounds, for one sample and Gaussian
  /// weights. With many samples, the fraction is larger.
  public static let coverage = 0.99
  /// The quantile of the normal distribution for a coverage of 99.5 %. It exceeds `coverage` because the first order in
  /// 1/width neglects a part of the tails, which is larger the narrower a layer is.
  private static let z = 2.807033768343811
  /// If nothing is random, the band is a single point, and the factor differs from it by accumulated rounding errors.
  private static let rounding = 1e-12

  /// Creates the band of the square root of a random number whose mean lies between the two squares.
  ///
  /// Mean squares are approximately gamma distributed. The cube root of such a number is approximately normal (Wilson,
  /// Hilferty, PNAS 17, 1931), which also yields the quantiles of a ratio (Paulson, Annals of Mathematical Statistics
  /// 13, 1942).
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

  /// Returns the band of every layer except the last; `nil` where there is none.
  ///
  /// The centre of a band follows the signal layer by layer from inputs with the given moments, so it is valid for the
  /// first layers, too, where the signal has not converged yet. The band extends from the factor of a gradient that is
  /// independent of the output to that of mse, and to `predicted`, the squared factors for the actual loss; see
  /// `BackwardSignal`. There are no bands in a network with blocks of several layers, whose signal is not known, or if
  /// the weights of a layer are left to chance.
  static func all(
    _ descriptions: [RowDescription], behind input: SignalMoments = .input, lengthVariance: Double? = nil,
    inverseRank: Double? = nil, predicted: [Double?] = []
  ) -> [FactorBand?] {
    var bands = [FactorBand?](repeating: nil, count: descriptions.count)
    guard descriptions.allSatisfy({ $0.block != .other && !$0.leavesWeightsToChance }) else { return bands }
    let layers = MeanFieldLayer.stack(descriptions, behind: input)
    if layers.count < descriptions.count { return bands }
    guard let output = layers.last?.sum.square else { return bands }
    let free = BackwardSignal.squaredFactors(layers, from: .independent)
    // The distribution of y after a softmax is not known.
    let aligned = output.isFinite ? BackwardSignal.squaredFactors(layers, from: .meanSquares(output)) : free
    // The variance of ln S, initially that of the inputs; by default, they are one standard normal sample.
    var signal = (lengthVariance ?? 2 / layers[0].inputs) + 3 * layers[0].oddsOfDropout / layers[0].inputs
    // The samples and the units of the previous layer limit the number of independent directions of a layer's batch.
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

/// The fluctuation of the mean square of the gradient that returns through a layer's weights and the shortcut around it,
/// relative to rms(δ)² of that layer.
private struct BackwardFluctuation {
  /// The derivative of the logarithm with respect to ln S of the previous layer.
  let response: Double
  let variance: Fraction

  init(_ layer: MeanFieldLayer) {
    let part = layer.aroundVariance / (layer.backwardVariance + layer.aroundVariance)
    let through = 1 - part
    // A softmax has no slopes of its own, and there is no shortcut around it.
    let own = LayerFluctuation(layer)
    // Calibrated weights are scaled to compensate for S.
    response = (layer.weights.needsData ? -through : 0) - part * (own?.slopeResponse ?? 0)
    // The variance of |Wᵀδ|² for a given δ. It is smaller for orthogonal weights, and 0 if they are square.
    let weights = 2 / layer.inputs - (layer.weights.isOrthogonal ? 2 / max(layer.inputs, layer.units) : 0)
    let mask = 3 * layer.oddsOfDropout / layer.inputs
    var variance = Fraction(above: through * through * weights + 4 * part * through / layer.inputs + mask)
    variance.below = part * part * ((own?.slopeNoise ?? 0) + (own?.divisorNoise ?? 0))
    self.variance = variance
  }
}

extension MeanFieldLayer {
  /// The relative growth of a mean square due to dropout.
  fileprivate var oddsOfDropout: Double { 1 / kept - 1 }

  /// Returns the layers for inputs with the given moments, each with the output of the previous one as its input. Some
  /// are missing if a stop was requested.
  fileprivate static func stack(_ descriptions: [RowDescription], behind input: SignalMoments) -> [MeanFieldLayer] {
    var layers: [MeanFieldLayer] = []
    var key: Key?
    var stream = input
    for description in descriptions.untilStopped {
      let before = key
      key = Key(description)
      // Once the signal has converged, equal layers are the same.
      if let last = layers.last, key == before, last.input == stream {
        layers.append(last)
      } else {
        layers.append(MeanFieldLayer(description, behind: stream))
      }
      stream = layers[layers.count - 1].sum
    }
    return layers
  }

  /// A bound on the factor by which the square of a batch normalisation's gain may be larger. It divides by the
  /// variance of each unit over the samples, a sum over at most as many independent directions as there are inputs, and
  /// E[1/χ²(n)] = 1/(n − 2).
  fileprivate var rankGain: Double {
    guard norm == .batch else { return 1 }
    return inputs > 2 ? inputs / (inputs - 2) : .infinity
  }
}
