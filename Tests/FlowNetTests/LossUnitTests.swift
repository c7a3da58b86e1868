// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowNet
import NetworkFixtures
import Testing

/// Losses in the unit that targets had before scaling must be those of the unscaled outputs and targets.
@Suite struct LossUnitTests {
  /// Two targets of very different sizes.
  private let data = DataSet(
    name: "d", inputs: [1, -2, 0.5, 3, 1, 1, -1, 0.25], inputWidth: 2,
    targets: [1000, 0.5, 3000, 0.1, 2500, 0.7, -800, 0.2], outputWidth: 2)

  /// Returns the mean over all elements of a function of the error, computed from predictions in the original unit.
  private func mean(_ network: Network, _ scaled: DataSet, _ term: (Double) -> Double) -> Double {
    let outputs = network.predict(scaled, pool: Fixture.pool).map(scaled.restoringTargets)
    return zip(outputs, data.targetLists).reduce(0) { $0 + term($1.0[0] - $1.1[0]) + term($1.0[1] - $1.1[1]) } / 8
  }

  @Test(arguments: [Precision.f64, .f32])
  func lossesAreThoseOfTheOriginalUnit(_ precision: Precision) throws {
    let scaled = try data.standardized(targets: true)
    let network = try Fixture.mlp([2, 5, 2], "tanh", Fixture.options(precision: precision))
    func loss(_ name: String) throws -> Double {
      try network.lossInOriginalUnit(scaled, loss: .named(name)!, pool: Fixture.pool)
    }
    let mse = mean(network, scaled) { $0 * $0 }
    #expect(abs(try loss("mse") / mse - 1) < 1e-12)
    #expect(abs(try loss("mae") / mean(network, scaled, abs) - 1) < 1e-12)
    let huber = mean(network, scaled) { abs($0) <= 1 ? $0 * $0 / 2 : abs($0) - 0.5 }
    #expect(abs(try loss("huber") / huber - 1) < 1e-12)
    // Unscaled data have no other unit.
    let plain = try network.evaluate(data, loss: .named("mse")!, pool: Fixture.pool).loss
    #expect(try network.lossInOriginalUnit(data, loss: .named("mse")!, pool: Fixture.pool) == plain)
  }

  /// The factor times the scaled loss is the loss in the original unit.
  @Test func factorsConvertLosses() throws {
    let scaled = try data.scaled(targets: .factors([-0.25]))
    let network = try Fixture.mlp([2, 5, 2], "tanh")
    for (name, factor) in [("mse", 16.0), ("mae", 4)] {
      let loss = try #require(Loss.named(name))
      #expect(loss.unitFactor(of: scaled) == factor && loss.unitFactors(of: scaled) == [factor, factor])
      let original = try network.lossInOriginalUnit(scaled, loss: loss, pool: Fixture.pool)
      let converted = try network.evaluate(scaled, loss: loss, pool: Fixture.pool).loss * factor
      #expect(abs(original / converted - 1) < 1e-14)
      #expect(loss.unitFactor(of: data) == 1)
    }
    let different = try data.scaled(targets: .factors([0.5, 2]))
    #expect(Loss.named("mse")?.unitFactor(of: different) == nil)
    #expect(Loss.named("mse")?.unitFactors(of: different) == [4, 0.25])
    #expect(Loss.named("huber")?.unitFactor(of: scaled) == nil)
    let classes = DataSet(name: "c", inputs: [1, 2], inputWidth: 1, labels: [0, 1], classes: ["a", "b"])
    #expect(Loss.named("mse")?.unitFactors(of: classes) == nil && Loss.named("mse")?.unitFactor(of: classes) == 1)
  }

  @Test func probabilitiesHaveNoUnit() throws {
    let scaled = try DataSet(name: "p", inputs: [1, 2], inputWidth: 1, targets: [0.5, 1], outputWidth: 1)
      .scaled(targets: .factors([0.5]))
    let network = try Fixture.mlp([1, 2, 1], "tanh")
    #expect(throws: NetworkError.self) {
      try network.lossInOriginalUnit(scaled, loss: .named("bce")!, pool: Fixture.pool)
    }
  }

  /// Logits become probabilities, and probabilities stay what they are.
  @Test func outputsBecomeProbabilities() throws {
    let logits = try Fixture.mlp([1, 2, 3], "tanh").probabilities(of: [0, 1, -1])
    // exp(0), exp(1) and exp(-1) over their sum, computed with Python.
    for (found, wanted) in zip(logits, [0.24472847105479764, 0.6652409557748219, 0.09003057317038046]) {
      #expect(abs(found - wanted) < 1e-15)
    }
    let large = try Fixture.mlp([1, 2, 2], "tanh").probabilities(of: [1000, -1000])
    #expect(large == [1, 0])
    let softmax = try Fixture.mlp([1, 2, 3], "tanh", output: "softmax")
    #expect(softmax.probabilities(of: [0.2, 0.3, 0.5]) == [0.2, 0.3, 0.5])
    let evidence = try Fixture.mlp([1, 2, 1], "tanh").probabilities(of: [1])
    #expect(abs(evidence[1] - 0.7310585786300049) < 1e-15 && evidence[0] == 1 - evidence[1])
    #expect(try Fixture.mlp([1, 2, 1], "tanh", output: "sigmoid").probabilities(of: [0.3]) == [0.7, 0.3])
  }
}
