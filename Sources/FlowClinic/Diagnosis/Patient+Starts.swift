// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

extension Patient {
  /// Returns the initial values that may be unsuitable.
  func starts(_ signs: Signs) -> [Suspect] {
    var groups = [strangeWeights(signs), unusualWeights(signs)].filter { !$0.isEmpty }
    if groups.count == 2 && groups[0].map(\.layer) == groups[1].map(\.layer) { groups.removeLast() }
    if signs.isOfSignal {
      // The loss grows with the product of the variances, so smaller ones cannot explain it.
      groups = groups.filter { $0.reduce(1) { $0 * max($1.ratio, 1) } > Signs.largeLoss }
    }
    return shiftedWeights(signs) + weights(signs, groups) + biases(signs) + norms(signs)
  }

  /// Returns the initial values whose effect may only show during training, because a normalisation hides it from the
  /// flow.
  ///
  /// - Parameter matters: Whether the initial values may be the reason why training learned nothing, so that small
  ///   deviations matter too.
  func hiddenStarts(_ signs: Signs, matters: Bool) -> [Suspect] {
    let sizes = signs.rows.filter(network.isDense).map { LayerVariance($0, $0.activation) }
    let range = matters ? Self.usualRatios : LayerVariance.harmless
    let groups = [strangeWeights(signs), sizes.filter { !range.contains($0.ratio) }].filter { !$0.isEmpty }
    return shiftedWeights(signs) + weights(signs, groups) + biases(signs) + norms(signs)
  }

  /// Returns the weights of layers that differ from those of all other layers.
  private func strangeWeights(_ signs: Signs) -> [LayerVariance] {
    let sizes = freeWeights(signs)
    let usual = usualRatio(sizes)
    // A normalisation compensates for the size of the weights before it, but not for the size of their gradient, nor
    // for the range of their squares.
    let normalized = signs.rows.filter { signs.preactivation($0.layer).isNormalized && network.isDense($0) }
      .filter { !LayerVariance.harmless.contains(LayerVariance($0, $0.activation).ratio) || signs.leavesRange($0) }
    return normalized.map { LayerVariance($0, $0.activation) }
      + sizes.filter { !($0.ratio < Self.outlier * usual && $0.ratio * Self.outlier > usual) }
  }

