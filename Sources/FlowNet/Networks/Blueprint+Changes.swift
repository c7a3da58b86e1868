// SPDX-License-Identifier: GPL-3.0-or-later

/// The same network with one ingredient exchanged; nil where that changes nothing.
extension Blueprint {
  /// Another activation in the hidden layers; of a chain, in all of them.
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

  /// Other initial weights in all layers, or other biases, or both.
  public func with(weights: Initializer? = nil, bias: Initializer? = nil) -> Blueprint? {
    var other = self
    if let weights { other.options.weights = weights }
    if let bias { other.options.bias = bias }
    if case .sequence(let inputs, let layers, let options) = other {
      other = .sequence(inputs: inputs, layers: layers.map { $0.with(weights, bias) }, options: options)
    }
    return changed(other)
  }

  /// A normalisation between the dense part and the activation of every hidden layer that has none.
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

  /// A shortcut around every hidden layer of equal width that has none.
  public func withShortcuts() -> Blueprint? {
    var other = self
    if case .sequence(let inputs, let layers, let options) = self {
      other = .sequence(
        inputs: inputs, layers: SequenceParts(layers).withShortcuts(inputs, options), options: options)
    } else {
      other.options.skip = true
    }
    return changed(other)
  }

  /// About half of the hidden layers, the first of them included.
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

  private func changed(_ other: Blueprint) -> Blueprint? {
    guard let own = try? layers(), let others = try? other.layers() else { return nil }
    let isSame = own.count == others.count && zip(own, others).untilStopped.allSatisfy { $0.source == $1.source }
    return isSame ? nil : other
  }
}

/// The layers of a sequence in parts: each begins with a dense layer or a block and has what follows it; the last one is
/// the output.
private struct SequenceParts {
  /// What stands before the first dense layer or block.
  let head: [any Layer]
  let hidden: [[any Layer]]
  let output: [any Layer]

  init(_ layers: [any Layer]) {
    let starts = layers.indices.filter { layers[$0] is Dense || layers[$0] is Residual }
    let ends = starts.dropFirst() + [layers.count]
    let parts = zip(starts, ends).map { Array(layers[$0..<$1]) }
    head = Array(layers[..<(starts.first ?? layers.count)])
    hidden = parts.dropLast()
    output = parts.last ?? []
  }

  func with(_ activation: Activation) -> [any Layer] {
    let body = (head + hidden.joined()).map { $0.with(activation) }
    // A block at the end may still have hidden layers inside.
    guard let block = output.first as? Residual else { return body + output }
    return body + [block.with(activation)] + output.dropFirst()
  }

  func with(_ norm: NormChoice) -> [any Layer] {
    let body = head + hidden.flatMap { SequenceParts.normalized($0, norm) }
    guard let block = output.first as? Residual else { return body + output }
    return body + SequenceParts.normalized([block], norm) + output.dropFirst()
  }

  private static func normalized(_ part: [any Layer], _ norm: NormChoice) -> [any Layer] {
    guard let between = norm.layer, !part.contains(where: { $0 is BatchNorm || $0 is LayerNorm }) else { return part }
    if let block = part.first as? Residual {
      let inner = SequenceParts(block.layers)
      let body = inner.head + (inner.hidden + [inner.output]).flatMap { normalized($0, norm) }
      return [Residual(body, weights: block.weights, bias: block.bias)] + part.dropFirst()
    }
    guard let dense = part.first as? Dense else { return part }
    let linear = Dense(dense.units, weights: dense.weights, bias: dense.bias)
    let own: [any Layer] = dense.activation.name == "identity" ? [] : [ActivationLayer(dense.activation)]
    return [linear, between] + own + part.dropFirst()
  }

  func withShortcuts(_ inputs: Int, _ options: NetworkOptions) -> [any Layer] {
    var width = width(of: head, inputs)
    return head
      + hidden.flatMap { part -> [any Layer] in
        let before = width
        width = self.width(of: part, before)
        guard part.first is Dense, width == before else { return part }
        return [Residual(part, weights: options.weights, bias: options.bias)]
      } + output
  }

  func withHalfTheHiddenLayers(_ inputs: Int) -> [any Layer] {
    var width = width(of: head, inputs)
    var met = 0
    let kept = hidden.filter { part in
      let before = width
      width = self.width(of: part, before)
      guard width == before else { return true }
      met += 1
      return met % 2 == 1
    }
    return head + kept.joined() + output
  }

  /// The units that come out of these layers; the sequence has been checked.
  private func width(of layers: [any Layer], _ inputs: Int) -> Int {
    layers.reduce(inputs) { width, layer in (try? layer.outputs(inputs: width)) ?? width }
  }
}

extension Layer {
  /// The layer with another activation in place of its own, if it has one that is not linear.
  fileprivate func with(_ activation: Activation) -> any Layer {
    switch self {
    case let dense as Dense where dense.activation.name != "identity":
      Dense(dense.units, activation, weights: dense.weights, bias: dense.bias)
    case is ActivationLayer: ActivationLayer(activation)
    case let block as Residual:
      Residual(block.layers.map { $0.with(activation) }, weights: block.weights, bias: block.bias)
    default: self
    }
  }

  /// The layer with other initial values.
  fileprivate func with(_ weights: Initializer?, _ bias: Initializer?) -> any Layer {
    switch self {
    case let dense as Dense:
      Dense(dense.units, dense.activation, weights: weights ?? dense.weights, bias: bias ?? dense.bias)
    case let block as Residual:
      Residual(
        block.layers.map { $0.with(weights, bias) }, weights: weights ?? block.weights, bias: bias ?? block.bias)
    default: self
    }
  }
}
