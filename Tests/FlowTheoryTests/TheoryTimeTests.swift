// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import FlowTheory
import NetworkFixtures
import Testing

/// Tests that the theory takes little time. Measures processor time, with bounds that only a wrong order of growth or
/// unspecialised code would exceed.
@Suite struct TheoryTimeTests {
  /// Ten thousand layers take ten times as long as a thousand.
  @Test(arguments: [NormChoice.none, .batch])
  func timeIsLinearInDepth(_ norm: NormChoice) throws {
    func seconds(_ depth: Int) throws -> Double {
      let network = try Fixture.chain(depth, "tanh", width: 2, Fixture.options(.xavierNormal, norm: norm))
      let data = Fixture.regression(2, 2, 2)
      return try computingTime { _ = try network.predictedFlow(data, loss: Fixture.mse, pool: Fixture.single) }
    }
    var short = Double.infinity
    let isLinear = try fastest(below: { 30 * short }) {
      short = min(short, try seconds(1000))
      return try seconds(10_000)
    }
    #expect(isLinear, "\(short) for a thousand layers")
  }

  @Test(arguments: ["tanh", "relu", "gelu"])
  func criticalPointsAreFoundQuickly(_ name: String) {
    let isQuick = fastest(below: { 0.5 }) {
      computingTime { _ = MeanField.critical(Fixture.activation(name), biasVariance: 0.05) }
    }
    #expect(isQuick)
  }

  /// A fixed point is found quickly even if the variance changes slowly.
  @Test(arguments: MeanFieldTests.slow)
  func fixedPointsAreFoundQuickly(_ name: String, _ weightVariance: Double, _ biasVariance: Double, _: Double) {
    let isQuick = fastest(below: { 0.05 }) {
      let field = MeanFieldTests.slowField(name, weightVariance, biasVariance)
      return computingTime { _ = field.variance }
    }
    #expect(isQuick)
  }

  /// Layers of the same kind share one computation of the theory, so depth costs almost nothing.
  @Test(arguments: ["relu", "tanh"])
  func theoryIsCheap(_ name: String) throws {
    let network = try Fixture.chain(3000, name, width: 2)
    let isQuick = fastest(below: { 0.5 }) {
      computingTime { #expect(MeanField.layers(network).count == 3000) }
    }
    #expect(isQuick)
  }
}
