// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Tests that the first value that is not finite is found, in the order of computation, with its layer and its step.
@Suite struct FaultFinderTests {
  private func train(
    _ network: Network, _ data: DataSet, rate: Double = 0.1, loss: Loss = Fixture.mse, steps: Int = 5
  ) throws -> Run {
    let options = TrainingOptions(
      loss: loss, optimizer: .named("sgd", [rate, 0, 0])!, steps: steps, batch: data.samples, shuffle: false)
    return try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
  }

  private func expect(
    _ run: Run, _ step: Int, _ layer: Int?, _ quantity: Fault.Quantity, _ location: SourceLocation = #_sourceLocation
  ) {
    let fault = run.fault
    #expect(fault?.step == step, sourceLocation: location)
    #expect(fault?.layer == layer, sourceLocation: location)
    #expect(fault?.quantity == quantity, sourceLocation: location)
    #expect(fault?.value.isFinite == false, sourceLocation: location)
    #expect(fault?.causes.isEmpty == false, sourceLocation: location)
    #expect(run.state == .diverged, sourceLocation: location)
    // The record ends with the step that failed.
    #expect(run.steps.count == step, sourceLocation: location)
  }

  private func limit(_ precision: Precision) -> Double { precision == .f32 ? 1e38 : 1e308 }

  /// z overflows in layer 2 of 3.
  @Test(arguments: [Precision.f32, .f64])
  func preActivation(_ precision: Precision) throws {
    let network = try Fixture.chain(3, "relu", Fixture.options(.named("constant", [1])!, precision: precision))
    network.assign(layer: 1, .weight, [10])
    network.assign(layer: 2, .weight, [limit(precision)])
    let data = DataSet(name: "one", inputs: [1], inputWidth: 1, targets: [0], outputWidth: 1)
    let before = network.allParameters
    let run = try train(network, data)
    expect(run, 1, 2, .preActivation)
    #expect(run.fault?.causes.contains { $0.value == 10 } == true)
    #expect(network.allParameters == before)
    #expect(run.steps[0].loss.isFinite == false)
    #expect(run.flow.isEmpty && run.epochs.isEmpty)
  }

  /// A value that is wrong from the start is reported itself, not the values that it makes wrong.
  @Test(arguments: [Precision.f32, .f64])
  func wrongFromTheStart(_ precision: Precision) throws {
    let data = DataSet(name: "one", inputs: [1], inputWidth: 1, targets: [0], outputWidth: 1)
    for (layer, kind) in [(2, ParameterKind.weight), (3, .bias)] {
      let network = try Fixture.chain(3, "tanh", Fixture.options(precision: precision))
      network.assign(layer: layer, kind, [.nan])
      let fault = try #require(try train(network, data).fault)
      #expect(fault.layer == layer && fault.quantity == .weight && fault.value.isNaN)
    }
    let network = try Fixture.chain(3, "tanh", Fixture.options(precision: precision))
    let wrong = DataSet(name: "one", inputs: [.infinity], inputWidth: 1, targets: [0], outputWidth: 1)
    let fault = try #require(try train(network, wrong).fault)
    #expect(fault.layer == nil && fault.quantity == .input && fault.value == .infinity)
  }

  /// The causes of a loss that overflows are finite, and keep exponents that only f64 has.
  @Test func causesKeepTheirSize() throws {
    let network = try Fixture.chain(1, "identity", Fixture.options(.named("constant", [1e200])!))
    let data = DataSet(name: "one", inputs: [1], inputWidth: 1, targets: [0], outputWidth: 1)
    let fault = try #require(try train(network, data).fault)
    #expect(fault.quantity == .loss && fault.causes.map(\.value) == [1e200])
  }

  /// z is finite and φ(z) is not. Later values, including the next layer's z, are not the cause.
  @Test(arguments: [Precision.f32, .f64])
  func activation(_ precision: Precision) throws {
    for other in ["identity", "tanh"] {
      // tanh makes the infinite value finite again, so that the loss does not show it.
      let layers = (1...3).map { layer in
        Fixture.dense(1, layer == 2 ? "selu" : other, .named("constant", [1])!, bias: .named("zeros")!)
      }
      let network = try Fixture.sequence(1, layers, precision: precision)
      // selu multiplies by 1.05.
      network.assign(layer: 2, .weight, [precision == .f32 ? 3.3e38 : 1.75e308])
      let data = DataSet(
        name: "one", inputs: [other == "tanh" ? 100 : 1], inputWidth: 1, targets: [0], outputWidth: 1)
      let run = try train(network, data)
      expect(run, 1, 2, .activation)
    }
  }

