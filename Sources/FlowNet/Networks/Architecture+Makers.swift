// SPDX-License-Identifier: GPL-3.0-or-later

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
    weights: Initializer, bias: Initializer = .named("zeros")!, norm: NormChoice = .none, skip: Bool = false,
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

extension Architecture {
  /// `depth` dense layers, each followed by the activation.
  public static func chain(
    depth: Int, _ activation: Activation, width: Int = 1, inputs: Int? = nil, outputs: Int? = nil,
    _ options: NetworkOptions
  ) throws(NetworkError) -> Architecture {
    guard depth > 0 else { throw NetworkError("a chain needs at least one layer, not \(depth)") }
    let first = inputs ?? width
    let last = outputs ?? width
    var layers: [any Layer] = []
    var before = first
    for layer in 1...depth {
      let units = layer == depth ? last : width
      layers += options.layers(units, from: before, activation)
      before = units
    }
    var source = "chain(\(depth), \(sourceText(activation.name, activation.arguments))"
    if width != 1 { source += ", width: \(width)" }
    if first != width { source += ", inputs: \(first)" }
    if last != width { source += ", outputs: \(last)" }
    source += options.source(standard: .named("normal")!)
    return try Architecture(inputs: first, layers: layers, precision: options.precision, openCall: source)
  }

  /// Sizes from input to output; hidden layers use the activation, the last one `output`.
  public static func mlp(
    _ sizes: [Int], _ activation: Activation, output: Activation = .identity, _ options: NetworkOptions
  ) throws(NetworkError) -> Architecture {
    guard sizes.count > 1 else {
      throw NetworkError("mlp needs at least two sizes, the inputs and the outputs", hint: "for example [4, 8, 3]")
    }
    var layers: [any Layer] = []
    for index in 1..<sizes.count - 1 { layers += options.layers(sizes[index], from: sizes[index - 1], activation) }
    layers.append(Dense(sizes[sizes.count - 1], output, weights: options.weights, bias: options.bias))
    let last = output.name == "identity" ? "" : ", output: \(sourceText(output.name, output.arguments))"
    let source =
      "mlp([\(sizes.map(String.init).joined(separator: ", "))], \(sourceText(activation.name, activation.arguments))"
      + last + options.source(standard: standardInitializer(activation))
    return try Architecture(inputs: sizes[0], layers: layers, precision: options.precision, openCall: source)
  }

  /// Any layers in order.
  public static func sequence(
    inputs: Int, _ layers: [any Layer], _ options: NetworkOptions
  ) throws(NetworkError) -> Architecture {
    let rest = options.source(standard: .named("xavier_uniform")!)
    let source = "sequence(\(inputs), \(layers.map(\.source).joined(separator: ", "))\(rest)"
    return try Architecture(inputs: inputs, layers: layers, precision: options.precision, openCall: source)
  }

  /// The initializer that `mlp` takes when none is named.
  public static func standardInitializer(_ activation: Activation) -> Initializer {
    .named(activation.isRectifier ? "he_normal" : "xavier_uniform")!
  }
}
