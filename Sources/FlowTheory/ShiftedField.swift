// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// Mean-field theory of a network whose weights or biases have a mean.
///
/// The mean µ of the weights adds µ·Σy to the pre-activations of a layer: a shift m that all its units share and that
/// differs from sample to sample. Given m, they are independent normal numbers of variance v. With n = fan_in and
/// σ_w² = n·Var[w],
///
///     m ← n·µ·E[φ] + E[b],    v ← σ_w²·E[φ²] + n·µ²·Var[φ] + Var[b],
///
/// over z ~ N(m, v). A layer normalisation removes the shift. See `ShiftedGradient` for the backward pass.
struct ShiftedField {
  private let rules: [ShiftedRule]
  private let signals: [ShiftedSignal]

  /// Creates the theory of these layers for the given data, by default for inputs of mean 0 and variance 1 whose sum is
  /// normal. Returns `nil` where the theory is not known: after a batch normalisation, whose units depend on the shifts
  /// of other samples, with a shortcut, with dropout, and with weights calibrated on data.
  init?(_ descriptions: [RowDescription], _ data: DataMoments? = nil) {
    let isKnown = descriptions.allSatisfy {
      $0.block == .none && $0.norm != .batch && $0.kept == 1 && !$0.weights.needsData
    }
    guard isKnown else { return nil }
    rules = descriptions.map(ShiftedRule.init)
    // If the weights have no mean, all samples are alike.
    let groups =
      rules.contains { $0.mean != 0 }
      ? data?.groups ?? DataMoments.standard(inputs: Int(rules[0].inputs)).groups : [(0, data?.input.square ?? 1)]
    signals = Self.signals(rules, groups)
    // Some are missing if a stop was requested.
    guard signals.count == rules.count else { return nil }
  }

  /// The theory of each layer. The factor is that of the layer at its actual position, for mse with standard normal
  /// targets: a limit is known for one sample, but not for the RMS over samples with different shifts.
  var layers: [LayerTheory] {
    let factors =
      isSteady
      ? ShiftedGradient.factors(rules, signals, from: .meanSquares(1)) : [Double?](repeating: nil, count: rules.count)
    return rules.indices.map { index in
      let (rule, signal) = (rules[index], signals[index])
      return LayerTheory(
        layer: index + 1, activation: rule.activation, weightVariance: rule.weightVariance,
        biasVariance: rule.biasVariance, q: signal.variance, chi: rule.chi(signal.samples), factor: factors[index],
        factorLow: nil, factorHigh: nil, shift: signal.shift, limit: nil)
    }
  }

  /// Returns the factor of every layer for this loss of the outputs; `nil` for the last layer and if there is none.
  func predictions(_ targets: LossTargets) -> [Double?]? {
    let outputs = signals[signals.count - 1].samples
    guard !outputs.contains(where: \.state.isFar), isSteady else { return nil }
    let states = outputs.map { rules[rules.count - 1].isNormalized ? (0, 1) : ($0.state.mean, $0.state.variance) }
    return targets.signal(rules[rules.count - 1].activation, OutputDistribution(samples: states)).map {
      ShiftedGradient.factors(rules, signals, from: $0)
    }
  }

