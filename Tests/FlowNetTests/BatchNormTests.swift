// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Tests batch statistics in training and running statistics in prediction.
@Suite struct BatchNormTests {
  /// Returns a network that computes z = x, normalised.
  private func network(_ norm: BatchNorm, _ precision: Precision = .f64) throws -> Network {
    let network = try Fixture.sequence(3, [Fixture.dense(3, bias: .named("zeros")!), norm], precision: precision)
    network.assign(layer: 1, .weight, [1, 0, 0, 0, 1, 0, 0, 0, 1])
    return network
  }

  private let still = Optimizer.named("sgd", [0, 0, 0])!

  /// The result does not depend on how many samples share a group.
  @Test(arguments: [2, 15, 16, 17, 50, 300])
  func trainingUsesTheBatch(_ samples: Int) throws {
    let data = Fixture.regression(samples, 3, 3, scale: 4)
    let outputs = try network(BatchNorm()).pass(data, loss: Fixture.mse, pool: Fixture.single).outputs
    for unit in 0..<3 {
      let x = data.inputLists.map { $0[unit] }
      let mean = x.reduce(0, +) / Double(samples)
      let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(samples)
      for (row, value) in zip(outputs, x) {
        #expect(abs(row[unit] - (value - mean) / (variance + 1e-5).squareRoot()) < 1e-13)
      }
    }
  }

  /// A small spread next to a large mean keeps its digits.
  @Test func largeMeans() throws {
    let network = try network(BatchNorm(), .f32)
    let inputs = (0..<300).map { Double(4096 + $0 % 8) }
    let data = DataSet(name: "far out", inputs: inputs, inputWidth: 3, targets: inputs, outputWidth: 3)
    let outputs = try network.pass(data, loss: Fixture.mse, pool: Fixture.single).outputs
    for unit in 0..<3 {
      let x = (0..<100).map { inputs[3 * $0 + unit] }
      let mean = x.reduce(0, +) / 100
      let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100
      for (row, value) in zip(outputs, x) {
        #expect(abs(row[unit] - (value - mean) / (variance + 1e-5).squareRoot()) < 1e-3)
      }
    }
  }

  @Test(arguments: [0.0, 0.1, 1.0])
  func runningStatistics(_ momentum: Double) throws {
    let network = try network(BatchNorm(momentum: momentum))
    let data = Fixture.regression(50, 3, 3, scale: 4)
    let options = TrainingOptions(optimizer: still, steps: 1, batch: 50, shuffle: false)
    _ = try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
    let own = network.runningStatistics[0]
    for unit in 0..<3 {
      let x = data.inputLists.map { $0[unit] }
      let mean = x.reduce(0, +) / 50
      let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 49
      #expect(abs(own.mean[unit] - momentum * mean) < 1e-13)
      #expect(abs(own.variance[unit] - (1 - momentum + momentum * variance)) < 1e-12)
    }
    // Prediction normalises each sample independently of the others.
    let outputs = network.predict(data, pool: Fixture.single)
    for (row, x) in zip(outputs, data.inputLists) {
      for unit in 0..<3 {
        #expect(abs(row[unit] - (x[unit] - own.mean[unit]) / (own.variance[unit] + 1e-5).squareRoot()) < 1e-12)
      }
    }
  }

  /// The networks before and after a training run, which the run returns, have the running statistics of their time.
  @Test func runsKeepTheStatistics() throws {
    let network = try network(BatchNorm())
    let data = Fixture.regression(50, 3, 3, scale: 4)
    let options = TrainingOptions(optimizer: .named("sgd", [0.01, 0, 0])!, epochs: 2, batch: 25)
    _ = try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
    let outputs = network.predict(data, pool: Fixture.single)
    let run = try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
    #expect(run.networkBefore().predict(data, pool: Fixture.single) == outputs)
    let last = network.predict(data, pool: Fixture.single)
    _ = try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
    #expect(run.networkAfter().predict(data, pool: Fixture.single) == last)
    #expect(last != outputs)
  }

  /// Offsets that are much larger than the spread do not affect the variance.
  @Test func largeOffsets() throws {
    let data = Fixture.regression(50, 3, 3)
    let moved = DataSet(
      name: "moved", inputs: data.inputLists.flatMap { $0.map { $0 + 0x1p20 } }, inputWidth: 3,
      targets: data.targetLists.flatMap { $0 }, outputWidth: 3)
    let plain = try network(BatchNorm()).pass(data, loss: Fixture.mse, pool: Fixture.single).outputs
    let own = try network(BatchNorm()).pass(moved, loss: Fixture.mse, pool: Fixture.single).outputs
    for (a, b) in zip(plain.flatMap { $0 }, own.flatMap { $0 }) { #expect(abs(a - b) < 1e-8) }
  }
}
