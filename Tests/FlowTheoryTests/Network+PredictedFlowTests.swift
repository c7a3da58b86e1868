// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowNet
import FlowTheory
import NetworkFixtures
import Testing

/// Tests the flow table with predictions.
@Suite struct NetworkPredictedFlowTests {
  /// The predictions do not change what is measured, and they are the same for all seeds.
  @Test func measurementsAreTheSame() throws {
    let architecture = try Architecture.mlp([12, 16, 16, 3], Fixture.activation("tanh"), Fixture.options(.lecunNormal))
    let seeds = [NetworkSeed(1), NetworkSeed(2)]
    let data = Fixture.regression(40, 12, 3)
    let flows = try Network(architecture, seed: seeds[0]).predictedFlows(
      of: seeds, data, loss: Fixture.mse, limit: 30, pool: Fixture.pool)
    for (seed, many) in zip(seeds, flows) {
      let network = Network(architecture, seed: seed)
      let rows = try network.predictedFlow(data, loss: Fixture.mse, limit: 30, pool: Fixture.pool)
      let plain = try network.flow(data, loss: Fixture.mse, limit: 30, pool: Fixture.pool)
      #expect(rows.map(\.factor) == plain.map(\.factor) && rows.map(\.log10Total) == plain.map(\.log10Total))
      #expect(plain.allSatisfy { $0.theory == nil && $0.theoryLow == nil && $0.theoryLimit == nil })
      #expect(rows[0].theory != nil && rows[0].theoryLow != nil && rows[0].theoryLimit != nil)
      #expect(rows[2].theory == nil && rows[2].theoryLow == nil && rows[2].theoryLimit == nil)
      for other in [many, flows[0]] {
        #expect(rows.map(\.theory) == other.map(\.theory) && rows.map(\.theoryHigh) == other.map(\.theoryHigh))
      }
    }
  }

  /// Data that do not fit are refused before the theory reads them.
  @Test func unsuitableData() throws {
    let network = try Fixture.mlp([4, 8, 3], "tanh")
    for (data, limit) in [
      (Fixture.regression(10, 4, 3), 0), (Fixture.regression(10, 5, 3), 10), (Fixture.regression(10, 4, 2), 10),
    ] {
      #expect(throws: NetworkError.self) {
        try network.predictedFlow(data, loss: Fixture.mse, limit: limit, pool: Fixture.single)
      }
    }
  }

  @Test func aStopLeavesNoRows() throws {
    let network = try Fixture.chain(300, "tanh", width: 4)
    let data = Fixture.regression(64, 4, 4)
    for microseconds in stride(from: UInt32(0), to: 6_000, by: 600) {
      let rows = try stopping(after: microseconds) {
        try network.predictedFlow(data, loss: Fixture.mse, pool: Fixture.pool)
      }
      #expect(rows.isEmpty || rows.count == 300)
    }
    #expect(try stopped { try network.predictedFlow(data, loss: Fixture.mse, pool: Fixture.pool) }.isEmpty)
  }

  /// The theory does not cover the dense layers next to a layer with an unknown role.
  @Test func unknownLayers() throws {
    let unknown: any Layer = GroupNorm(2, epsilon: 1e-5)
    let dense = Fixture.dense(8, "tanh")
    let network = try Fixture.sequence(8, [dense, unknown, dense, Fixture.residual(unknown, dense), unknown, dense])
    let rows = try network.predictedFlow(Fixture.regression(16, 8, 8), loss: Fixture.mse, pool: Fixture.single)
    #expect(rows.count == 4)
    #expect(rows.allSatisfy { $0.theory == nil && $0.theoryLow == nil && $0.theoryLimit == nil })
  }

  /// In thirty relu layers of width 512, he_normal preserves the gradient, and variance 1/fan_in loses 1/√2 per layer.
  @Test(arguments: [("he_normal", 1.0), ("lecun_normal", 0.5.squareRoot())])
  func reluNetsOfWidth512(_ initializer: String, _ expected: Double) throws {
    let factors = try (0..<3).flatMap { seed in
      let network = try Fixture.chain(
        30, "relu", width: 512, seed: UInt64(seed),
        Fixture.options(Fixture.initializer(initializer), precision: .f32))
      // The targets are far larger than the outputs, because the theory assumes a gradient that is independent of the
      // signal.
      let inputs = Fixture.regression(64, 512, 512)
      let data = DataSet(
        name: "far", inputs: inputs.inputLists.flatMap { $0 }, inputWidth: 512,
        targets: inputs.targetLists.flatMap { $0.map { 1000 * $0 } }, outputWidth: 512)
      let rows = try network.predictedFlow(data, loss: Fixture.mse, pool: Fixture.pool)
      #expect(rows.dropLast().allSatisfy { abs($0.theoryLimit! - expected) < 1e-9 })
      // With targets of that size, the gradient contains almost nothing of the output.
      #expect(rows.dropLast().allSatisfy { relativeError($0.theory!, expected) < 0.01 })
      return rows.dropLast().map { $0.factor! }
    }
    #expect(relativeError(median(factors), expected) < 0.02)
  }

  /// In sigmoid networks of width 30 with weights N(0, 1/n) and biases N(0, 1), factors are near the predicted 0.20484.
  @Test func sigmoidNetsOfWidth30() throws {
    let options = Fixture.options(Fixture.initializer("lecun_normal"), bias: Fixture.initializer("normal", 0, 1))
    let factors = try (0..<10).flatMap { seed in
      try Fixture.chain(12, "sigmoid", width: 30, seed: UInt64(seed), options)
        .predictedFlow(Fixture.regression(30, 30, 30), loss: Fixture.mse, pool: Fixture.single)
    }
    #expect(factors.compactMap(\.theoryLimit).allSatisfy { abs($0 - 0.20484) < 1e-5 })
    #expect(abs(median(factors.compactMap(\.factor)) - 0.20484) < 0.01)
  }
}
