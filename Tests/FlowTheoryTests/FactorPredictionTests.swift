// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import FlowTheory
import NetworkFixtures
import Testing

/// Compares the factors that are predicted for given data with the medians of many draws.
@Suite struct FactorPredictionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let activation: String
    var weights = "lecun_normal"
    var bias = Fixture.initializer("zeros")
    var norm = NormChoice.none
    var depth = 8
    var scale = 1.0
    var loss = "mse"
    var skip = false
    /// The units of a last layer without activation and normalisation, as in an mlp. If `nil`, the last layer is like
    /// the others.
    var outputs: Int?
    var samples = 256
    var testDescription: String {
      "\(activation) \(weights) \(bias.name)\(bias.arguments) \(norm) \(depth) \(scale) \(loss) \(skip) "
        + "\(outputs ?? 0) \(samples)"
    }

    func architecture() throws -> Architecture {
      let options = Fixture.options(Fixture.initializer(weights), bias: bias, norm: norm, skip: skip)
      let activation = Fixture.activation(activation)
      guard let outputs else { return try .chain(depth: depth, activation, width: 64, options) }
      return try .mlp(
        [Int](repeating: 64, count: depth) + [outputs], activation, output: Fixture.activation("identity"), options)
    }
  }

  static let cases = [
    Case(activation: "tanh"), Case(activation: "tanh", weights: "he_normal", depth: 30),
    Case(activation: "sigmoid"), Case(activation: "sigmoid", bias: Fixture.initializer("normal", 0, 0.5)),
    Case(activation: "relu", weights: "he_normal"), Case(activation: "relu", weights: "he_normal", depth: 30),
    Case(activation: "gelu", weights: "xavier_uniform"), Case(activation: "silu"),
    Case(activation: "mish", weights: "orthogonal"),
    Case(activation: "selu", depth: 2), Case(activation: "relu", weights: "lsuv"),
    Case(activation: "softsign", bias: Fixture.initializer("constant", 0.5)),
    Case(activation: "tanh", norm: .batch), Case(activation: "sigmoid", norm: .batch, depth: 6),
    Case(activation: "relu", norm: .batch), Case(activation: "gelu", norm: .layer),
    Case(activation: "sin", norm: .layer),
    Case(activation: "tanh", scale: 3), Case(activation: "tanh", scale: 0.2),
    Case(activation: "relu", weights: "he_normal", loss: "cross_entropy"), Case(activation: "tanh", loss: "mae"),
    Case(activation: "sigmoid", loss: "bce"), Case(activation: "softplus", loss: "huber"),
    // The part that the samples share at an output does not pass the last normalisation.
    Case(activation: "tanh", bias: Fixture.initializer("normal", 0, 1), norm: .batch, depth: 3, outputs: 64),
    Case(activation: "softplus", norm: .batch, depth: 2, outputs: 64),
    Case(activation: "sigmoid", norm: .batch, depth: 4, outputs: 10),
    Case(activation: "relu", bias: Fixture.initializer("constant", 0.3), norm: .batch, depth: 3, outputs: 64),
    Case(activation: "gelu", weights: "orthogonal", norm: .batch, depth: 3, outputs: 64),
    Case(activation: "silu", norm: .batch, depth: 3, loss: "cross_entropy", outputs: 10),
    // Few samples, or a signal that fills few directions.
    Case(activation: "identity", norm: .batch, depth: 6), Case(activation: "tanh", norm: .batch, depth: 4, samples: 32),
    // Biases with a mean.
    Case(activation: "identity", weights: "orthogonal", bias: Fixture.initializer("constant", 0.5), depth: 5),
    Case(activation: "selu", weights: "orthogonal", bias: Fixture.initializer("constant", -0.5), depth: 5, outputs: 64),
    // With a shortcut.
    Case(activation: "relu", weights: "he_normal", norm: .batch, depth: 6, skip: true),
    Case(activation: "silu", norm: .batch, depth: 6, skip: true),
  ]

  /// The prediction must be within 5 % of the median and inside the band.
  @Test(arguments: cases)
  func medianOfDraws(_ example: Case) throws {
    let architecture = try example.architecture()
    let (samples, outputs) = (example.samples, architecture.outputs)
    let inputs = Fixture.regression(samples, 64, 64, scale: example.scale).inputLists.flatMap { $0 }
    let isOfClasses = ["bce", "cross_entropy"].contains(example.loss)
    let data =
      isOfClasses
      ? DataSet(
        name: "classes", inputs: inputs, inputWidth: 64, labels: (0..<Int32(samples)).map { $0 % Int32(outputs) },
        classes: (1...outputs).map { "c\($0)" })
      : DataSet(
        name: "numbers", inputs: inputs, inputWidth: 64,
        targets: Fixture.regression(samples, 64, outputs, seed: 2).targetLists.flatMap { $0 }, outputWidth: outputs)
    let flows = try Network(architecture, seed: NetworkSeed(0)).predictedFlows(
      of: (1...101).map { NetworkSeed($0) }, data, loss: .named(example.loss)!, pool: Fixture.pool)
    for layer in 0..<flows[0].count - 1 {
      let theory = try #require(flows[0][layer].theory, "layer \(layer + 1)")
      let measured = median(flows.map { $0[layer].factor! })
      #expect(relativeError(theory, measured) < 0.05, "layer \(layer + 1): \(theory), not \(measured)")
      if let low = flows[0][layer].theoryLow, let high = flows[0][layer].theoryHigh {
        #expect(low <= theory && theory <= high)
      }
    }
    #expect(flows[0].last!.theory == nil)
  }

  /// There is no prediction where mean-field theory is known to fail: if pre-activations are not normal, because their
  /// biases are uniformly distributed and larger than the input; if the lengths of the samples diverge; if the samples
  /// fill few directions in a batch normalisation; if weights are calibrated on a single output, which is largely the
  /// same for all samples; or if biases leave little variance to calibrate. The limit is still predicted.
  @Test(arguments: [
    (Case(activation: "gelu", weights: "he_normal", depth: 30), 10),
    (Case(activation: "softsign", weights: "xavier_normal", bias: Fixture.initializer("uniform", -3, 3), depth: 3), 1),
    (Case(activation: "silu", weights: "he_normal"), 0), (Case(activation: "identity", norm: .batch), 2),
    (Case(activation: "tanh", norm: .batch, depth: 3, outputs: 64, samples: 12), 0),
    (Case(activation: "softplus", weights: "lsuv", depth: 3, outputs: 1), 2),
    (Case(activation: "relu6", weights: "lsuv", bias: Fixture.initializer("normal", 0, 1), depth: 3), 1),
  ])
  func unreliable(_ example: Case, _ layer: Int) throws {
    let architecture = try example.architecture()
    let rows = try Network(architecture, seed: NetworkSeed(1)).predictedFlow(
      Fixture.regression(example.samples, 64, architecture.outputs), loss: Fixture.mse, pool: Fixture.pool)
    #expect(rows[layer].theory == nil)
    if example.weights != "lsuv" { #expect(rows[layer].theoryLimit != nil) }
  }

  /// Samples with few inputs vary in length, and sin is steep for some of them and flat for others.
  @Test(arguments: [(1, false), (10, false), (64, true)])
  func oscillating(_ inputs: Int, _ isPredicted: Bool) throws {
    let architecture = try Architecture.chain(
      depth: 3, Fixture.activation("sin"), width: 64, inputs: inputs, Fixture.options(Fixture.initializer("he_normal")))
    let rows = try Network(architecture, seed: NetworkSeed(1)).predictedFlow(
      Fixture.regression(256, inputs, 64), loss: Fixture.mse, pool: Fixture.pool)
    #expect((rows[0].theory != nil) == isPredicted)
  }

  /// The prediction is the same for all draws.
  @Test func dependsOnlyOnTheArchitecture() throws {
    let data = Fixture.regression(32, 64, 64)
    func theory(_ seed: UInt64) throws -> [Double?] {
      try Fixture.chain(4, "tanh", width: 64, seed: seed, Fixture.options(Fixture.initializer("lecun_normal")))
        .predictedFlow(data, loss: Fixture.mse, pool: Fixture.pool).map(\.theory)
    }
    #expect(try theory(1) == theory(2))
    #expect(try theory(1)[0] != nil)
  }
}
