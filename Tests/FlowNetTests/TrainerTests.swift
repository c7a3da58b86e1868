// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Synchronization
import Testing

/// Tests steps, epochs, batches and the record of a training run.
@Suite struct TrainerTests {
  /// Requests a stop before a step, and collects the steps that it is notified of.
  private final class Watcher: TrainingObserver {
    let stopAfter: Int
    let finishedSteps = Mutex<[Int]>([])
    init(stopAfter: Int = .max) { self.stopAfter = stopAfter }
    var wantsToStop: Bool { finishedSteps.withLock { $0.count } >= stopAfter }
    func finished(_ step: StepRecord, of total: Int, epochs: Int, flow: () -> [FlowRecord]) {
      finishedSteps.withLock { $0.append(step.step) }
    }
    func now() -> Double { Double(finishedSteps.withLock { $0.count }) }
  }

  private func network(_ precision: Precision = .f64) throws -> Network {
    try Fixture.mlp(
      [4, 8, 8, 3], "tanh", Fixture.options(Fixture.initializer("xavier_normal"), precision: precision))
  }

  private func train(_ network: Network, _ data: DataSet, _ options: TrainingOptions) throws -> Run {
    try network.train(data, options, observer: NoObserver(), pool: Fixture.pool)
  }

  @Test(arguments: [(100, 32, 4), (96, 32, 3), (5, 32, 1), (33, 32, 2), (7, 1, 7)])
  func batches(_ samples: Int, _ batch: Int, _ perEpoch: Int) throws {
    let run = try train(network(), Fixture.classes(samples, 4, 3), TrainingOptions(epochs: 3, batch: batch))
    #expect(run.steps.map(\.step) == Array(1...3 * perEpoch))
    #expect(run.steps.map(\.epoch) == (0..<3 * perEpoch).map { $0 / perEpoch + 1 })
    #expect(run.epochs.map(\.epoch) == [1, 2, 3])
    #expect(run.state == .finished && run.fault == nil)
    #expect(run.flow.count == 3 * perEpoch * 3)
  }

  /// The last batch of an epoch contains the remaining samples, and its loss is weighted by their number.
  @Test func partialBatches() throws {
    let data = Fixture.classes(10, 4, 3)
    let options = TrainingOptions(optimizer: .named("sgd", [0, 0, 0])!, epochs: 1, batch: 4, shuffle: false)
    let network = try network()
    let run = try train(network, data, options)
    let whole = try network.evaluate(data, loss: .named("cross_entropy")!, pool: Fixture.single)
    #expect(relativeError(run.epochs[0].loss, whole.loss) < 1e-13)
    #expect(run.epochs[0].accuracy == whole.accuracy)
    let losses = run.steps.map(\.loss)
    #expect(relativeError((4 * losses[0] + 4 * losses[1] + 2 * losses[2]) / 10, whole.loss) < 1e-13)
  }

  @Test(arguments: [0, 1, 7, 25])
  func stepsOverrideEpochs(_ steps: Int) throws {
    let run = try train(
      network(), Fixture.classes(40, 4, 3), TrainingOptions(epochs: 2, steps: steps, batch: 10))
    #expect(run.steps.count == steps)
    #expect(run.epochs.count == (steps + 3) / 4)
    #expect(run.state == .finished)
  }

  @Test(arguments: [1, 3, 10, 100])
  func everyNthStepIsRecorded(_ every: Int) throws {
    let run = try train(
      network(), Fixture.classes(40, 4, 3), TrainingOptions(steps: 12, batch: 10, recordEvery: every))
    let expected = (1...12).filter { ($0 - 1) % every == 0 }
    #expect(run.flow.map(\.step) == expected.flatMap { [$0, $0, $0] })
    #expect(run.flow.map(\.layer) == expected.flatMap { _ in [1, 2, 3] })
    let silent = try train(network(), Fixture.classes(40, 4, 3), TrainingOptions(steps: 12, recordEvery: nil))
    #expect(silent.flow.isEmpty && silent.steps.count == 12)
  }

  /// Recording does not change the training.
  @Test func recordingChangesNothing() throws {
    let (a, b) = (try network(), try network())
    let data = Fixture.classes(40, 4, 3)
    _ = try train(a, data, TrainingOptions(epochs: 2, recordEvery: 1))
    _ = try train(b, data, TrainingOptions(epochs: 2, recordEvery: nil))
    #expect(a.allParameters == b.allParameters)
  }

  @Test(arguments: [0, 1, 5])
  func interrupts(_ after: Int) throws {
    let watcher = Watcher(stopAfter: after)
    let network = try network()
    let run = try network.train(
      Fixture.classes(40, 4, 3), TrainingOptions(epochs: 3, batch: 10), observer: watcher, pool: Fixture.pool)
    #expect(run.state == .interrupted)
    #expect(run.steps.count == after && run.flow.count == 3 * after)
    #expect(run.epochs.count == after / 4)
    #expect(watcher.finishedSteps.withLock { $0 } == Array(1..<after + 1))
    // Training can continue from there.
    let rest = try train(network, Fixture.classes(40, 4, 3), TrainingOptions(steps: 2))
    #expect(rest.state == .finished)
  }

  @Test func anEpochCompletedBeforeTheInterruptCounts() throws {
    let watcher = Watcher(stopAfter: 4)
    let run = try network().train(
      Fixture.classes(40, 4, 3), TrainingOptions(epochs: 3, batch: 10), observer: watcher, pool: Fixture.pool)
    #expect(run.epochs.map(\.seconds) == [4])
  }

