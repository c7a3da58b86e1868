// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowData
import FlowNet
import NetworkFixtures
import Testing

@Suite struct NetworkDiagnoseTests {
  private func message(_ body: () throws -> Void) -> String {
    do { try body() } catch { return (error as? NetworkError)?.message ?? "" }
    return ""
  }

  /// A loss must refuse targets for which it has no lower bound.
  @Test func targetsMustFitTheLoss() throws {
    let network = try Fixture.mlp([1, 3, 1], "tanh")
    let bad = DataSet(name: "bad", inputs: [0.5], inputWidth: 1, targets: [7], outputWidth: 1)
    let bce = Loss.named("bce")!
    let diagnosis = message { _ = try network.diagnose(bad, loss: bce, checksData: true, pool: Fixture.single) }
    let blame = message {
      _ = try network.counterfactuals(bad, loss: bce, limit: 8, seeds: [1], fresh: false, pool: Fixture.single)
    }
    #expect(diagnosis.contains("from 0 to 1") && blame.contains("from 0 to 1"))
  }

  /// Batch normalisation cannot be trained on one sample.
  @Test func batchNormNeedsTwoSamples() throws {
    let network = try Fixture.mlp([2, 3, 3, 1], "tanh", Fixture.options(norm: .batch))
    let data = Fixture.regression(8, 2, 1)
    #expect(
      message { _ = try network.diagnose(data, loss: Fixture.mse, checksData: true, limit: 1, pool: Fixture.single) }
        .contains("two samples"))
  }

  /// A gradient that underflows or vanishes in saturated units does not make them dead.
  @Test(arguments: ["sigmoid", "tanh", "elu", "selu", "gelu", "silu", "softplus", "mish"], [Precision.f32, .f64])
  func underflowIsNotDeath(_ name: String, _ precision: Precision) throws {
    let bias = Fixture.initializer("constant", name == "gelu" ? -60.0 : -900)
    let network = try Fixture.chain(
      3, name, Fixture.options(Fixture.initializer("constant", 1), bias: bias, precision: precision))
    let data = DataSet(name: "one", inputs: [0.5], inputWidth: 1, targets: [-3], outputWidth: 1)
    let found = try network.diagnose(data, loss: Fixture.mse, checksData: false, pool: Fixture.single)
    #expect(found.contains { $0.symptom == .underflow } && found.allSatisfy { $0.symptom != .dead })
  }

  /// The same holds for a run, whose record has gradients of 0.
  @Test(arguments: ["sigmoid", "tanh"])
  func saturationInTrainingIsNotDeath(_ name: String) throws {
    let network = try Fixture.chain(
      4, name, Fixture.options(Fixture.initializer("constant", 1), bias: Fixture.initializer("constant", 40)))
    let run = try network.train(
      Fixture.regression(6, 1, 1), TrainingOptions(epochs: 3, batch: 6), observer: NoObserver(), pool: Fixture.single)
    let found = try run.diagnose(pool: Fixture.single)
    #expect(!found.isEmpty && found.allSatisfy { $0.symptom != .dead })
  }

  /// The first layer has few inputs, so the same bounds of a uniform distribution make its weights too small and those of
  /// the other layers too large. What counts is their product.
  @Test(arguments: [(1.0, "too large"), (0.8, "too large"), (0.05, "too small"), (0.01, "too small")])
  func weightsOfMixedSizes(_ limit: Double, _ size: String) throws {
    for depth in [6, 12, 20] {
      let network = try Fixture.mlp(
        [2] + [Int](repeating: 32, count: depth) + [2], "relu", seed: UInt64(depth),
        Fixture.options(Fixture.initializer("uniform", -limit, limit)))
      let data = Fixture.regression(64, 2, 2)
      let found = try network.diagnose(data, loss: Fixture.mse, checksData: true, pool: Fixture.single)
      let explanation = found.first { $0.cause == .weights }?.explanation
      #expect(explanation?.contains(size) == true, "\(depth): \(found.map(\.explanation))")
    }
  }
}
