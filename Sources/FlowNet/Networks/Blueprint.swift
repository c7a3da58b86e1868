// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The normalisation that `norm:` puts between the dense part and the activation.
public enum NormChoice: String, Sendable, CaseIterable {
  case none, batch, layer

  var layer: (any Layer)? {
    switch self {
    case .none: nil
    case .batch: BatchNorm()
    case .layer: LayerNorm()
    }
  }
}

/// What `chain` and `mlp` have in common.
public struct NetworkOptions: Sendable {
  /// The rule for the initial weights.
  public var weights: Initializer
  /// The rule for the initial biases.
  public var bias: Initializer
  /// What stands between the dense part and the activation.
  public var norm: NormChoice
  /// Makes each layer of equal width y = x + φ(W·x + b).
  public var skip: Bool
  /// The element type.
  public var precision: Precision

  /// The options, with the defaults of `chain` and `mlp`.
  public init(
    weights: Initializer, bias: Initializer = .zeros, norm: NormChoice = .none, skip: Bool = false,
    precision: Precision = .f64
  ) {
    self.weights = weights
    self.bias = bias
    self.norm = norm
    self.skip = skip
    self.precision = precision
  }

  /// The arguments that differ from the defaults, as source code.
  fileprivate func source(standard: Initializer) -> String {
    var text = ""
    if weights.name != standard.name || weights.arguments != standard.arguments {
      text += ", init: \(sourceText(weights.name, weights.arguments))"
    }
    if bias.name != "zeros" { text += ", bias: \(sourceText(bias.name, bias.arguments))" }
    if norm != .none { text += ", norm: \(norm.rawValue)" }
    if skip { text += ", skip: true" }
    return text
  }

  /// One hidden layer.
  fileprivate func layers(_ units: Int, from inputs: Int, _ activation: Activation) -> [any Layer] {
    var body: [any Layer]
    if let between = norm.layer {
      body = [Dense(units, weights: weights, bias: bias), between, ActivationLayer(activation)]
    } else {
      body = [Dense(units, activation, weights: weights, bias: bias)]
    }
    return skip && units == inputs ? [Residual(body, weights: weights, bias: bias)] : body
  }
}

/// How a network is described: one case per maker of the language, with its arguments.
public enum Blueprint: Sendable {
  /// `depth` dense layers, each followed by the activation.
  case chain(depth: Int, activation: Activation, width: Int, inputs: Int, outputs: Int, options: NetworkOptions)
  /// Sizes from input to output; hidden layers use the activation, the last one `output`.
  case mlp(sizes: [Int], activation: Activation, output: Activation, options: NetworkOptions)
  /// Any layers in order.
  case sequence(inputs: Int, layers: [any Layer], options: NetworkOptions)

  /// What the makers have in common.
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

  /// Units that go in.
  var inputs: Int {
    switch self {
    case .chain(_, _, _, let inputs, _, _), .sequence(let inputs, _, _): inputs
    case .mlp(let sizes, _, _, _): sizes.first ?? 0
    }
  }

  /// The layers in order. Throws where they do not make a network, and when a stop is requested.
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

  /// Source code of the language that builds the network; the precision is left out where it is the standard one.
  public func source(standard: Precision = .f64) -> String {
    var text: String
    switch self {
    case .chain(let depth, let activation, let width, let inputs, let outputs, let options):
      text = "chain(\(depth), \(sourceText(activation.name, activation.arguments))"
      if width != 1 { text += ", width: \(width)" }
      if inputs != width { text += ", inputs: \(inputs)" }
      if outputs != width { text += ", outputs: \(outputs)" }
      text += options.source(standard: .normal)
    case .mlp(let sizes, let activation, let output, let options):
      text =
        "mlp([\(sizes.map(String.init).joined(separator: ", "))], "
        + sourceText(activation.name, activation.arguments)
      if output != .identity { text += ", output: \(sourceText(output.name, output.arguments))" }
      text += options.source(standard: Self.standardInitializer(activation))
    case .sequence(let inputs, let layers, let options):
      text =
        "sequence(\(inputs), \(layers.untilStopped.map(\.source).joined(separator: ", "))"
        + options.source(standard: .xavierUniform)
    }
    if options.precision != standard { text += ", precision: \(options.precision.rawValue)" }
    return text + ")"
  }

  /// The initializer that `mlp` takes when none is named.
  public static func standardInitializer(_ activation: Activation) -> Initializer {
    activation.isRectifier ? .heNormal : .xavierUniform
  }
}
