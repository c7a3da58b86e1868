import FlowLanguage
// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import FlowRuntime

/// Creates a layer with the options of its network, which provide the default initializers.
typealias LayerMaker = @Sendable (NetworkOptions) -> any Layer

/// The functions that make layers for `sequence` and `residual`.
enum LayerBuiltins {
  static let builtins: [Builtin] = [
    layerBuiltin(
      "dense", "A layer whose units are connected to all inputs, followed by an activation.",
      [
        Parameter("units", .count, "number of units"),
        Parameter(
          "activation", .choice(.activation), default: "identity", omitsLabel: true, "activation of the units",
          advice: "dense(8) has 8 units and takes its number of inputs from the layer before it"),
        Parameter(
          "init", .optional(.choice(.initializer)), default: "none", "initial weights; none uses those of the network"),
        .bias(
          .union([.choice(.initializer), .word(["auto"]), .boolean]), default: "auto",
          "initial biases; auto uses those of the network, false builds a layer without biases"),
      ], example: "summary(sequence(2, dense(4, tanh), dense(1)))"
    ) { call in
      let (units, activation): (Int, Activation) = (call.whole("units"), call.choice("activation"))
      let weights: Initializer? = call.optionalChoice("init")
      let bias = call.bias
      return { Dense(units, activation, weights: weights ?? $0.weights, bias: bias($0.bias)) }
    },
    layerBuiltin(
      "batchnorm", "Normalises every unit over the batch, which must have at least two samples; Ioffe, Szegedy 2015.",
      [
        Parameter(
          "momentum", .number(.share), default: literal(BatchNorm.default.momentum),
          "weight of a new batch in the running statistics"),
        Parameter(
          "eps", .number(.above(0)), default: literal(BatchNorm.default.epsilon),
          "added to the variance to avoid a division by zero"),
      ], example: "summary(sequence(2, dense(4), batchnorm(), relu, dense(1)))"
    ) { call in
      let layer = BatchNorm(momentum: call.number("momentum"), epsilon: call.number("eps"))
      return { _ in layer }
    },
    layerBuiltin(
      "layernorm", "Normalises every sample over its units; Ba, Kiros, Hinton 2016.", [],
      example: "summary(sequence(2, dense(4), layernorm(), relu, dense(1)))"
    ) { _ in { _ in LayerNorm() } },
    layerBuiltin(
      "rmsnorm", "Divides every sample by the root mean square of its units; Zhang, Sennrich 2019.",
      [Parameter("eps", .number(.above(0)), default: "1e-5", "added to the mean square to avoid a division by zero")],
      example: "summary(sequence(2, dense(4), rmsnorm(), relu, dense(1)))"
    ) { call in
      let layer = RMSNorm(epsilon: call.number("eps"))
      return { _ in layer }
    },
    layerBuiltin(
      "groupnorm", "Normalises every sample over each of several groups of units; Wu, He 2018.",
      [
        Parameter("groups", .count, "number of groups, which must divide the number of units"),
        Parameter("eps", .number(.above(0)), default: "1e-5", "added to the variance to avoid a division by zero"),
      ], example: "summary(sequence(2, dense(6), groupnorm(3), relu, dense(1)))"
    ) { call in
      let layer = GroupNorm(call.whole("groups"), epsilon: call.number("eps"))
      return { _ in layer }
    },
    layerBuiltin(
      "dropout", "Sets units to zero at random during training; Srivastava and others 2014.",
      [Parameter("p", .number(.share), "probability that a unit is set to zero, below 1")],
      example: "summary(sequence(2, dense(4, relu), dropout(0.5), dense(1)))"
    ) { call in
      let layer = Dropout(call.number("p"))
      return { _ in layer }
    },
    layerBuiltin(
      "residual", "Adds the input of a block of layers to its output; He and others 2016.",
      [
        Parameter(
          "layers", .union([.choice(.layer), .choice(.activation)]), rest: true, "layers and activations, in order",
          advice: "layers are separate arguments: sequence(2, dense(8), tanh, dense(1))"),
        Parameter("scale", .number(.above(0)), default: "1", "factor of the layers' output"),
      ], example: "summary(sequence(2, dense(4), residual(dense(4, relu)), dense(1)))"
    ) { call in
      let (parts, scale) = (call.rest, call.number("scale"))
      return { options in
        Residual(
          parts.map { layer(of: $0, options) }, weights: options.weights, bias: options.bias, scale: scale)
      }
    },
  ]
}

extension Parameter {
  /// Returns the parameter for the initial biases of a layer, or of all layers of a network.
  static func bias(_ type: ParameterType, default standard: String, _ summary: String) -> Parameter {
    Parameter(
      "bias", type, default: standard, summary,
      advice: "bias: zeros makes the biases 0 at the start; bias: false builds layers without biases")
  }
}

extension Call {
  /// Maps the default initializer to the one that the argument `bias` selects, or to nil for no biases. `true` requires
  /// biases.
  var bias: @Sendable (_ standard: Initializer?) -> Initializer? {
    switch value("bias") {
    case .boolean(let hasBias): { hasBias ? $0 ?? .zeros : nil }
    case .string: { $0 }
    default:
      { [rule = optionalChoice("bias") as Initializer?] _ in rule }
    }
  }
}

/// Returns the layer for an argument of `sequence` or `residual`.
func layer(of value: Value, _ options: NetworkOptions) -> any Layer {
  guard case .object(let object) = value, let choice = object as? Choice else {
    preconditionFailure("the signature lets layers and activations in")
  }
  if let activation = choice.product as? Activation { return ActivationLayer(activation) }
  guard let make = choice.product as? LayerMaker else { preconditionFailure("a layer has a maker") }
  return make(options)
}

/// Returns the builtin that makes a layer. Its name is the kind of the layer.
func layerBuiltin(
  _ name: String, _ summary: String, _ parameters: [Parameter], example: String,
  make: @escaping @Sendable (Call) -> LayerMaker
) -> Builtin {
  Builtin(
    name, summary, in: .layers, parameters, gives: "a layer", example: example, seeAlso: ["sequence"], family: .layer
  ) { call in
    let arguments = parameters.filter { !$0.isRest }.map { ($0.name, call.value($0.name)) }
    let rest = parameters.filter(\.isRest).map { ($0.name, Value.list(List(call.rest))) }
    return .object(
      Choice(
        family: .layer, name: name, arguments: Record(uniqueKeysWithValues: arguments + rest),
        isStandard: arguments.allSatisfy { !call.isGiven($0.0) } && call.rest.isEmpty, product: make(call),
        source: CallWriter(call.evaluator).call(
          name, arguments.map { CallWriter.Argument($0, $1) }, rest: call.rest.map(\.source))))
  }
}
