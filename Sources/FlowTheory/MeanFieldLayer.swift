// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// The mean-field theory of one dense layer with its normalisation and activation.
struct MeanFieldLayer {
  let activation: Activation
  let inputs: Double
  let units: Double
  let norm: NormChoice
  let block: RowDescription.Block
  /// The fraction of the inputs that dropout keeps.
  let kept: Double
  /// The distribution of the weights; some rules matter beyond their variance.
  let weights: Initializer
  let weightVariance: Double
  /// fan_out·Var[w] over the fraction that dropout keeps: the factor by which the weights and the mask multiply the
  /// square of a gradient.
  let backwardVariance: Double
  let biasVariance: Double
  /// The mean over units of the activation's input. It is the mean of the biases unless a normalisation removes it.
  let shift: Double
  /// The variance of the activation's input.
  let q: Double
  /// rms(δ)²/rms(g)², where g is the gradient of the layer's output: the mean square slope divided by the variance that
  /// a normalisation divides by.
  let slopeGain: Double
  /// The variance by which a normalisation divides squares; 1 without a normalisation.
  let divisor: Double
  /// The part of the pre-activations' variance that is due to the input. The rest is due to the bias.
  let share: Double
  let chi: Double
  /// The input, as far as it is known. Deep in a stack it equals the output.
  let input: SignalMoments
  let output: SignalMoments
  /// The means at q; `nil` if q is infinite or the activation mixes units.
  let moments: ActivationMoments?
  /// The similarity of the samples of the batch. By default, there are infinitely many independent ones.
  var batch = BatchSignal()

  /// Returns a layer deep in a stack of equal layers. Its fixed point is cached, because finding it takes longer than
  /// many passes through a network, and the layers of a network, and the networks of a sweep, are mostly alike.
  static func deep(_ description: RowDescription) -> MeanFieldLayer {
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

  /// Creates a layer with the given input, of infinite width unless `hasFiniteWidth`. With a shortcut, the squared
  /// gains of the two branches add up.
  init(_ description: RowDescription, behind input: SignalMoments, hasFiniteWidth: Bool = false) {
    self.init(description, input: input, hasFiniteWidth: hasFiniteWidth)
  }

  private init(_ description: RowDescription, input: SignalMoments?, hasFiniteWidth: Bool = false) {
    let (fanIn, fanOut) = (description.inputs, description.units)
    (inputs, units) = (Double(fanIn), Double(fanOut))
    (norm, block, kept) = (description.norm, description.block, description.kept)
    weights = description.weights
    let bias = description.biases.variance(fanIn: fanIn, fanOut: fanOut)
    let spread =
      weights.needsData
      ? Self.calibratedVariance(description, bias: bias, input, hasFiniteWidth)
      : weights.variance(fanIn: fanIn, fanOut: fanOut)
    activation = description.activation
    weightVariance = Double(fanIn) * spread
    backwardVariance = Double(fanOut) * spread / description.kept
    biasVariance = bias
    shift = description.norm == .none && input != nil ? description.biases.mean : 0
    if description.norm != .none {
      q = 1
    } else if let input {
      q = weightVariance * input.kept(description.kept).square + bias
    } else {
      q = MeanField(activation, weightVariance: weightVariance / description.kept, biasVariance: bias).variance
    }
    moments = q.isFinite && !activation.isSoftmax ? ActivationMoments(activation, q, mean: shift) : nil
    // If the variance grows without bound, the slopes approach those far out.
    let slope = moments?.slopeSquare ?? (activation.isSoftmax ? .nan : activation.farMeanSquareSlope)
    let (mean, square) = (moments?.value ?? .nan, moments?.square ?? .nan)
    output = SignalMoments(mean: mean, square: square, spread: square - mean * mean)
    let before = (input ?? output).kept(description.kept)
    self.input = before
    // Batch statistics contain the variance over samples; sample statistics contain everything that varies over units.
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

  /// Returns the variance of weights that are calibrated on data: the one with which z has variance 1 over samples and
  /// units. If the variance of the biases alone is 1 or more, W·x has variance 1 instead.
  ///
  /// The mean over samples and units does not contribute to the variance of z. Its square is small if there are many
  /// units. The median of the square of a normal number is 0.455 times its mean.
  private static func calibratedVariance(
    _ description: RowDescription, bias: Double, _ input: SignalMoments?, _ hasFiniteWidth: Bool
  ) -> Double {
    let unit = 1 / (Double(description.inputs) * (input?.square ?? 1) / description.kept)
    guard let input else { return (bias < 1 ? 1 - bias : 1) * unit }
    let ofMean = hasFiniteWidth ? 0.455 / Double(description.units) : 0
    let rest = 1 - bias * (1 - ofMean)
    return (rest > 0 ? rest : 1) * unit / (1 - ofMean * input.sharedPart)
  }

  /// The output of the layer including the shortcut around it.
  var sum: SignalMoments { block == .shortcut ? input.adding(output) : output }

  /// The factor by which a shortcut around the layer multiplies the mean square of δ; 0 if there is none.
  var aroundVariance: Double { block == .shortcut ? 1 / slopeGain : 0 }

  /// Whether the ratio of the lengths of Wᵀδ and δ does not depend on δ.
  var keepsLengths: Bool { weights.isOrthogonal && units <= inputs }

  /// The properties that determine the theory of a layer. Layers with equal keys have equal theories.
  struct Key: Hashable {
    let activation: String
    let arguments: [Double]
    let rule: String
    let weights: Double
    let bias: Double
    let biasKurtosis: Double
    let means: [Double]
    let block: RowDescription.Block
    let fanIn: Int
    let fanOut: Int
    let norm: NormChoice
    let kept: Double

    init(_ description: RowDescription) {
      activation = description.activation.name
      arguments = description.activation.arguments
      fanIn = description.inputs
      fanOut = description.units
      weights = description.weights.secondMoment(fanIn: fanIn, fanOut: fanOut)
      bias = description.biases.secondMoment(fanIn: fanIn, fanOut: fanOut)
      biasKurtosis = description.biases.excessKurtosis
      rule = description.weights.name
      means = [description.weights.mean, description.biases.mean]
      (norm, block, kept) = (description.norm, description.block, description.kept)
    }
  }
}
