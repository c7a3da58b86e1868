// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import Testing

/// The factor predicted for every layer on the data at hand, beside the median of many draws.
@Suite struct FactorPredictionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let activation: String
    var weights = "lecun_normal"
    var bias = Fixture.initializer("zeros")
    var norm = NormChoice.none
    var depth = 8
    var scale = 1.0
    var loss = "mse"
    var testDescription: String {
      "\(activation) \(weights) \(bias.name)\(bias.arguments) \(norm) \(depth) \(scale) \(loss)"
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
  ]

  /// Within 5 %, and inside the band of the draws.
  @Test(arguments: cases)
  func medianOfDraws(_ example: Case) throws {
    let architecture = try Architecture.chain(
      depth: example.depth, Fixture.activation(example.activation), width: 64,
      Fixture.options(Fixture.initializer(example.weights), bias: example.bias, norm: example.norm))
    let inputs = Fixture.regression(256, 64, 64, scale: example.scale).inputLists.flatMap { $0 }
    let isOfClasses = ["bce", "cross_entropy"].contains(example.loss)
    let data =
      isOfClasses
      ? DataSet(
        name: "classes", inputs: inputs, inputWidth: 64, labels: (0..<256).map { $0 % 64 },
        classes: (1...64).map { "c\($0)" })
      : DataSet(
        name: "numbers", inputs: inputs, inputWidth: 64,
        targets: Fixture.regression(256, 64, 64, seed: 2).targetLists.flatMap { $0 }, outputWidth: 64)
    let flows = try Network(architecture, seed: NetworkSeed(0)).flows(
      of: (1...101).map { NetworkSeed($0) }, data, loss: .named(example.loss)!, pool: Fixture.pool)
    for layer in 0..<example.depth - 1 {
      let theory = try #require(flows[0][layer].theory, "layer \(layer + 1)")
      let measured = median(flows.map { $0[layer].factor! })
      #expect(relativeError(theory, measured) < 0.05, "layer \(layer + 1): \(theory), not \(measured)")
      if let low = flows[0][layer].theoryLow, let high = flows[0][layer].theoryHigh {
        #expect(low <= theory && theory <= high)
      }
    }
    #expect(flows[0][example.depth - 1].theory == nil)
  }

  /// Where mean-field theory is known to fail the cell is empty: samples whose length grows apart, and samples that fill
  /// few directions in a batch normalisation. The limit is still there.
  @Test(arguments: [
    ("silu", "he_normal", NormChoice.none, 8), ("gelu", "he_normal", .none, 30),
    ("identity", "lecun_normal", .batch, 8),
  ])
  func unreliable(_ name: String, _ weights: String, _ norm: NormChoice, _ depth: Int) throws {
    let network = try Fixture.chain(depth, name, width: 64, Fixture.options(Fixture.initializer(weights), norm: norm))
    let rows = try network.flow(Fixture.regression(256, 64, 64), loss: Fixture.mse, pool: Fixture.pool)
    #expect(rows.allSatisfy { $0.theory == nil })
    #expect(rows[0].theoryLimit != nil)
  }

  /// One draw says nothing of the prediction, and the same prediction is for all draws.
  @Test func isOfTheArchitecture() throws {
    let data = Fixture.regression(32, 64, 64)
    func theory(_ seed: UInt64) throws -> [Double?] {
      try Fixture.chain(4, "tanh", width: 64, seed: seed, Fixture.options(Fixture.initializer("lecun_normal")))
        .flow(data, loss: Fixture.mse, pool: Fixture.pool).map(\.theory)
    }
    #expect(try theory(1) == theory(2))
    #expect(try theory(1)[0] != nil)
  }
}