  /// All outputs are finite, but their squares are not.
  @Test func loss() throws {
    let network = try Fixture.chain(2, "identity", Fixture.options(.named("constant", [1e100])!))
    let data = DataSet(name: "one", inputs: [1], inputWidth: 1, targets: [0], outputWidth: 1)
    let run = try train(network, data)
    expect(run, 1, nil, .loss)
    #expect(run.fault?.value == .infinity)
  }

  /// The forward pass is finite, but the gradient overflows in the backward pass at layer 2.
  @Test(arguments: [Precision.f32, .f64])
  func gradient(_ precision: Precision) throws {
    let huge = limit(precision)
    let network = try Fixture.chain(4, "identity", Fixture.options(.named("constant", [1])!, precision: precision))
    for (layer, weight) in [(1, 1 / huge), (2, 1 / huge), (3, huge), (4, huge)] {
      network.assign(layer: layer, .weight, [weight])
    }
    let data = DataSet(name: "one", inputs: [1], inputWidth: 1, targets: [1], outputWidth: 1)
    let before = network.allParameters
    let run = try train(network, data, loss: .named("mae")!)
    expect(run, 1, 2, .gradient)
    #expect(network.allParameters == before)
    #expect(run.steps[0].loss.isFinite && !run.steps[0].gradNorm.isFinite)
  }

  /// All values are finite until the update adds the gradient times the rate.
  @Test(arguments: [Precision.f32, .f64])
  func weight(_ precision: Precision) throws {
    let network = try Fixture.chain(2, "identity", Fixture.options(.named("constant", [1])!, precision: precision))
    let data = DataSet(name: "one", inputs: [1], inputWidth: 1, targets: [30], outputWidth: 1)
    let run = try train(network, data, rate: limit(precision))
    expect(run, 1, 1, .weight)
    #expect(run.steps[0].gradNorm.isFinite)
  }

  /// With too large a rate, the run diverges after some steps, all of which are recorded.
  @Test(arguments: [Precision.f32, .f64])
  func laterStep(_ precision: Precision) throws {
    let network = try Fixture.mlp(
      [3, 8, 8, 2], "relu", Fixture.options(Fixture.initializer("he_normal"), precision: precision))
    let run = try train(network, Fixture.regression(20, 3, 2), rate: 50, steps: 2000)
    let fault = try #require(run.fault)
    #expect(fault.step > 1 && fault.step < 2000)
    #expect(run.steps.count == fault.step)
    #expect(run.steps.dropLast().allSatisfy { $0.loss.isFinite && $0.gradNorm.isFinite })
    #expect(run.state == .diverged)
    // The weights are those from before the step, unless the update itself made them non-finite.
    if fault.quantity != .weight { #expect(network.allParameters.allSatisfy { $0.allSatisfy { $0.isFinite } }) }
  }

  /// Squares of large numbers overflow. That alone is not a fault, and the norms are still right.
  @Test func largeIsNotInfinite() throws {
    let network = try Fixture.chain(2, "tanh", Fixture.options(.named("constant", [1e25])!, precision: .f32))
    let data = DataSet(name: "one", inputs: [1e-25], inputWidth: 1, targets: [0.5], outputWidth: 1)
    let run = try train(network, data, rate: 0.1)
    #expect(run.fault == nil && run.state == .finished)
    for row in run.flow {
      #expect(relativeError(row.weightNorm, Double(Float(1e25))) < 1e-6)
      #expect(row.updateRatio.isFinite && row.drift.isFinite && row.state != .nan)
    }
  }

  /// After a fault, the statistics of batch normalisation are still those of the steps before it.
  @Test func statisticsSurvive() throws {
    let network = try Fixture.sequence(
      1, [Fixture.dense(2), BatchNorm(), Fixture.dense(1, "identity", .named("constant", [1e308])!)])
    let run = try train(network, Fixture.regression(4, 1, 1))
    expect(run, 1, 2, .preActivation)
    let statistics = network.runningStatistics[0]
    #expect(statistics.mean == [0, 0] && statistics.variance == [1, 1])
  }
}
