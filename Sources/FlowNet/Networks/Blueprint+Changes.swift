// SPDX-License-Identifier: GPL-3.0-or-later

/// Variants of a network with one ingredient replaced. The methods return nil if that does not change the network.
extension Blueprint {
  /// Returns the network with another activation in the hidden layers. In a chain, all layers use it.
  public func with(activation: Activation) -> Blueprint? {
    switch self {
    case .chain(let depth, _, let width, let inputs, let outputs, let options):
      changed(
        .chain(depth: depth, activation: activation, width: width, inputs: inputs, outputs: outputs, options: options))
    case .mlp(let sizes, _, let output, let options):
      changed(.mlp(sizes: sizes, activation: activation, output: output, options: options))
    case .sequence(let inputs, let layers, let options):
      changed(.sequence(inputs: inputs, layers: SequenceParts(layers).with(activation), options: options))
    }
  }

  /// Returns the network with other initializers for the weights of all layers, for the biases, or for both.
  public func with(weights: Initializer? = nil, bias: Initializer? = nil) -> Blueprint? {
    var other = self
    if let weights { other.options.weights = weights }
    if let bias { other.options.bias = other.options.bias.map { _ in bias } }
    if case .sequence(let inputs, let layers, let options) = other {
      other = .sequence(inputs: inputs, layers: layers.map { $0.with(weights: weights, bias: bias) }, options: options)
    }
    return changed(other)
  }

  /// Returns the network with a normalisation before the activation of every hidden layer that has none.
  public func with(norm: NormChoice) -> Blueprint? {
    var other = self
    if case .sequence(let inputs, let layers, let options) = self {
      other = .sequence(inputs: inputs, layers: SequenceParts(layers).with(norm), options: options)
    } else {
      guard options.norm == .none else { return nil }
      other.options.norm = norm
    }
    return changed(other)
  }

  /// Returns the network with a shortcut around every hidden layer that has none and has as many outputs as inputs.
  public func withShortcuts() -> Blueprint? {
    var other = self
    if case .sequence(let inputs, let layers, let options) = self {
      other = .sequence(
        inputs: inputs, layers: SequenceParts(layers).withShortcuts(inputs, options), options: options)
    } else {
      other.options.skip = other.options.skip ?? 1
    }
    return changed(other)
  }

  /// Returns the network without normalisations. A residual block that contains nothing else is kept.
  public func withoutNorms() -> Blueprint? {
    var other = self
    if case .sequence(let inputs, let layers, let options) = self {
      other = .sequence(inputs: inputs, layers: SequenceParts.without(\.isNorm, layers), options: options)
    } else {
      other.options.norm = .none
    }
    return changed(other)
  }

  /// Returns the network without shortcuts: every residual block is replaced by the layers inside it.
  public func withoutShortcuts() -> Blueprint? {
    var other = self
    if case .sequence(let inputs, let layers, let options) = self {
      other = .sequence(inputs: inputs, layers: SequenceParts.withoutShortcuts(layers), options: options)
    } else {
      other.options.skip = nil
    }
    return changed(other)
  }

  /// Returns the network with another activation after the last dense layer, or none if it is the identity.
  public func with(output: Activation) -> Blueprint? {
    switch self {
    case .mlp(let sizes, let activation, _, let options):
      return changed(.mlp(sizes: sizes, activation: activation, output: output, options: options))
    case .chain, .sequence:
      guard let layers = try? layers() else { return nil }
      let others = SequenceParts(layers).with(output: output)
      return changed(perceptron(output, of: others) ?? .sequence(inputs: inputs, layers: others, options: options))
    }
  }

  /// Returns a chain with another activation of its last layer as the shorter `mlp`, or nil if that does not have the
  /// given layers.
  private func perceptron(_ output: Activation, of layers: [any Layer]) -> Blueprint? {
    guard case .chain(let depth, let activation, let width, let inputs, let outputs, let options) = self else {
      return nil
    }
    let hidden = Array(repeating: width, count: depth - 1)
    let perceptron = Blueprint.mlp(
      sizes: [inputs] + hidden + [outputs], activation: activation, output: output, options: options)
    guard let own = try? perceptron.layers(), areSame(own, layers) else { return nil }
    return perceptron
  }

  /// Returns the network with the branches of all its residual blocks multiplied by a factor.
  public func withBranches(scaledBy scale: Double) -> Blueprint? {
    var other = self
    if case .sequence(let inputs, let layers, let options) = self {
      other = .sequence(inputs: inputs, layers: layers.map { $0.with(branchScale: scale) }, options: options)
    } else {
      guard options.skip != nil else { return nil }
      other.options.skip = scale
    }
    return changed(other)
  }

  /// Returns the network without dropout. A residual block that contains nothing else is kept.
  public func withoutMasks() -> Blueprint? {
    guard let layers = try? layers() else { return nil }
    return changed(.sequence(inputs: inputs, layers: SequenceParts.without(\.isMask, layers), options: options))
  }

  /// Returns the network with about half of its hidden layers. In a sequence, layers that change the width remain.
  public func withHalfTheHiddenLayers() -> Blueprint? {
    switch self {
    case .chain(let depth, let activation, let width, let inputs, let outputs, let options):
      return depth < 2
        ? nil
        : .chain(
          depth: (depth + 1) / 2, activation: activation, width: width, inputs: inputs, outputs: outputs,
          options: options)
    case .mlp(let sizes, let activation, let output, let options):
      let hidden = sizes[1..<sizes.count - 1]
      guard hidden.count > 1 else { return nil }
      let kept = hidden.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
      return .mlp(
        sizes: [sizes[0]] + kept + [sizes[sizes.count - 1]], activation: activation, output: output, options: options)
    case .sequence(let inputs, let layers, let options):
      return changed(
        .sequence(inputs: inputs, layers: SequenceParts(layers).withHalfTheHiddenLayers(inputs), options: options))
    }
  }

  /// The rows of the flow table, counted from 1, that `withHalfTheHiddenLayers` keeps.
  package var rowsOfHalf: [Int] {
    switch self {
    case .chain(let depth, _, _, _, _, _): Self.everySecond(through: depth - 2, last: depth)
    case .mlp(let sizes, _, _, _): Self.everySecond(through: sizes.count - 2, last: sizes.count - 1)
    case .sequence(let inputs, let layers, _): SequenceParts(layers).rowsOfHalf(inputs)
    }
  }

  private static func everySecond(through end: Int, last: Int) -> [Int] {
    stride(from: 1, through: end, by: 2) + [last]
  }

  private func changed(_ other: Blueprint) -> Blueprint? {
    guard let own = try? layers(), let others = try? other.layers() else { return nil }
    return areSame(own, others) ? nil : other
  }
}
