// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The options of `chain`, `mlp` and `sequence`. A sequence ignores `norm` and `skip`.
public struct NetworkOptions: Equatable, Sendable {
  /// The initializer of the weights.
  public var weights: Initializer
  /// The initializer of the biases, or nil for layers without biases.
  public var bias: Initializer?
  /// The normalisation between the affine part and the activation.
  public var norm: NormChoice
  /// Makes each layer of equal width y = x + skip·φ(W·x + b), unless it is nil.
  public var skip: Double?
  /// The element type.
  public var precision: Precision

  public init(
    weights: Initializer, bias: Initializer?, norm: NormChoice, skip: Double?, precision: Precision
  ) {
    self.weights = weights
    self.bias = bias
    self.norm = norm
    self.skip = skip
    self.precision = precision
  }

  /// Returns the layers that `chain` and `mlp` use for one hidden layer.
  fileprivate func layers(_ units: Int, from inputs: Int, _ activation: Activation) -> [any Layer] {
    var body: [any Layer]
    if let between = norm.layer {
      body = [Dense(units, weights: weights, bias: bias), between, ActivationLayer(activation)]
    } else {
      body = [Dense(units, activation, weights: weights, bias: bias)]
    }
    guard let skip, units == inputs else { return body }
    return [Residual(body, weights: weights, bias: bias, scale: skip)]
  }
}

/// The description of a network, with one case per function of the language that creates networks.
public enum Blueprint: Equatable, Sendable {
  /// `depth` dense layers, each followed by the activation.
  case chain(depth: Int, activation: Activation, width: Int, inputs: Int, outputs: Int, options: NetworkOptions)
  /// Dense layers with the given sizes, from the input to the output. Hidden layers use `activation`, and the last
  /// layer uses `output`.
  case mlp(sizes: [Int], activation: Activation, output: Activation, options: NetworkOptions)
  /// Any layers in order.
  case sequence(inputs: Int, layers: [any Layer], options: NetworkOptions)

  public var options: NetworkOptions {
    get {
      switch self {
      case .chain(_, _, _, _, _, let options), .mlp(_, _, _, let options), .sequence(_, _, let options): options
      }
    }
    set {
      switch self {
      case .chain(let depth, let activation, let width, let inputs, let outputs, _):
        self = .chain(
          depth: depth, activation: activation, width: width, inputs: inputs, outputs: outputs, options: newValue)
      case .mlp(let sizes, let activation, let output, _):
        self = .mlp(sizes: sizes, activation: activation, output: output, options: newValue)
      case .sequence(let inputs, let layers, _):
        self = .sequence(inputs: inputs, layers: layers, options: newValue)
      }
    }
  }

  var inputs: Int {
    switch self {
    case .chain(_, _, _, let inputs, _, _), .sequence(let inputs, _, _): inputs
    case .mlp(let sizes, _, _, _): sizes.first ?? 0
    }
  }

  /// Returns the layers in order. Throws if the arguments do not describe a network or if a stop is requested.
  package func layers() throws(NetworkError) -> [any Layer] {
    switch self {
    case .chain(let depth, let activation, let width, let inputs, let outputs, let options):
      guard depth > 0 else { throw NetworkError("a chain needs at least one layer, not \(depth)") }
      let layers = (1...depth).untilStopped.flatMap { layer in
        options.layers(layer == depth ? outputs : width, from: layer == 1 ? inputs : width, activation)
      }
      try NetworkError.checkStop()
      return layers
    case .mlp(let sizes, let activation, let output, let options):
      guard sizes.count > 1 else {
        throw NetworkError("mlp needs at least two sizes, the inputs and the outputs", hint: "for example [4, 8, 3]")
      }
      let hidden = (1..<sizes.count - 1).untilStopped.flatMap {
        options.layers(sizes[$0], from: sizes[$0 - 1], activation)
      }
      try NetworkError.checkStop()
      return hidden + [Dense(sizes[sizes.count - 1], output, weights: options.weights, bias: options.bias)]
    case .sequence(_, let layers, _):
      return layers
    }
  }

  /// Returns the initializer that `mlp` uses if none is given.
  public static func automaticInitializer(for activation: Activation) -> Initializer {
    activation.isRectifier ? .heNormal : .xavierUniform
  }

  public static func == (left: Blueprint, right: Blueprint) -> Bool {
    switch (left, right) {
    case (.chain(let a, let b, let c, let d, let e, let f), .chain(let u, let v, let w, let x, let y, let z)):
      (a, b, c, d, e, f) == (u, v, w, x, y, z)
    case (.mlp(let a, let b, let c, let d), .mlp(let w, let x, let y, let z)): (a, b, c, d) == (w, x, y, z)
    case (.sequence(let a, let layers, let c), .sequence(let x, let others, let z)):
      (a, c) == (x, z) && areSame(layers, others)
    case (.chain, _), (.mlp, _), (.sequence, _): false
    }
  }
}
