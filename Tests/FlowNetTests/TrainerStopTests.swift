// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Tests the state after a request to stop, which may come at any moment.
@Suite struct TrainerStopTests {
  /// The current step is undone: parameters and running statistics are, bit for bit, those of a training run with
  /// exactly the recorded number of steps.
  @Test(arguments: [UInt32](stride(from: 200, to: 40_000, by: 1_900)), [1, 2])
  func anInterruptedStepIsUndone(_ microseconds: UInt32, _ threads: Int) throws {
    let pool = ThreadPool(threads: threads)
    let data = Fixture.regression(256, 32, 8)
    let options = Fixture.options(Fixture.initializer("xavier_uniform"), norm: .batch)
    func network() throws -> Network { try Fixture.mlp([32, 96, 96, 8], "tanh", options) }
    func training(_ steps: Int?) -> TrainingOptions {
      TrainingOptions(
        loss: .named("mse")!, optimizer: .named("adam")!, epochs: 10_000, steps: steps, batch: 64, clip: nil)
    }
    let stopped = try network()
    var steps = 0
    stopping(after: microseconds) {
      do throws(NetworkError) {
        let run = try stopped.train(data, training(nil), observer: NoObserver(), pool: pool)
        #expect(run.state == .interrupted)
        #expect(run.fault == nil)
        steps = run.steps.count
      } catch {
        // There is no run if the stop was requested while its memory was reserved.
        #expect(error.message == "stopped")
      }
    }
    let whole = try network()
    _ = try whole.train(data, training(steps), observer: NoObserver(), pool: pool)
    #expect(stopped.allParameters == whole.allParameters)
    for (own, other) in zip(stopped.runningStatistics, whole.runningStatistics) {
      #expect(own.mean == other.mean && own.variance == other.variance)
    }
  }

  /// A calibration that is stopped changes nothing, and is repeated the next time.
  @Test(arguments: [UInt32](stride(from: 0, to: 6_000, by: 600)))
  func anInterruptedCalibrationIsUndone(_ microseconds: UInt32) throws {
    let options = Fixture.options(Fixture.initializer("lsuv"))
    let data = Fixture.regression(512, 64, 64)
    let network = try Self.network(options)
    let before = network.allParameters
    let loss = Loss.named("mse")!
    _ = try stopping(after: microseconds) { try network.flow(data, loss: loss, pool: Fixture.pool) }
    let fresh = try Self.network(options)
    let expected = try fresh.flow(data, loss: loss, pool: Fixture.pool)
    #expect(network.allParameters == before || network.allParameters == fresh.allParameters)
    let after = try network.flow(data, loss: loss, pool: Fixture.pool)
    #expect(after.map(\.deltaRMS) == expected.map(\.deltaRMS))
  }

  private static func network(_ options: NetworkOptions) throws -> Network {
    try Fixture.chain(12, "tanh", width: 64, options)
  }

  /// Pre-training that is stopped leaves finite weights in every layer: those that were learned, or the initial ones.
  @Test(arguments: [UInt32](stride(from: 100, to: 60_000, by: 6_000)))
  func anInterruptedPretrainingKeepsWhatWasLearned(_ microseconds: UInt32) throws {
    let network = try Fixture.mlp([16, 48, 48, 48, 4], "tanh")
    let untouched = try Fixture.mlp([16, 48, 48, 48, 4], "tanh")
    let result = try stopping(after: microseconds) {
      try network.pretrain(
        Fixture.regression(512, 16, 4), PretrainingOptions(epochs: 200, seed: 1), pool: Fixture.pool
      ) { _ in NoObserver() }
    }
    #expect(result.state == .interrupted)
    let layer = try #require(result.stoppedAt)
    #expect(network.allParameters.joined().allSatisfy { $0.isFinite && abs($0) < 1e3 })
    // There are two parameters per layer. The parameters of the layers above the current one are unchanged.
    #expect(Array(network.allParameters.dropFirst(2 * layer)) == Array(untouched.allParameters.dropFirst(2 * layer)))
    if layer > 1 { #expect(network.allParameters[0] != untouched.allParameters[0]) }
  }

  /// Every command and generator ends without a trap if a stop was requested before it began.
  @Test func everythingEndsAtARequest() throws {
    let data = Fixture.regression(64, 4, 4)
    let network = try Fixture.chain(3, "tanh", width: 4)
    let deep = try Fixture.chain(5000, "tanh", width: 2)
    try stopped {
      for recipe in DataGenerators.all {
        let generator = recipe.make(recipe.parameters.map { $0.defaultValue ?? 100 })
        #expect(throws: DataError.self) { try generator.generate(RandomStream(seed: 1, purpose: .data)) }
      }
      _ = data.shuffled(RandomStream(seed: 1, purpose: .split))
      _ = try data.split(0.5, RandomStream(seed: 1, purpose: .split))
      _ = try data.take(3)
      _ = data.standardized()
      #expect(throws: NetworkError.self) { try Fixture.chain(5000, "tanh", width: 2) }
      let copy = deep.copy()
      _ = try copy.flow(Fixture.regression(8, 2, 2), loss: .named("mse")!, pool: Fixture.pool)
      _ = try network.explain(data, loss: .named("mse")!, pool: Fixture.pool)
      _ = try network.gradientErrors(data, loss: .named("mse")!, pool: Fixture.pool)
      _ = try network.evaluate(data, loss: .named("mse")!, pool: Fixture.pool)
      _ = network.predict(data, pool: Fixture.pool)
      _ = try network.windows(data, pool: Fixture.pool)
      _ = try network.precisionFlow(
        data, formats: [NumberFormatTests.named("f16")], loss: .named("mse")!, pool: Fixture.pool)
    }
    // None of this has changed the network.
    #expect(network.allParameters == (try Fixture.chain(3, "tanh", width: 4)).allParameters)
  }
}
