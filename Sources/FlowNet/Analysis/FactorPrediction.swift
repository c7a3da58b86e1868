// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The factors that mean-field theory predicts for every layer of a network on given data, before any number is drawn.
///
/// The signal is followed from the inputs' own moments to the output, and the gradient from the loss back, so the first
/// layers, where the signal has not come to rest, and the last ones, whose gradient contains the output, have factors of
/// their own. The prediction is for a typical draw: the median, within a few percent at width 64. Where the theory is known
/// to be further off there is none.
struct FactorPrediction {
  /// rms(δ_l)/rms(δ_{l+1}); nil in the last layer and if there is no prediction.
  let factors: [Double?]

  init(
    _ descriptions: [ProbeDescription], _ data: DataMoments?, _ targets: LossTargets, samples: Int,
    isStopped: () -> Bool
  ) {
    let none = [Double?](repeating: nil, count: descriptions.count)
    // The normalisation of a single unit leaves nothing of it.
    guard descriptions.count > 1, let data,
      descriptions.allSatisfy({
        $0.block != .other && !($0.norm == .layer && $0.dense.units == 1) && !$0.leavesWeightsToChance
      })
    else {
      factors = none
      return
    }
    // A loss that takes the derivative through the last activation itself is one of z.
    var layers = descriptions
    if targets.isFused(with: layers[layers.count - 1].activation) {
      layers[layers.count - 1] = layers[layers.count - 1].withoutActivation
    }
    if layers.contains(where: \.hasShiftingWeights) {
      factors = ShiftedField(layers, data)?.predictions(targets) ?? none
      return
    }
    let stack = PredictedStack(layers, data, samples: samples, isStopped: isStopped)
    guard stack.layers.count == layers.count, let last = stack.layers.last,
      let loss = targets.signal(last.activation, last.distribution)
    else {
      factors = none
      return
    }
    let squares = BackwardSignal.squaredFactors(stack.layers, from: loss)
    let corrections = stack.corrections
    // What dropout leaves of the signal is in the output and so in the error that comes back through the same units.
    let behindDropout = layers.lastIndex { $0.kept < 1 } ?? 0
    factors = squares.indices.map { index in
      guard index >= behindDropout, index + 1 < squares.count, squares[index].isFinite, squares[index] > 0,
        let correction = corrections[index]
      else { return nil }
      return squares[index].squareRoot() * correction
    }
  }
}

extension MeanFieldLayer {
  /// The layer's pre-activations as the loss needs them.
  fileprivate var distribution: OutputDistribution {
    OutputDistribution(
      samples: [(norm == .none ? shift : 0, q)], correlation: activationCorrelation, inputs: inputs, norm: norm,
      around: block == .shortcut ? input : nil)
  }
}

/// The loss of a network on some rows of the data, for outputs of which only the distribution is known.
struct LossTargets {
  let loss: Loss
  let data: DataSet
  let rows: Range<Int32>
  let outputs: Int

  func isFused(with activation: Activation) -> Bool { loss.fusesWith == activation }

  /// See `LossSignal`.
  func signal(_ activation: Activation, _ z: OutputDistribution) -> LossSignal? {
    // Behind a softmax nothing is known of the output that would say what comes back along it.
    if activation.isSoftmax { return .independent }
    return LossSignal(loss, data, rows: rows, outputs: outputs, activation, z)
  }
}