  /// Checks drift and update_ratio against their definitions, with copies of the weights.
  @Test(arguments: ["sgd", "adam", "adamw", "rmsprop", "adagrad"], [Precision.f32, .f64])
  func driftAndUpdateRatio(_ name: String, _ precision: Precision) throws {
    let network = try network(precision)
    let data = Fixture.classes(40, 4, 3)
    let optimizer = Optimizer.named(name)!
    let start = (1...3).map { network.numbers(layer: $0, .weight)! }
    let tolerance = precision == .f32 ? 1e-4 : 1e-11
    for number in 0..<4 {
      let before = (1...3).map { network.numbers(layer: $0, .weight)! }
      let pass = try network.pass(data, loss: .named("cross_entropy")!, pool: Fixture.single)
      let run = try train(
        network, data,
        TrainingOptions(optimizer: optimizer, steps: 1, batch: 40, shuffle: false, number: UInt64(number)))
      for layer in 0..<3 {
        let after = network.numbers(layer: layer + 1, .weight)!
        let row = run.flow[layer]
        #expect(relativeError(row.weightNorm, norm(after)) < tolerance)
        let change = norm(zip(after, before[layer]).map { $0.0 - $0.1 })
        #expect(relativeError(row.updateRatio, change / norm(before[layer])) < tolerance)
        let distance = norm(zip(after, start[layer]).map { $0.0 - $0.1 })
        #expect(relativeError(row.drift, distance / norm(start[layer])) < tolerance)
        #expect(relativeError(row.gradNorm, norm(pass.gradients[2 * layer])) < tolerance)
        #expect(relativeError(row.biasGradNorm!, norm(pass.gradients[2 * layer + 1])) < tolerance)
      }
      #expect(relativeError(run.steps[0].gradNorm, norm(pass.gradients.flatMap { $0 })) < tolerance)
    }
  }

  /// The drift of a layer is measured from assigned weights.
  @Test func driftFromAssignedWeights() throws {
    let network = try network()
    network.assign(layer: 2, .weight, [Double](repeating: 3, count: 64))
    let run = try train(
      network, Fixture.classes(40, 4, 3), TrainingOptions(optimizer: .named("sgd", [0, 0, 0])!, steps: 1))
    #expect(run.flow.allSatisfy { $0.drift == 0 })
  }

  /// Except for the last digits of slopes, the rows of a step are those of the flow table for the weights before it.
  @Test(arguments: [Precision.f32, .f64])
  func recordIsTheFlowTable(_ precision: Precision) throws {
    let network = try network(precision)
    let data = Fixture.classes(40, 4, 3)
    let table = try network.flow(data, loss: .named("cross_entropy")!, pool: Fixture.single)
    let run = try train(network, data, TrainingOptions(steps: 1, batch: 40, shuffle: false))
    let tolerance = precision == .f32 ? 1e-6 : 1e-13
    for (row, other) in zip(run.flow, table) {
      #expect(relativeError(row.gradNorm, other.gradNorm) < tolerance)
      #expect(relativeError(row.biasGradNorm!, other.biasGradNorm!) < tolerance)
      #expect(relativeError(row.deltaRMS, other.deltaRMS) < tolerance)
      #expect(abs(row.log10Total - other.log10Total) < tolerance)
      if let factor = other.factor { #expect(relativeError(row.factor!, factor) < tolerance) }
      #expect(row.saturated == other.saturated && row.dead == other.dead && row.state == other.state)
    }
  }

  @Test func validation() throws {
    let network = try network()
    let validation = Fixture.classes(50, 4, 3, seed: 2)
    let run = try train(
      network, Fixture.classes(40, 4, 3), TrainingOptions(epochs: 3, validation: validation))
    #expect(run.epochs.count == 3)
    let own = try network.evaluate(validation, loss: .named("cross_entropy")!, pool: Fixture.single)
    #expect(run.epochs[2].validationLoss == own.loss)
    #expect(run.epochs[2].validationAccuracy == own.accuracy)
    #expect(Set(run.epochs.map(\.validationLoss)).count == 3)
    let without = try train(network, Fixture.regression(40, 4, 3), TrainingOptions(epochs: 1))
    #expect(without.epochs[0].validationLoss == nil && without.epochs[0].accuracy == nil)
  }

  /// Every sample is used once per epoch, in an order that depends on the seed, the number and the epoch.
  @Test func shuffling() throws {
    let data = Fixture.classes(40, 4, 3)
    func losses(_ options: TrainingOptions) throws -> [Double] {
      try train(try network(), data, options).steps.map(\.loss)
    }
    var still = TrainingOptions(optimizer: .named("sgd", [0, 0, 0])!, epochs: 2, batch: 10)
    let first = try losses(still)
    #expect(try losses(still) == first)
    #expect(Array(first.prefix(4)) != Array(first.suffix(4)))
    #expect(relativeError(first.prefix(4).reduce(0, +), first.suffix(4).reduce(0, +)) < 1e-13)
    still.number = 1
    #expect(try losses(still) != first)
    still.number = 0
    still.seed = 1
    #expect(try losses(still) != first)
    still.shuffle = false
    let plain = try losses(still)
    #expect(Array(plain.prefix(4)) == Array(plain.suffix(4)))
  }

  @Test func mistakes() throws {
    let data = Fixture.classes(40, 4, 3)
    for options in [
      TrainingOptions(batch: 0), TrainingOptions(epochs: 0), TrainingOptions(steps: -1),
      TrainingOptions(recordEvery: 0),
      TrainingOptions(validation: Fixture.classes(4, 3, 3)), TrainingOptions(validation: Fixture.classes(4, 4, 2)),
    ] {
      #expect(throws: NetworkError.self) { try train(try network(), data, options) }
    }
    #expect(throws: NetworkError.self) { try train(try network(), Fixture.classes(40, 5, 3), TrainingOptions()) }
    #expect(throws: NetworkError.self) { try train(try network(), Fixture.regression(40, 4, 2), TrainingOptions()) }
  }
}
