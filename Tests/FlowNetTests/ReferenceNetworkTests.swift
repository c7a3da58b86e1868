// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Compares the engine with PyTorch in f64: the forward pass, gradients, and twenty training steps of every reference
/// network.
@Suite struct ReferenceNetworkTests {
  static let pool = ThreadPool(threads: 2)

  @Test func thereAreEnoughNetworks() {
    #expect(ReferenceNetwork.all.count >= 25)
    let optimizers = Set(ReferenceNetwork.all.map(\.optimizer.name))
    #expect(optimizers == Set(Optimizer.catalogue.map(\.name)))
    #expect(Set(ReferenceNetwork.all.map(\.loss.name)) == Set(Loss.catalogue.map(\.name)))
    #expect(Set(ReferenceNetwork.all.compactMap { $0.penalty?.name }) == Set(Penalty.catalogue.map(\.name)))
    #expect(Set(ReferenceNetwork.all.compactMap { $0.clip?.name }) == Set(Clip.catalogue.map(\.name)))
  }

  @Test(arguments: ReferenceNetwork.all)
  func forwardAndGradients(_ reference: ReferenceNetwork) throws {
    let network = try reference.network()
    let result = try network.pass(
      reference.data, loss: reference.chosenLoss, penalty: reference.options.penalty, pool: Self.pool)
    expectClose(result.outputs.flatMap { $0 }, reference.forward.flatMap { $0 }, 1e-12, "forward")
    expectClose([result.loss], [reference.loss_value], 1e-12, "loss")
    for (ours, theirs) in zip(result.gradients, reference.gradients) { expectClose(ours, theirs, 1e-12) }
    #expect(result.gradients.count == reference.gradients.count)
    let deltas = reference.delta.filter { !$0.path.hasSuffix("projection") }
    for (ours, theirs) in zip(result.deltas, deltas) { expectClose(ours.flatMap { $0 }, theirs, 1e-12) }
    #expect(result.deltas.count == deltas.count)
  }

  @Test(arguments: ReferenceNetwork.all)
  func training(_ reference: ReferenceNetwork) throws {
    let network = try reference.network()
    let run = try network.train(reference.data, reference.options, observer: NoObserver(), pool: Self.pool)
    #expect(run.state == .finished)
    expectClose(run.steps.map(\.loss), reference.training.losses, 1e-11, "losses")
    expectClose(run.steps.map(\.gradNorm), reference.training.grad_norms, 1e-11, "norms")
    expectClose(run.steps.map(\.clippedNorm), reference.training.clipped_norms, 1e-11, "clipped norms")
    for (ours, theirs) in zip(network.allParameters, reference.training.parameters) { expectClose(ours, theirs, 1e-10) }
    for (ours, theirs) in zip(network.runningStatistics, reference.training.running) {
      expectClose(ours.mean, theirs.mean, 1e-11, "running mean")
      expectClose(ours.variance, theirs.var, 1e-11, "running variance")
    }
    #expect(network.runningStatistics.count == reference.training.running.count)
    let outputs = network.predict(reference.data, pool: Self.pool)
    expectClose(outputs.flatMap { $0 }, reference.training.evaluation.flatMap { $0 }, 1e-10, "evaluation")
  }

  /// In f32, the results agree to single precision.
  @Test(arguments: ReferenceNetwork.all)
  func singlePrecision(_ reference: ReferenceNetwork) throws {
    let network = try reference.network(.f32)
    let result = try network.pass(
      reference.data, loss: reference.chosenLoss, penalty: reference.options.penalty, pool: Self.pool)
    expectClose(result.outputs.flatMap { $0 }, reference.forward.flatMap { $0 }, 2e-5, "forward")
    for (ours, theirs) in zip(result.gradients, reference.gradients) { expectClose(ours, theirs, 2e-4) }
  }

  private func expectClose(_ ours: [Double], _ theirs: ReferenceNetwork.Samples, _ tolerance: Double) {
    let picked = stride(from: 0, to: ours.count, by: theirs.stride).map { ours[$0] }
    #expect(ours.count == theirs.shape.reduce(1, *))
    expectClose(picked, theirs.values, tolerance, theirs.path)
  }

  /// Checks that the numbers agree to `tolerance` of the largest number, or to rounding errors around zero.
  private func expectClose(_ ours: [Double], _ theirs: [Double], _ tolerance: Double, _ what: String) {
    #expect(ours.count == theirs.count, "\(what)")
    let top = theirs.reduce(0) { max($0, abs($1)) }
    let worst = zip(ours, theirs).map { abs($0 - $1) }.max() ?? 0
    #expect(worst <= tolerance * top + tolerance / 100, "\(what) is off by \(worst), the largest is \(top)")
  }
}
