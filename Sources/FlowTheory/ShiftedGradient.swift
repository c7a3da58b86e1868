// SPDX-License-Identifier: GPL-3.0-or-later

/// The gradient of one sample in the backward pass through layers whose weights or biases have a mean; see
/// `ShiftedField`.
///
/// The gradient g of a layer's output y consists of four parts: a number G that all units share, a multiple P of y (see
/// `BackwardSignal`, which applies here, too), and noise that is shared, of variance V_s, or independent, of variance
/// V_i. With δ = φ'·g, τ = E[δ], and m units in this layer, whose weights have mean µ and variance s², the parts for
/// the previous layer's output are
///
///     G ← m·µ·τ,    P ← s²·m·E[(z − E[z])·δ]/Var[z],    V_i ← s²·m·E[δ²],
///     V_s ← µ²·(m·(E[δ²] − τ² − E[φ']²·V_s) + m²·E[φ']²·V_s).
///
/// A layer normalisation removes from δ the components along the mean and along z.
struct ShiftedGradient {
  fileprivate var shared: Double
  fileprivate var along: Double
  fileprivate var sharedNoise: Double
  fileprivate var noise: Double

  /// Returns rms(δ_l)/rms(δ_{l+1}) of every layer except the last, for this gradient of the outputs; `nil` where there
  /// is none.
  static func factors(_ rules: [ShiftedRule], _ signals: [ShiftedSignal], from loss: LossSignal) -> [Double?] {
    var factors = [Double?](repeating: nil, count: rules.count)
    guard let last = signals.last else { return factors }
    let start = ShiftedGradient(shared: loss.shared, along: loss.along, sharedNoise: 0, noise: loss.noise)
    var gradients = last.samples.map { _ in start }
    var above: Double?
    for index in rules.indices.reversed() {
      let deltas = zip(gradients, signals[index].samples).map { ShiftedDelta($0, $1, rules[index]) }
      let square = deltas.reduce(0) { $0 + $1.square } / Double(deltas.count)
      if above != nil, square.isFinite { factors[index] = square.squareRoot() }
      above = square
      // Use units of rms(δ), so that the values stay in the range of f64 at any depth.
      gradients = zip(deltas, signals[index].samples).map { delta, sample in
        Self(delta, rules[index], sample, unit: 1 / square)
      }
    }
    return factors
  }
}

/// The gradient δ of one sample's pre-activations.
private struct ShiftedDelta {
  /// E[δ²].
  let square: Double
  /// τ = E[δ].
  var mean = 0.0
  /// E[(z − E[z])·δ].
  var product = 0.0
  /// The contribution of the shared noise to E[δ]².
  var sharedSquare = 0.0

  init(_ g: ShiftedGradient, _ sample: ShiftedSample, _ rule: ShiftedRule) {
    // After a softmax, δ sums to 0 and is independent of z.
    guard let y = sample.moments else {
      square = 1
      return
    }
    let mean = g.shared * y.slope + g.along * y.valueSlope
    let product = g.shared * y.slopeMoment + g.along * y.squareResponse
    let known =
      g.shared * g.shared * y.slopeSquare + 2 * g.shared * g.along * y.valueSlopeSquare + g.along * g.along * y.squares
    let drawn = (g.sharedNoise + g.noise) * y.slopeSquare
    if rule.isNormalized {
      let taken = g.sharedNoise * (y.slope * y.slope + y.slopeMoment * y.slopeMoment)
      square = (known - mean * mean - product * product + drawn - taken) / sample.divisor
    } else {
      square = known + drawn
      (self.mean, self.product) = (mean, product)
      sharedSquare = g.sharedNoise * y.slope * y.slope
    }
  }
}

extension ShiftedGradient {
  /// Computes the gradient of the previous layer's output from δ and the weights of a layer. Squares are multiplied by
  /// `unit`.
  fileprivate init(_ delta: ShiftedDelta, _ rule: ShiftedRule, _ sample: ShiftedSample, unit: Double) {
    let units = rule.units
    let scale = unit.squareRoot()
    shared = units * rule.mean * delta.mean * scale
    // The part of z's deviation that is due to the weights. If z does not deviate, it does not depend on the weights.
    along = sample.state.variance > 0 ? units * rule.spread * delta.product / sample.state.variance * scale : 0
    let own = max(delta.square - delta.mean * delta.mean - delta.sharedSquare, 0)
    sharedNoise = rule.mean * rule.mean * (units * own + units * units * delta.sharedSquare) * unit
    noise = units * rule.spread * delta.square * unit
  }
}