  /// Whether the slopes hardly depend on the shift of a particular draw. If they do depend on it, so does the gradient,
  /// and a typical draw differs from the mean one.
  ///
  /// The variance of the shift over draws is the sum of n·µ²·Var[φ], which the layer adds, and (n·µ·E[φ'])² times the
  /// variance in the previous layer. Around an unstable shift, such as 0 for tanh, it grows from layer to layer until
  /// no draw is typical.
  private var isSteady: Bool {
    var variances = [Double](repeating: 0, count: signals[0].samples.count)
    let stop = StopToken.current
    for index in rules.indices.dropFirst() where !rules[index].activation.isSoftmax {
      if stop.isRequested { return false }
      let (rule, before, own) = (rules[index], signals[index - 1].samples, signals[index].samples)
      // Fluctuations are proportional to 1/√width. The limits are for a width of 64.
      let fluctuation = (64 / rule.inputs).squareRoot()
      let steepest = own.lazy.compactMap { $0.moments?.slopeSquare }.max() ?? 0
      for sample in own.indices {
        guard !rule.isNormalized, let y = before[sample].moments, let moments = own[sample].moments else {
          variances[sample] = 0
          continue
        }
        // A rectifier scales the whole signal, which does not change its slopes.
        let isInherited = !rules[index - 1].isNormalized && !rule.activation.isRectifier
        let growth = isInherited ? rule.inputs * rule.mean * y.slope : 0
        let drawn = rule.inputs * rule.mean * rule.mean * max(y.square - y.value * y.value, 0)
        variances[sample] = growth * growth * variances[sample] + drawn
        // Samples with flat slopes contribute no gradient.
        guard variances[sample] > 0, moments.slopeSquare > steepest / 3 else { continue }
        func slope(_ shift: Double) -> Double {
          let state = own[sample].state
          return ActivationMoments(rule.activation, state.variance, mean: state.mean + shift).slopeSquare
        }
        let deviation = variances[sample].squareRoot()
        let changes = [slope(-deviation), slope(deviation)].map { abs(Real.log($0 / moments.slopeSquare)) }
        if !(changes.max()! * fluctuation <= Self.mostGrown) { return false }
        let own = drawn.squareRoot()
        if sample == variances.count / 2, own > 0,
          !(abs(Real.log(slope(own) / slope(-own))) * fluctuation <= Self.mostUnsteady)
        {
          return false
        }
      }
    }
    return true
  }

  /// The largest allowed changes of the logarithm of the mean square slope in a layer of 64 inputs: for the middle
  /// sample over two standard deviations of the shift that the layer adds, and for any sample over one standard
  /// deviation of the whole shift.
  private static let (mostUnsteady, mostGrown) = (0.15, 1.0)

  /// Returns the signal in every layer. Some layers are missing if a stop was requested.
  private static func signals(
    _ rules: [ShiftedRule], _ groups: [(sum: Double, square: Double)]
  ) -> [ShiftedSignal] {
    let first = rules[0]
    var states = groups.map { group in
      ShiftedState(
        mean: first.mean * group.sum + first.biasMean,
        variance: first.weightVariance * group.square + first.biasVariance)
    }
    var signals: [ShiftedSignal] = []
    let stop = StopToken.current
    for (index, rule) in rules.enumerated() {
      if stop.isRequested { return signals }
      if index > 0 {
        let before = signals[index - 1].samples
        states = before.map { ShiftedState(rule, $0) }
        // Once the signal has converged, equal layers are the same.
        if rule.key == rules[index - 1].key && zip(states, before).allSatisfy({ $0.isClose(to: $1.state) }) {
          signals.append(signals[index - 1])
          continue
        }
      }
      signals.append(ShiftedSignal(samples: states.map { ShiftedSample(rule, $0) }))
    }
    return signals
  }
}

/// The distribution of a layer's initial values, and its activation and normalisation.
struct ShiftedRule {
  /// Equal for layers of the same kind.
  let key: MeanFieldLayer.Key
  let activation: Activation
  let isNormalized: Bool
  let inputs: Double
  let units: Double
  /// µ = E[w].
  let mean: Double
  /// Var[w].
  let spread: Double
  let biasMean: Double
  let biasVariance: Double

  init(_ description: RowDescription) {
    let (weights, bias) = (description.weights, description.biases)
    let (fanIn, fanOut) = (description.inputs, description.units)
    key = MeanFieldLayer.Key(description)
    activation = description.activation
    isNormalized = description.norm == .layer
    (inputs, units) = (Double(fanIn), Double(fanOut))
    mean = weights.mean
    spread = weights.variance(fanIn: fanIn, fanOut: fanOut)
    biasMean = bias.mean
    biasVariance = bias.variance(fanIn: fanIn, fanOut: fanOut)
  }

