// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Tests that the special implementation for networks of width 1 does not change the results.
@Suite struct ScalarChainTests {
  /// Dropout with probability 0 makes a network use the general implementation.
  @Test(arguments: Fixture.activations, [Precision.f32, .f64])
  func sameBitsAsTheGeneralImplementation(_ activation: String, _ precision: Precision) throws {
    func layers(_ between: [any Layer]) -> [any Layer] {
      (0..<4).flatMap { _ in [Fixture.dense(1, activation), Fixture.dense(1)] + between }
    }
    let data = Fixture.regression(12, 1, 1, seed: 3)
    let results = try [layers([]), layers([Dropout(0)])].map { layers in
      let network = try Fixture.sequence(1, layers, precision: precision)
      let options = TrainingOptions(
        optimizer: .named("adam")!, steps: 20, batch: 1, clip: Clip.catalogue[1].make([0.1]),
        penalty: Penalty.catalogue[1].make([1e-3]))
      let run = try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
      #expect(run.state == .finished)
      let flow = run.flow.map { [$0.weightNorm, $0.gradNorm, $0.biasGradNorm!, $0.updateRatio, $0.drift, $0.deltaRMS] }
      return (network.allParameters, run.steps.map { [$0.loss, $0.gradNorm] }, flow, run.flow.map(\.state))
    }
    #expect(results[0].0 == results[1].0)
    #expect(results[0].1 == results[1].1)
    #expect(results[0].2 == results[1].2)
    #expect(results[0].3 == results[1].3)
  }

  /// Other passes may run between two steps of a chain.
  @Test func otherPassesBetweenSteps() throws {
    let data = Fixture.regression(12, 1, 1, seed: 3)
    let options = TrainingOptions(steps: 5, batch: 1, shuffle: false)
    func trained(_ between: (Network) throws -> Void) throws -> [[Double]] {
      let network = try Fixture.chain(5, "tanh")
      for _ in 0..<3 {
        _ = try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
        try between(network)
      }
      return network.allParameters
    }
    let plain = try trained { _ in }
    let busy = try trained { network in
      _ = try network.flow(data.subset([4]), loss: Fixture.mse, pool: Fixture.single)
      _ = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
      _ = network.predict(data.subset([2]), pool: Fixture.single)
    }
    #expect(plain == busy)
  }

  /// An overflow in a register is reported at the right layer.
  @Test func faultsAreFound() throws {
    let network = try Fixture.chain(
      6, "relu", Fixture.options(Fixture.initializer("constant", 1e30), precision: .f32))
    let ones = DataSet(name: "ones", inputs: [1, 1], inputWidth: 1, targets: [0, 0], outputWidth: 1)
    let run = try network.train(
      ones, TrainingOptions(steps: 1, batch: 1), observer: NoObserver(), pool: Fixture.single)
    #expect(run.state == .diverged)
    #expect(run.fault?.layer == 2)
    #expect(run.fault?.quantity == .preActivation)
  }
}
