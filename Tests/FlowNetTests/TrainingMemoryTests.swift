// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// A training step overwrites values that are no longer needed, and a measuring pass does not. Both must compute the
/// same gradients.
@Suite struct TrainingMemoryTests {
  private static let relu = ActivationLayer(Fixture.activation("relu"))
  private static let tanh = ActivationLayer(Fixture.activation("tanh"))

  /// Networks that read an activation or a gradient twice, or in an unexpected order.
  private static let bodies: [[any Layer]] = [
    [Fixture.dense(6, "tanh"), Fixture.dense(6, "gelu"), Fixture.dense(5, "sigmoid")],
    [Fixture.dense(6), relu, tanh, BatchNorm(), relu, LayerNorm(), tanh],
    // The block reads its input again after its body.
    [Fixture.dense(6), Fixture.residual(relu, Fixture.dense(6)), relu],
    [Fixture.residual(tanh, Fixture.dense(7), Fixture.residual(relu), relu)],
    [Fixture.dense(6), Fixture.residual(Fixture.residual(Fixture.dense(6, "relu")), BatchNorm(), relu)],
    [Fixture.residual(Dropout(0)), Dropout(0), tanh, Fixture.residual(LayerNorm(), relu)],
  ]

  @Test(arguments: bodies.indices, [Precision.f32, .f64])
  func sameGradientsAsMeasured(_ number: Int, _ precision: Precision) throws {
    let layers = Self.bodies[number] + [Fixture.dense(3)]
    let data = Fixture.regression(20, 6, 3)
    let network = try Fixture.sequence(6, layers, precision: precision)
    let before = network.allParameters
    let gradients = try network.pass(data, loss: Fixture.mse, pool: Fixture.pool).gradients
    let options = TrainingOptions(
      optimizer: .named("sgd", [0.5, 0, 0])!, steps: 1, batch: data.samples, shuffle: false)
    _ = try network.train(data, options, observer: NoObserver(), pool: Fixture.pool)
    let expected = zip(before, gradients).map { zip($0, $1).map { $0 - 0.5 * $1 } }
    for (own, wanted) in zip(network.allParameters, expected) {
      // A training step computes some slopes from y, so their last digits differ.
      let rounding = norm(wanted) * (precision == .f32 ? 0x1p-22 : 0x1p-51)
      #expect(norm(zip(own, wanted).map { $0 - $1 }) <= rounding)
    }
  }

  /// A layer whose δ is zero is examined in a second backward pass, which must not change anything.
  @Test(arguments: bodies.indices)
  func recordLeavesTheBitsAlone(_ number: Int) throws {
    func result(_ every: Int?) throws -> [[Double]] {
      let network = try Fixture.sequence(
        6,
        Self.bodies[number] + [
          Dropout(0.5), Fixture.dense(4, "relu", bias: Fixture.initializer("constant", -100)), Fixture.dense(3),
        ])
      let options = TrainingOptions(
        optimizer: .named("sgd")!, steps: 4, batch: 8, penalty: Penalty.catalogue[1].make([1e-3]), recordEvery: every)
      let run = try network.train(Fixture.regression(20, 6, 3), options, observer: NoObserver(), pool: Fixture.pool)
      #expect(run.flow.allSatisfy { ($0.dead == 1) == ($0.layer < network.depth) })
      return network.allParameters + network.runningStatistics.flatMap { [$0.mean, $0.variance] }
    }
    #expect(try result(nil) == result(1))
  }
}
