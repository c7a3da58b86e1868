// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Training produces the same bits with any number of threads.
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
}