  /// σ_w² = fan_in·Var[w].
  var weightVariance: Double { inputs * spread }

  /// Returns the factor by which a stack of such layers multiplies the mean square of the gradient: the larger
  /// eigenvalue of the map of E[δ²] and (Σδ)²/n that `ShiftedGradient` applies to a gradient that is independent of the
  /// output.
  func chi(_ samples: [ShiftedSample]) -> Double {
    if activation.isSoftmax { return .nan }
    func average(_ term: (ShiftedSample, ActivationMoments) -> Double) -> Double {
      samples.reduce(0) { $0 + term($1, $1.moments!) } / Double(samples.count)
    }
    let slopeSquare = average { $1.slopeSquare / $0.divisor }
    if isNormalized { return weightVariance * slopeSquare }
    let common = (inputs - 1) * average { $1.slope * $1.slope }
    let drawn = weightVariance * slopeSquare
    let shared = inputs * mean * mean * (common + slopeSquare)
    let trace = drawn + shared
    let determinant = drawn * inputs * mean * mean * common
    return (trace + max(trace * trace - 4 * determinant, 0).squareRoot()) / 2
  }
}

/// The mean and variance over units of an activation's input, for one sample.
struct ShiftedState {
  var mean: Double
  var variance: Double
  /// Whether the values have grown, or shrunk, without bound. They are then expressed in a unit of their own.
  var isFar = false
  var isNear = false

  init(mean: Double, variance: Double) { (self.mean, self.variance) = (mean, variance) }

  /// Computes the state of a layer's pre-activations, given the output of the previous layer.
  init(_ rule: ShiftedRule, _ sample: ShiftedSample) {
    let y = sample.moments!
    mean = rule.inputs * rule.mean * y.value + rule.biasMean
    variance =
      rule.weightVariance * y.square + rule.inputs * rule.mean * rule.mean * max(y.square - y.value * y.value, 0)
      + rule.biasVariance
    // At such distances from 0, and so close to 0, a function looks the same at any scale.
    let size = max(abs(mean), variance.squareRoot())
    let isBeyond = size > Self.far && rule.activation.isUnbounded
    isFar = isBeyond || (sample.state.isFar && size > Self.far / 1e20)
    isNear = size < 1 / Self.far
    guard size > 0, isBeyond || isNear else { return }
    let unit = (isNear ? 1 / Self.far : Self.far) / size
    mean *= unit
    variance *= unit * unit
  }

  private static let far = 1e100

  func isClose(to other: Self) -> Bool {
    let size = max(abs(mean), variance.squareRoot())
    return abs(mean - other.mean) <= 1e-13 * size && abs(variance - other.variance) <= 1e-13 * size * size
  }
}

/// The output of an activation for one sample.
struct ShiftedSample {
  let state: ShiftedState
  /// The means over z ~ N(m, v), or over standard normal z after a normalisation; `nil` if the activation mixes units.
  let moments: ActivationMoments?
  /// The variance by which a normalisation divides squares; 1 without a normalisation.
  let divisor: Double

  init(_ rule: ShiftedRule, _ state: ShiftedState) {
    self.state = state
    divisor = rule.isNormalized ? state.variance : 1
    let (mean, variance) = rule.isNormalized ? (0, 1) : (state.mean, state.variance)
    moments = rule.activation.isSoftmax ? nil : ActivationMoments(rule.activation, variance, mean: mean)
  }
}

struct ShiftedSignal {
  let samples: [ShiftedSample]

  /// The variance of the activation's input over units.
  var variance: Double {
    if samples.contains(where: \.state.isFar) { return .infinity }
    if samples.allSatisfy(\.state.isNear) { return 0 }
    return samples.reduce(0) { $0 + $1.state.variance } / Double(samples.count)
  }

  /// The root mean square of the shift over samples.
  var shift: Double {
    if samples.contains(where: \.state.isFar) { return .infinity }
    return (samples.reduce(0) { $0 + $1.state.mean * $1.state.mean } / Double(samples.count)).squareRoot()
  }
}
