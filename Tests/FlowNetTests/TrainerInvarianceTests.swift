// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import Testing

/// The same bits for any number of threads, and time that grows with the work alone.
@Suite struct TrainerInvarianceTests {
  private func wide(_ precision: Precision) throws -> Network {
    try Fixture.sequence(
      60,
      [
        Fixture.dense(300, "relu", Fixture.initializer("he_normal")), BatchNorm(), Fixture.dense(257), LayerNorm(),
        ActivationLayer(Fixture.activation("gelu")), Dropout(0.3),
        Fixture.residual(Fixture.dense(257, "tanh"), BatchNorm()), Fixture.residual(Fixture.dense(130, "selu")),
        Fixture.dense(10),
      ], precision: precision)
  }

  @Test(arguments: [Precision.f32, .f64], ["sgd", "adam"])
  func threadsLeaveTheBitsAlone(_ precision: Precision, _ optimizer: String) throws {
    func result(_ threads: Int) throws -> ([[Double]], [[Double]]) {
      let network = try wide(precision)
      let pool = ThreadPool(threads: threads)
      let options = TrainingOptions(
        optimizer: .named(optimizer)!, steps: 3, batch: 128, clip: Clip.catalogue[1].make([0.5]),
        penalty: Penalty.catalogue[1].make([1e-3]), validation: Fixture.classes(150, 60, 10, seed: 4))
      let run = try network.train(Fixture.classes(300, 60, 10), options, observer: NoObserver(), pool: pool)
      let rows = run.flow.map { [$0.gradNorm, $0.updateRatio, $0.drift, $0.deltaRMS, $0.dead] }
      let epochs = run.epochs.map { [$0.loss, $0.validationLoss!] } + run.steps.map { [$0.loss, $0.clippedNorm] }
      return (network.allParameters, rows + epochs)
    }
    let one = try result(1)
    for threads in [2, 3, 7] {
      let other = try result(threads)
      #expect(one.0 == other.0 && one.1 == other.1)
    }
  }

  /// Ten thousand layers cost ten times as much as a thousand.
  @Test(arguments: [NormChoice.none, .batch])
  func timeIsLinearInDepth(_ norm: NormChoice) throws {
    func seconds(_ depth: Int) throws -> Double {
      let data = Fixture.regression(2, 2, 2)
      return try computingTime {
        let network = try Fixture.chain(
          depth, "tanh", width: 2, Fixture.options(Fixture.initializer("xavier_normal"), norm: norm))
        _ = try network.train(data, TrainingOptions(steps: 3), observer: NoObserver(), pool: Fixture.single)
        _ = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
        _ = try network.explain(data, layer: 1, loss: Fixture.mse, pool: Fixture.single)
        _ = network.copy().predict(data, pool: Fixture.single)
      }
    }
    _ = try seconds(100)
    let short = try seconds(1000)
    #expect(try seconds(10_000) < 30 * short)
  }

  /// The record of every step is a small part of it.
  @Test(arguments: [Precision.f32, .f64])
  func recordingIsCheap(_ precision: Precision) throws {
    let data = Fixture.classes(256, 100, 10)
    func seconds(_ every: Int?) throws -> Double {
      let network = try Fixture.mlp(
        [100, 200, 200, 200, 10], "tanh", Fixture.options(Fixture.initializer("xavier_normal"), precision: precision))
      var options = TrainingOptions(steps: 40, batch: 128, recordEvery: every)
      options.clip = Clip.catalogue[0].make([1])
      options.penalty = Penalty.catalogue[2].make([1e-4, 1e-4])
      return try computingTime {
        _ = try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
      }
    }
    _ = try seconds(nil)
    let silent = try (0..<3).map { _ in try seconds(nil) }.min()!
    let recorded = try (0..<3).map { _ in try seconds(1) }.min()!
    #expect(recorded < 1.4 * silent, "\(recorded) with, \(silent) without")
    // 0.4 GFLOP a step: far away from code that asks for the element type in every loop.
    #expect(silent < 40 * 0.03)
  }
}