  /// Returns the median ratio; of two in the middle, the one that is closer to 1.
  private func usualRatio(_ sizes: [LayerVariance]) -> Double {
    let sorted = sizes.map(\.ratio).sorted()
    if sorted.isEmpty { return 1 }
    let middle = [sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2]]
    return middle.min { max($0, 1 / $0) < max($1, 1 / $1) }!
  }

  /// Returns the weights that are far from the size that preserves the signal.
  private func unusualWeights(_ signs: Signs) -> [LayerVariance] {
    freeWeights(signs).filter { !Self.usualRatios.contains($0.ratio) }
  }

  /// Returns the variances of weights that are not followed by a normalisation.
  private func freeWeights(_ signs: Signs) -> [LayerVariance] {
    signs.rows.filter { !signs.preactivation($0.layer).isNormalized && network.isDense($0) }
      .map { LayerVariance($0, $0.activation) }
  }

  private func weights(_ signs: Signs, _ groups: [[LayerVariance]]) -> [Suspect] {
    groups.map { layers in
      let first = layers[0]
      // The layers multiply, so those that are far too large count more than one that is slightly too small.
      let isSmall = layers.reduce(1) { $0 * $1.ratio } < 1
      return Suspect(
        cause: .weights, layer: first.layer, explains: .ofNetworks,
        prescription: prescription(layers)
      ) { symptom in
        explanation(signs, symptom, isSmall: isSmall, layers.map(\.layer), isZero: first.ratio == 0)
      } repaired: {
        rescaled(layers)
      }
    }
  }

  /// A layer's variance of weights differs from that of the others if it is this many times larger or smaller.
  private static let outlier = 30.0
  /// Harmless ratios of the variance of weights to the one that preserves the signal. Those of common initializers are
  /// in this range.
  private static let usualRatios = 0.6...1.7

  /// Returns the prescription that repairs some layers; nil for all layers, for which another initializer is
  /// prescribed.
  private func prescription(_ layers: [LayerVariance]) -> Prescription? {
    var own = newDraw(of: layers.map(\.layer))
    own?.change = .edits(layers.map(rescaling))
    return own
  }

  /// Returns the prescription to redraw some layers; nil for all layers, for which another initializer is prescribed.
  func newDraw(of layers: [Int]) -> Prescription? {
    guard layers.count < network.depth - 1 || layers.count == 1 else { return nil }
    return Prescription(
      "new initial weights for \(Self.names(layers))", "its weights then have the size that preserves the signal",
      editing: layers.map { ParameterEdit(drawing: $0, of: network) })
  }

  /// Returns the edit after which the weights of a layer preserve the size of the signal.
  private func rescaling(_ layer: LayerVariance) -> ParameterEdit {
    layer.ratio > 0 && layer.ratio.isFinite
      ? ParameterEdit(layer.layer, .weight, times: 1 / layer.ratio.squareRoot())
      : ParameterEdit(drawing: layer.layer, of: network)
  }

  private static func names(_ layers: [Int]) -> String {
    layers.count == 1 ? "layer \(layers[0])" : "layers " + layers.map(String.init).joined(separator: ", ")
  }

  private func explanation(_ signs: Signs, _ symptom: Diagnosis.Symptom, isSmall: Bool, _ layers: [Int], isZero: Bool)
    -> String
  {
    if isZero { return "the weights of this layer are 0, so no gradient passes through" }
    let place = layers.count == 1 ? "of layer \(layers[0])" : layers.count < network.depth - 1 ? "of some layers" : ""
    let weights = place.isEmpty ? "the weights" : "the weights \(place)"
    return switch symptom {
    case .saturated: "large weights\(place.isEmpty ? "" : " \(place)") push z far from 0, where the activation is flat"
    case .dead: "\(weights) keep the units inactive for every input"
    case .overflow where signs.rows.contains(where: \.weightNorm.isNaN): "\(weights) contain nan"
    case .overflow: "\(weights) are too large for the range of \(network.precision.rawValue)"
    case .exploding where signs.isOfSignal: "\(weights) make the outputs far too large"
    case .stalled: "\(weights) are too \(isSmall ? "small" : "large") to begin with"
    case _ where symptom.shrinks && !isSmall:
      "\(weights) are so large that the slopes of \(signs.activationName) shrink the gradient"
    default:
      "\(weights) \(symptom.shrinks ? "shrink" : "amplify") the gradient\(place.isEmpty ? " in every layer" : ""): "
        + "they are too \(isSmall ? "small" : "large")"
    }
  }

  /// Returns the patient with the weights of some layers multiplied so that they preserve the size of the signal.
  /// Weights that are 0 are drawn.
  func rescaled(_ layers: [LayerVariance]) -> Patient { with(layers.map(rescaling)) }

  /// Returns the patient with the weights of some layers drawn again, so that they preserve the size of the signal.
  func redrawn(_ layers: [Int]) -> Patient { with(layers.map { ParameterEdit(drawing: $0, of: network) }) }

  /// Returns the patient with all weights drawn again, so that they preserve the size of the signal, and biases of 0.
  func independentDraw(seed: UInt64) -> Patient {
    let rows = 1...network.depth
    return with(
      rows.map { ParameterEdit(drawing: $0, of: network) } + rows.map { ParameterEdit($0, .bias, times: 0) }, seed: seed
    )
  }

  /// Returns the change that sets every element of a parameter of a layer to the same number.
  private func filled(_ layer: Int, _ kind: ParameterKind, _ number: Double) -> ParameterChange? {
    network.numbers(layer: layer, kind).map { (layer, kind, $0.map { _ in number }) }
  }

  private func biases(_ signs: Signs) -> [Suspect] {
    let heavy = signs.rows.filter { row in
      let z = signs.preactivation(row.layer)
      return z.bias > z.signal
    }
    return biases(signs, heavy) + biasesBeforeNorms(signs)
  }

  /// Returns the biases before a normalisation over units, which does not remove them.
  private func biasesBeforeNorms(_ signs: Signs) -> [Suspect] {
    let heavy = signs.rows.filter { row in
      let z = signs.preactivation(row.layer, beforeNorm: true)
      return signs.preactivation(row.layer).isNormalized && z.bias > z.signal
    }
    guard let first = heavy.first else { return [] }
    return [
      Suspect(
        cause: .bias, layer: first.layer, explains: .ofNetworks,
        prescription: Prescription(
          "zero the bias of \(Self.names(heavy.map(\.layer)))", "the normalisation then sees the signal",
          editing: heavy.map { ParameterEdit($0.layer, .bias, times: 0) })
      ) { _ in
        "the biases before the normalisation outweigh the signal"
      } repaired: {
        with(heavy.compactMap { filled($0.layer, .bias, 0) })
      }
    ]
  }

  private func biases(_ signs: Signs, _ heavy: [LayerFlow]) -> [Suspect] {
    guard let first = heavy.first else { return [] }
    let z = signs.preactivation(first.layer)
    let name = heavy.count == 1 && signs.rows.count > 2 ? "\(z.biasName) of layer \(first.layer)" : z.biasName
    return [
      Suspect(
        cause: .bias, layer: first.layer, explains: .ofNetworks,
        prescription: Prescription(
          "zero the \(z.isNormalized ? "shifts" : "bias") of \(Self.names(heavy.map(\.layer)))",
          "z stays where the slope is large",
          editing: heavy.map {
            ParameterEdit($0.layer, signs.preactivation($0.layer).isNormalized ? .shift : .bias, times: 0)
          })
      ) { symptom in
        switch symptom {
        case .dead: "\(name) keep the units inactive for every input"
        case .saturated: "\(name) push z far from 0, where \(first.activation.name) is flat"
        case .stalled: "\(name) outweigh the signal"
        case .exploding where signs.isOfSignal: "\(name) make the outputs far too large"
        default: "\(name) push z to where the slopes are \(symptom.shrinks ? "small" : "large")"
        }
      } repaired: {
        with(heavy.compactMap { filled($0.layer, signs.preactivation($0.layer).isNormalized ? .shift : .bias, 0) })
      }
    ]
  }

  private func norms(_ signs: Signs) -> [Suspect] {
    let odd = signs.rows.filter { row in
      let z = signs.preactivation(row.layer)
      return z.isNormalized && !(0.5...2).contains(z.signal)
    }
    guard let first = odd.first else { return [] }
    return [
      Suspect(
        cause: .norm, layer: first.layer, explains: .ofNetworks,
        prescription: Prescription(
          "scales of 1 in \(Self.names(odd.map(\.layer)))", "the normalisation then preserves the size of the signal",
          editing: odd.map { ParameterEdit($0.layer, .scale, filledWith: 1) })
      ) { symptom in
        "the scales of the normalisation \(symptom.shrinks ? "shrink" : "amplify") the gradient"
      } repaired: {
        with(odd.compactMap { filled($0.layer, .scale, 1) })
      }
    ]
  }

  /// In deep, narrow layers of rectifiers, half of the units are dead in many draws, and such networks train well.
  private static let mostlyDead = 0.75

  /// Returns weights of a usual size that nevertheless keep units inactive.
  func deadWeights(_ signs: Signs) -> [Suspect] {
    guard let row = signs.row(.dead), row.dead > Self.mostlyDead else { return [] }
    // The layers after a dead layer have nothing to work with, so they may have to be drawn again too.
    let all = signs.hidden.filter { $0.dead > Self.mostlyDead }.map(\.layer)
    return [[row.layer], all].filter { !$0.isEmpty }.map { layers in
      Suspect(
        cause: .weights, layer: layers[0], explains: [.dead], prescription: newDraw(of: layers)
      ) { _ in
        "the weights keep the units inactive for every input"
      } repaired: {
        redrawn(layers)
      }
    }
  }
}
