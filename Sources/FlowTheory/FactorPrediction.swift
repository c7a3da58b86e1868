// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

/// The factors that mean-field theory predicts for every layer of a network on given data, before the initial values
/// are drawn.
///
/// The signal is followed from the moments of the inputs to the output, and the gradient from the loss back to the
/// input. The first layers, where the signal has not converged yet, and the last ones, whose gradient contains the
/// output, therefore have factors of their own. The prediction is for a typical draw: it is the median, accurate to a
/// few percent at width 64. There is no prediction where the theory is known to be less accurate.
struct FactorPrediction {
  /// rms(δ_l)/rms(δ_{l+1}); `nil` for the last layer, and if there is no prediction.
  let factors: [Double?]

  init(_ descriptions: [RowDescription], _ data: DataMoments?, _ targets: LossTargets, samples: Int) {
    let none = [Double?](repeating: nil, count: descriptions.count)
    // Normalising a single unit removes its signal.
    guard descriptions.count > 1, let data,
      descriptions.allSatisfy({
        $0.block != .other && !($0.norm == .layer && $0.units == 1) && !$0.leavesWeightsToChance
      })
    else {
      factors = none
      return
    }
    // A loss that is fused with the last activation is a function of z.
    var layers = descriptions
    if targets.isFused(with: layers[layers.count - 1].activation) {
      layers[layers.count - 1] = layers[layers.count - 1].withoutActivation
    }
    if layers.contains(where: \.hasShiftingWeights) {
      factors = ShiftedField(layers, data)?.predictions(targets) ?? none
      return
    }
    let stack = PredictedStack(layers, data, samples: samples)
    guard stack.layers.count == layers.count, let last = stack.layers.last,
      let loss = targets.signal(last.activation, last.distribution)
    else {
      factors = none
      return
    }
    let squares = BackwardSignal.squaredFactors(stack.layers, from: loss)
    let corrections = stack.corrections
    // The output depends on the units that dropout keeps, and so does the error that returns through the same units.
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
  /// The distribution of the layer's pre-activations.
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
    // The output of a softmax has an unknown distribution, so the component of the gradient along it is not known.
    if activation.isSoftmax { return .independent }
    return LossSignal(loss, data, rows: rows, outputs: outputs, activation, z)
  }
}
