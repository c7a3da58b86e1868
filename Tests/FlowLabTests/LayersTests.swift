// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLanguage
import FlowMath
import FlowRuntime
import NetworkFixtures
import TestSupport
import Testing

@testable import FlowLab
@testable import FlowNet

/// Runs all commands that take a network on every layer of the language, and on layers that are not in the program.
@Suite struct LayersTests {
  private static let weights = Fixture.initializer("lecun_normal")
  private static let initializer = Parameter(
    "init", .optional(.choice(.initializer)), default: "none", "initial weights")
  private static let activation = Parameter("activation", .choice(.activation), default: "tanh", "activation")

  /// One entry per layer, as in the program.
  private static let additions: [Builtin] = [
    layerBuiltin("twice", "Applies the same weights twice.", [activation, initializer], example: "twice()") { call in
      let activation: Activation = call.choice("activation")
      let weights: Initializer? = call.optionalChoice("init")
      return { TwiceLayer(activation: activation, weights: weights ?? $0.weights) }
    },
    layerBuiltin(
      "recurrent", "Goes through the steps of a sequence.",
      [
        Parameter("units", .count, "number of units"), Parameter("steps", .count, "number of steps"), activation,
        initializer, Parameter("all", .boolean, default: "false", "whether all steps are returned"),
      ], example: "recurrent(2, 3)"
    ) { call in
      let (units, steps, all) = (call.whole("units"), call.whole("steps"), call.boolean("all"))
      let activation: Activation = call.choice("activation")
      let weights: Initializer? = call.optionalChoice("init")
      return {
        RecurrentLayer(
          units: units, steps: steps, activation: activation, weights: weights ?? $0.weights, returnsAll: all)
      }
    },
    layerBuiltin(
      "convolution", "Convolves positions.",
      [
        Parameter("inputs", .count, "number of channels of the input"),
        Parameter("channels", .count, "number of channels of the output"),
        Parameter("width", .count, "number of positions"), initializer,
      ], example: "convolution(1, 2, 3)"
    ) { call in
      let (inputs, channels, width) = (call.whole("inputs"), call.whole("channels"), call.whole("width"))
      let weights: Initializer? = call.optionalChoice("init")
      return {
        ConvolutionLayer(inputChannels: inputs, channels: channels, width: width, weights: weights ?? $0.weights)
      }
    },
    layerBuiltin(
      "scan", "Centres the state over the batch.", [Parameter("steps", .count, "number of steps")], example: "scan(3)"
    ) { call in
      let steps = call.whole("steps")
      return { _ in BatchScanLayer(steps: steps) }
    },
    layerBuiltin(
      "gate", "Multiplies two branches.",
      [
        Parameter(
          "layers", .union([.choice(.layer), .choice(.activation)]), rest: true, "layers and activations, in order"),
        Parameter("left", .count, default: "1", "number of layers in the first branch"),
      ], example: "gate(relu, tanh, left: 1)"
    ) { call in
      let (parts, left) = (call.rest, call.whole("left"))
      return { options in
        let layers = parts.map { layer(of: $0, options) }
        return GateLayer(left: Array(layers.prefix(left)), right: Array(layers.dropFirst(left)))
      }
    },
  ]

  /// For each layer, calls that create it, for six inputs.
  private static let calls = [
    "dense": ["dense(6, tanh)", "dense(4, bias: false)", "dense(6, relu, init: normal(0, 0.5))"],
    "batchnorm": ["batchnorm()", "batchnorm(0.2, eps: 0.001)"], "layernorm": ["layernorm()"],
    "rmsnorm": ["rmsnorm()", "rmsnorm(0.01)"], "groupnorm": ["groupnorm(2)"], "dropout": ["dropout(0.2)"],
    "residual": [
      "residual(dense(6, tanh))", "residual(dense(3, tanh), dense(6), scale: 0.3)", "residual(dense(4), layernorm())",
    ],
    "twice": ["twice()", "residual(twice(sigmoid))"],
    "recurrent": ["recurrent(4, 3)", "recurrent(4, 2, sigmoid, all: true)"],
    "convolution": ["convolution(2, 3, 2)"], "scan": ["scan(3)"],
    "gate": ["gate(dense(6, sigmoid), layernorm(), relu, left: 2)"],
  ]

  private static let registry = Registry([Registry.standard.builtins.values.flatMap(\.entries), additions])

  private func lines(_ script: String) throws -> [Substring] {
    let scripted = ScriptedHost()
    try Interpreter(host: scripted.host(), registry: Self.registry).run(Source(name: "test", text: script))
    return scripted.output.split(separator: "\n")
  }

  /// A new layer must have an entry in `calls`.
  @Test func everyLayerHasCalls() {
    let names = (LayerBuiltins.builtins + Self.additions).map(\.name)
    #expect(Set(names) == Set(Self.calls.keys))
  }

  @Test(arguments: calls.values.flatMap(\.self).sorted(), Precision.allCases)
  func everyCommand(_ call: String, _ precision: Precision) throws {
    let script = """
      n = sequence(6, dense(6, tanh), \(call), dense(2), init: lecun_normal, precision: \(precision))
      d = gaussian(24, 6, 2)
      same = fn(a, b) = str(predict(a, d)) == str(predict(b, d))
      c = copy(n)
      r = train(n, d, optimizer: adam(0.01), epochs: 2, batch: 10)
      r.state == "finished"
      not same(n, c)
      save(n, "n.safetensors")
      same(n, load("n.safetensors")) and same(n, copy(n))
      show(n)
      str(load("n.safetensors")) == str(n)
      sum(summary(n).parameters) == n.parameters
      f = flow(n, d)
      len(f) == n.depth and not contains(f.state, "nan")
      max(gradcheck(n, d).max_error) < 1e-5
      len(precision(n, d, formats: [f16])) > 0
      len(explain(n, data: d).term) > 0
      len(window(n, d)) > 0
      diagnose(n, d)
      diagnose(r)
      b = blame(c, d, seeds: 1)
      len(b) > 3
      m = remedies(c, d, seeds: 1, epochs: 1)
      len(m) > 10
      """
    let output = try lines(script)
    #expect(output.filter { $0 == "false" }.isEmpty, "\(output)")
    #expect(output.filter { $0 == "true" }.count >= 8, "\(output)")
  }
}
