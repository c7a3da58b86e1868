// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Tests that networks and passes that are too large, for example because of a typing error, are refused before they
/// fill the memory.
@Suite struct NetworkLimitsTests {
  private let options = Fixture.options(.lecunNormal)
  private let tanh = Activation.catalogue.first { $0.name == "tanh" }!.make([])

  @Test(arguments: [
    (1_000_000, 1, 1, "1000000 dense layers"), (2, 1_000_000_000, 1, "parameters"), (2, .max, .max, "parameters"),
    (1, 100_000, 100_000, "parameters"),
  ])
  func hugeNetworksAreRefused(_ depth: Int, _ width: Int, _ inputs: Int, _ words: String) {
    #expect {
      try Architecture.chain(depth: depth, tanh, width: width, inputs: inputs, options)
    } throws: { error in
      guard let error = error as? NetworkError else { return false }
      return error.message.contains(words) && error.message.contains("more than the limit of")
    }
  }

  /// The expected number is 3·5+5, plus scale and shift of 5 units, plus 5·2+2 in the projection and 5·2+2 in the
  /// block. The compiled network must have the same number of parameters.
  @Test func parametersAreCountedBeforeTheNetworkIsMade() throws {
    let (weights, bias) = (Initializer.named("lecun_normal")!, Initializer.named("zeros")!)
    let layers: [any Layer] = [
      Dense(5, tanh, weights: weights, bias: bias), BatchNorm(),
      Residual([Dense(2, weights: weights, bias: bias)], weights: weights, bias: bias),
    ]
    let network = Network(try .sequence(inputs: 3, layers, options), seed: NetworkSeed(0))
    #expect(network.architecture.parameterCount == 20 + 10 + 24)
    #expect(network.allParameters.reduce(0) { $0 + $1.count } == 20 + 10 + 24)
  }

  @Test func aPassThatWouldFillTheMemoryIsRefused() throws {
    let network = Network(try .chain(depth: 50_000, tanh, options), seed: NetworkSeed(0))
    let data = DataSet(
      name: "ones", inputs: [Double](repeating: 1, count: 20_000), inputWidth: 1,
      targets: [Double](repeating: 1, count: 20_000), outputWidth: 1)
    #expect {
      try network.flow(data, loss: Fixture.mse, limit: 20_000, pool: ThreadPool(threads: 1))
    } throws: { error in
      (error as? NetworkError)?.message.hasPrefix("a pass of 20000 samples would keep 4000000000 numbers") == true
    }
  }

  /// A training run must start even if its number of steps exceeds the range of `Int`.
  @Test func moreEpochsThanCanBeCountedStillTrain() throws {
    struct Watch: TrainingObserver {
      let limit: Int
      let count = Counter()
      var wantsToStop: Bool { count.value >= limit }
      func finished(_ step: StepRecord, of total: Int, epochs: Int, flow: () -> [FlowRecord]) { count.value += 1 }
      func now() -> Double { 0 }
    }
    final class Counter: @unchecked Sendable { var value = 0 }
    let network = Network(try .chain(depth: 1, tanh, options), seed: NetworkSeed(0))
    let data = DataSet(name: "two", inputs: [1, 2], inputWidth: 1, targets: [0, 0], outputWidth: 1)
    let run = try network.train(
      data, TrainingOptions(epochs: .max, batch: 1), observer: Watch(limit: 5), pool: ThreadPool(threads: 1))
    #expect(run.steps.count == 5)
    #expect(run.state == .interrupted)
  }

  /// Prediction does not read the targets, so they may have any width.
  @Test func predictingReadsNoTargets() throws {
    let network = Network(try .chain(depth: 1, tanh, inputs: 1, options), seed: NetworkSeed(0))
    func outputs(_ width: Int) -> [[Double]] {
      let data = DataSet(
        name: "any", inputs: [1, 2, 3], inputWidth: 1, targets: [Double](repeating: 7, count: 3 * width),
        outputWidth: width)
      return network.predict(data, pool: ThreadPool(threads: 1))
    }
    #expect(outputs(1) == outputs(4))
    #expect(outputs(1).count == 3)
  }

  /// Drift is measured from assigned values.
  @Test func driftStartsAtAssignedWeights() throws {
    let network = Network(try .chain(depth: 1, tanh, options), seed: NetworkSeed(0))
    network.assign(layer: 1, .weight, [2])
    let data = DataSet(name: "one", inputs: [1], inputWidth: 1, targets: [0.9], outputWidth: 1)
    let run = try network.train(
      data, TrainingOptions(epochs: 1, batch: 1), observer: Silent(), pool: ThreadPool(threads: 1))
    let after = try #require(network.numbers(layer: 1, .weight))[0]
    let drift = try #require(run.flow.first).drift
    #expect(abs(drift - abs(after - 2) / 2) < 1e-15)
    #expect(drift < 0.1)
  }

  private struct Silent: TrainingObserver {
    var wantsToStop: Bool { false }
    func finished(_ step: StepRecord, of total: Int, epochs: Int, flow: () -> [FlowRecord]) {}
    func now() -> Double { 0 }
  }
}
