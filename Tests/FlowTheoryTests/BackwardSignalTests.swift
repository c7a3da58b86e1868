// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import FlowTheory
import Glibc
import NetworkFixtures
import Testing

/// Tests the effect of the loss on the factors near the output: the gradient of mse contains the output itself.
@Suite struct BackwardSignalTests {
  /// Returns the squared factor at the centre on which the upper end of the band is based. `numerator`/width is the
  /// variance.
  private func aligned(_ row: LayerTheory, _ numerator: Double, _ width: Int) throws -> Double {
    let quantile = try #require(row.factorHigh) / FiniteWidthTests.quantiles(numerator / Double(width)).high
    return quantile * quantile
  }

  /// In a linear network of unit gain, y = Wx and δ = y − t. E|Wᵀδ|²/E|δ|² is 3/2, because E|WᵀW x|² = 2|x|² and
  /// |t| = |x|. The ratios of the layers before are 4/3, 5/4, ...
  @Test func linear() throws {
    let network = try Fixture.chain(
      9, "identity", width: 300, Fixture.options(Fixture.initializer("lecun_normal")))
    let rows = MeanField.layers(network)
    for back in 1...8 {
      let square = try aligned(rows[8 - back], 2, 300)
      #expect(relativeError(square, Double(back + 2) / Double(back + 1)) < 1e-9, "\(back) from the end")
    }
  }

  /// Compares the prediction with measurements in wide networks on many samples.
  @Test(arguments: [("identity", "lecun_normal", 2.0), ("relu", "he_normal", 5.0)])
  func measured(_ law: (activation: String, weights: String, numerator: Double)) throws {
    let architecture = try Architecture.chain(
      depth: 8, Fixture.activation(law.activation), width: 200, Fixture.options(Fixture.initializer(law.weights)))
    let network = Network(architecture, seed: NetworkSeed(0))
    let theory = MeanField.layers(network)
    let flows = try network.predictedFlows(
      of: (1...16).map { NetworkSeed($0) }, Fixture.regression(64, 200, 200), loss: Fixture.mse, pool: Fixture.pool)
    for layer in 0..<7 {
      let square = flows.reduce(0) { $0 + $1[layer].factor! * $1[layer].factor! } / Double(flows.count)
      let expected = try aligned(theory[layer], law.numerator, 200)
      // The fixed point predicts 1, but the layer before the last is above 1.4.
      #expect(relativeError(square, expected) < 0.05, "layer \(layer + 1): \(square), not \(expected)")
    }
    #expect(try aligned(theory[6], law.numerator, 200) > 1.4)
  }
}
