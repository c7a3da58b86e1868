// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Mean-field numbers of one dense layer with its normalisation and activation.
struct MeanFieldLayer {
  let activation: Activation
  let inputs: Double
  let units: Double
  let norm: NormChoice
  let block: ProbeDescription.Block
  /// The share of the inputs that dropout keeps.
  let kept: Double
  /// How weights are drawn, as far as it matters beyond their variance.
  let weights: Initializer
  let weightVariance: Double
  /// fan_out·Var[w] over the share that dropout keeps, what the weights and the mask multiply the square of a gradient by.
  let backwardVariance: Double
  let biasVariance: Double
  /// The mean over units of what goes into the activation, which is that of the biases unless a normalisation removes it.
  let shift: Double
  /// The variance of what goes into the activation.
  let q: Double
  /// rms(δ)²/rms(g)², with g the gradient of the layer's output: mean square slope, over the variance that a
  /// normalisation divides by.
  let slopeGain: Double
  /// What a normalisation divides squares by; else 1.
  let divisor: Double
  /// Which part of the pre-activations' variance comes from the input; the rest is the bias's.
  let share: Double
  let chi: Double
  /// What comes in, as far as it is known; deep in a stack it is what goes out.
  let input: SignalMoments
  let output: SignalMoments
  /// The means at q; nil where q is infinite or the activation mixes units.
  let moments: ActivationMoments?
  /// How the samples of the batch resemble each other; by default there are infinitely many independent ones.
  var batch = BatchSignal()

  /// A layer deep in a stack of its own kind. Finding the fixed point takes as long as many a pass through a network, so
  /// it is looked for once: the layers of a network, and the networks of a sweep, are mostly alike.
  static func deep(_ description: ProbeDescription) -> MeanFieldLayer {
    let key = Key(description)
    if let known = known.withLock({ $0[key] }) { return known }
    let layer = MeanFieldLayer(description, input: nil)
    known.withLock { known in
      if known.count >= mostKnown { known.removeAll() }
      known[key] = layer
    }
    return layer
  }

  private static let known = Guarded<[Key: MeanFieldLayer]>([:])
  private static let mostKnown = 4096

  /// Creates a layer behind this signal, of infinite width unless `hasFiniteWidth`. With a shortcut the squared gains
  /// of the two branches add.
  init(_ description: ProbeDescription, behind input: SignalMoments, hasFiniteWidth: Bool = false) {
    self.init(description, input: input, hasFiniteWidth: hasFiniteWidth)
  }

  private init(_ description: ProbeDescription, input: SignalMoments?, hasFiniteWidth: Bool = false) {
    let (fanIn, fanOut) = (description.inputs, description.dense.units)
    (inputs, units) = (Double(fanIn), Double(fanOut))
    (norm, block, kept) = (description.norm, description.block, description.kept)
    weights = description.dense.weights
    let bias = description.dense.bias.variance(fanIn: fanIn, fanOut: fanOut)
    let spread =
      weights.needsData
      ? Self.calibratedVariance(description, bias: bias, input, hasFiniteWidth)
      : weights.variance(fanIn: fanIn, fanOut: fanOut)
    activation = description.activation
    weightVariance = Double(fanIn) * spread
    backwardVariance = Double(fanOut) * spread / description.kept
    biasVariance = bias
    shift = description.norm == .none && input != nil ? description.dense.bias.mean : 0
    if description.norm != .none {
      q = 1
    } else if let input {
      q = weightVariance * input.kept(description.kept).square + bias
    } else {
      q = MeanField(activation, weightVariance: weightVariance / description.kept, biasVariance: bias).variance
    }
    moments = q.isFinite && !activation.isSoftmax ? ActivationMoments(activation, q, mean: shift) : nil
    // Where the variance grows without bound the slopes come to those far out.
    let slope = moments?.slopeSquare ?? (activation.isSoftmax ? .nan : activation.farMeanSquareSlope)
    let (mean, square) = (moments?.value ?? .nan, moments?.square ?? .nan)
    output = SignalMoments(mean: mean, square: square, spread: square - mean * mean)
    let before = (input ?? output).kept(description.kept)
    self.input = before
    // A batch's statistics see the spread over samples, a sample's all there is over units.
    divisor =
      switch description.norm {
      case .none: 1
      case .batch: weightVariance * before.spread
      case .layer: weightVariance * before.square + bias
      }
    slopeGain = slope / divisor
    share = weightVariance * before.square / (weightVariance * before.square + bias)
    chi = (description.block == .shortcut ? 1 : 0) + weightVariance / description.kept * slopeGain
  }

  /// The variance of weights that are calibrated on data: the one that makes the variance of z over samples and units 1, or
  /// that of W·x where the biases alone have more.
  ///
  /// The mean over samples and units does not count. It is small if there are many units; of the square of a normal number
  /// the median is 0.455 times the mean.
  private static func calibratedVariance(
    _ description: ProbeDescription, bias: Double, _ input: SignalMoments?, _ hasFiniteWidth: Bool
  ) -> Double {
    let unit = 1 / (Double(description.inputs) * (input?.square ?? 1) / description.kept)
    guard let input else { return (bias < 1 ? 1 - bias : 1) * unit }
    let ofMean = hasFiniteWidth ? 0.455 / Double(description.dense.units) : 0
    let rest = 1 - bias * (1 - ofMean)
    return (rest > 0 ? rest : 1) * unit / (1 - ofMean * input.sharedPart)
  }

  /// The signal that leaves the layer, with what goes around it.
  var sum: SignalMoments { block == .shortcut ? input.adding(output) : output }

  /// What a shortcut around the layer multiplies the mean square of δ by; 0 where there is none.
  var aroundVariance: Double { block == .shortcut ? 1 / slopeGain : 0 }

  /// Whether Wᵀδ is as long as δ, but for a number.
  var keepsLengths: Bool { weights.isOrthogonal && units <= inputs }

  /// What two layers must share to have the same numbers.
  struct Key: Hashable {
    let activation: String
    let arguments: [Double]
    let rule: String
    let weights: Double
    let bias: Double
    let biasKurtosis: Double
    let means: [Double]
    let block: ProbeDescription.Block
    let fanIn: Int
    let fanOut: Int
    let norm: NormChoice
    let kept: Double

    init(_ description: ProbeDescription) {
      activation = description.activation.name
      arguments = description.activation.arguments
      fanIn = description.inputs
      fanOut = description.dense.units
      weights = description.dense.weights.secondMoment(fanIn: fanIn, fanOut: fanOut)
      bias = description.dense.bias.secondMoment(fanIn: fanIn, fanOut: fanOut)
      biasKurtosis = description.dense.bias.excessKurtosis
      rule = description.dense.weights.name
      means = [description.dense.weights.mean, description.dense.bias.mean]
      (norm, block, kept) = (description.norm, description.block, description.kept)
    }
  }
}
