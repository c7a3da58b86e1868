// SPDX-License-Identifier: GPL-3.0-or-later

/// What mean-field theory says of one dense layer.
public struct LayerTheory: Sendable {
  /// How a signal and its gradient behave in a deep stack of such layers.
  public enum Phase: String, Sendable { case ordered, critical, chaotic }

  /// The layer, counted from 1 at the input.
  public let layer: Int
  /// What follows the affine part.
  public let activation: Activation
  /// σ_w² = fan_in·E[w²] and σ_b² = E[b²].
  public let weightVariance: Double
  /// σ_b² = E[b²].
  public let biasVariance: Double
  /// The variance q* of the pre-activations, and χ there.
  public let q: Double
  /// χ at q*; with a normalisation or a shortcut, of the whole layer.
  public let chi: Double
  /// The predicted factor of the flow table.
  public let factor: Double?
  /// ξ = 1/|ln χ|; gradients live about 6ξ layers.
  public let depthScale: Double
  /// Ordered below χ = 1, chaotic above.
  public let phase: Phase
}

extension MeanField {
  /// The theory of each dense layer, from what its initializers declare.
  public static func layers(_ network: Network) -> [LayerTheory] {
    let shapes = (1...network.depth).map(network.layer)
    let descriptions = network.probeDescriptions
    return shapes.indices.map { index in
      let shape = shapes[index]
      let description = descriptions[index]
      let weights = description.dense.weights
      let field = MeanField(
        shape.activation,
        weightVariance: Double(shape.inputs) * weights.secondMoment(fanIn: shape.inputs, fanOut: shape.outputs),
        biasVariance: description.dense.bias.secondMoment(fanIn: shape.inputs, fanOut: shape.outputs))
      let q = description.isNormalized ? 1 : field.variance
      let slope = q.isFinite && !shape.activation.isSoftmax ? field.meanSquareSlope(q) : .nan
      // Normalised outputs make the branch's gain independent of the weights.
      let branch =
        description.isNormalized
        ? slope / (field.meanSquareValue(q) - field.meanValue(q) * field.meanValue(q)) : field.weightVariance * slope
      let chi = description.isShortcut ? 1 + branch : branch
      return LayerTheory(
        layer: index + 1, activation: shape.activation, weightVariance: field.weightVariance,
        biasVariance: field.biasVariance, q: q, chi: chi,
        factor: factor(chi, slope, shapes, descriptions, index),
        depthScale: 1 / abs(Double.log(chi)),
        phase: abs(chi - 1) < 1e-6 ? .critical : chi < 1 ? .ordered : .chaotic)
    }
  }

  /// The square root of χ, taken with the backward weights: rms(δ_l)²/rms(δ_{l+1})² = fan_out·E[w²]·E[φ'²], with the
  /// weights of layer l + 1 and the slope of layer l.
  private static func factor(
    _ chi: Double, _ slope: Double, _ shapes: [LayerInfo], _ descriptions: [ProbeDescription], _ index: Int
  ) -> Double? {
    guard index + 1 < shapes.count else { return nil }
    let next = descriptions[index + 1]
    var square = chi
    if !next.isNormalized && !next.isShortcut {
      let shape = shapes[index + 1]
      square =
        Double(shape.outputs) * next.dense.weights.secondMoment(fanIn: shape.inputs, fanOut: shape.outputs) * slope
    }
    return square.isFinite ? square.squareRoot() : nil
  }

  /// The σ_w² at which χ = 1 for this σ_b²; nil if there is none between 1e-6 and 1e6.
  public static func critical(_ activation: Activation, biasVariance: Double) -> Double? {
    func excess(_ weightVariance: Double) -> Double {
      let field = MeanField(activation, weightVariance: weightVariance, biasVariance: biasVariance)
      let q = field.variance
      return q.isFinite ? field.susceptibility(q) - 1 : .infinity
    }
    var low = 1e-6
    var high = low
    while excess(high) < 0 {
      low = high
      high *= 2
      if high > 1e6 { return nil }
    }
    for _ in 0..<200 where high - low > 1e-14 * high {
      let middle = (low + high) / 2
      if excess(middle) < 0 { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}

/// What theory needs to know of a dense layer beyond its shape.
struct ProbeDescription {
  let dense: Dense
  let isNormalized: Bool
  /// True where the layer is a residual block of its own.
  let isShortcut: Bool
}

extension Network {
  /// One per dense layer, in order.
  var probeDescriptions: [ProbeDescription] {
    func describe<E>(_ engine: Engine<E>) -> [ProbeDescription] {
      let inBlocks = Set(
        engine.operations.compactMap { $0 as? ResidualOperation<E> }.flatMap(\.body).map(ObjectIdentifier.init))
      return engine.probes.map {
        ProbeDescription(
          dense: $0.description, isNormalized: $0.normalization is BatchNormOperation<E>,
          isShortcut: inBlocks.contains(ObjectIdentifier($0.dense)))
      }
    }
    switch engine {
    case .f32(let engine): return describe(engine)
    case .f64(let engine): return describe(engine)
    }
  }
}
