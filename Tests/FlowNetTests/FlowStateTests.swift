// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Tests the states of layers in the flow table and in training.
@Suite struct FlowStateTests {
  /// Returns the states of all layers, on which the table and the first step of training must agree.
  private func states(
    _ network: Network, _ data: DataSet, loss: Loss = Fixture.mse, _ thresholds: FlowThresholds = Fixture.thresholds
  ) throws -> [FlowState] {
    let table = try network.flow(
      data, loss: loss, limit: 1024, thresholds: thresholds, isTraining: true, predictions: nil,
      pool: Fixture.single
    ).map(\.state)
    let options = TrainingOptions(
      loss: loss, optimizer: .named("sgd", [0, 0, 0])!, steps: 1, batch: data.samples, shuffle: false,
      thresholds: thresholds)
    let run = try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
    if run.fault == nil { #expect(run.flow.map(\.state) == table) }
    return table
  }

  @Test(arguments: [Precision.f32, .f64])
  func vanishing(_ precision: Precision) throws {
    let network = try Fixture.chain(
      8, "sigmoid", width: 16, Fixture.options(Fixture.initializer("lecun_normal"), precision: precision))
    let own = try states(network, Fixture.regression(20, 16, 16))
    #expect(own[0] == .vanishing && own[7] == .ok)
  }

  @Test(arguments: [Precision.f32, .f64])
  func exploding(_ precision: Precision) throws {
    let network = try Fixture.chain(8, "identity", width: 32, Fixture.options(precision: precision))
    let own = try states(network, Fixture.regression(20, 32, 32))
    #expect(own[0] == .exploding && own[7] == .ok)
  }

  /// Layers before a dead one receive no gradient either, but nothing underflowed.
  @Test(arguments: [Precision.f32, .f64], [1, 3, 5])
  func dead(_ precision: Precision, _ layer: Int) throws {
    let network = try Fixture.chain(
      5, "relu", width: 8,
      Fixture.options(Fixture.initializer("he_normal"), bias: Fixture.initializer("constant", 1), precision: precision))
    network.assign(layer: layer, .bias, [Double](repeating: -100, count: 8))
    let own = try states(network, Fixture.regression(20, 8, 8))
    #expect(own.prefix(layer).allSatisfy { $0 == .dead })
    #expect(own.dropFirst(layer).allSatisfy { $0 == .ok })
  }

  /// Weights of zero pass no gradient on, but nothing underflowed.
  @Test func zeroWeights() throws {
    let network = try Fixture.chain(3, "tanh", width: 4, Fixture.options(Fixture.initializer("zeros")))
    #expect(try states(network, Fixture.regression(20, 4, 4)) == [.dead, .dead, .ok])
  }

  @Test(arguments: [Precision.f32, .f64])
  func saturated(_ precision: Precision) throws {
    let network = try Fixture.chain(
      1, "tanh", width: 8, Fixture.options(Fixture.initializer("normal", 0, 20), precision: precision))
    #expect(try states(network, Fixture.regression(20, 8, 8)) == [.saturated])
  }

  @Test(arguments: [Precision.f32, .f64])
  func underflow(_ precision: Precision) throws {
    let network = try Fixture.chain(2000, "sigmoid", Fixture.options(precision: precision))
    let data = Fixture.regression(1, 1, 1)
    let table = try network.flow(data, loss: Fixture.mse, pool: Fixture.single).map(\.state)
    let run = try network.train(
      data, TrainingOptions(loss: Fixture.mse, steps: 1), observer: NoObserver(), pool: Fixture.single)
    // Rounding determines where exactly the last digit is lost.
    let ends = [table, run.flow.map(\.state)].map { own in
      #expect(own[0] == .underflow && own[1990] == .vanishing && own[1999] == .ok)
      let end = own.firstIndex(of: .vanishing)!
      #expect(own.prefix(end).allSatisfy { $0 == .underflow })
      #expect(own.dropFirst(end).allSatisfy { $0 != .underflow })
      return end
    }
    #expect(abs(ends[0] - ends[1]) <= 2)
  }

  @Test func notANumber() throws {
    let network = try Fixture.chain(
      4, "identity", width: 3, Fixture.options(Fixture.initializer("normal", 0, 1e120)))
    let own = try states(network, Fixture.regression(5, 3, 3))
    #expect(own.contains(.nan))
    #expect(own.last == .nan)
  }

  /// If the loss is at its minimum, there is no gradient to judge.
  @Test func perfectFit() throws {
    let network = try Fixture.chain(3, "tanh", width: 4, Fixture.options(Fixture.initializer("lecun_normal")))
    let inputs = Fixture.regression(10, 4, 4)
    let targets = network.predict(inputs, pool: Fixture.single)
    let data = DataSet(
      name: "fit", inputs: inputs.inputLists.flatMap { $0 }, inputWidth: 4, targets: targets.flatMap { $0 },
      outputWidth: 4)
    #expect(try states(network, data) == [.ok, .ok, .ok])
  }

  /// A relu network without biases computes the same at any scale of the data, so the states are the same.
  @Test(arguments: [Precision.f32, .f64], [1e-9, 1e9])
  func scaleOfTheData(_ precision: Precision, _ scale: Double) throws {
    let network = try Fixture.chain(
      20, "relu", width: 16, Fixture.options(Fixture.initializer("xavier_normal"), precision: precision))
    let own = try states(network, Fixture.regression(20, 16, 16))
    #expect(Set(own) == [.ok, .vanishing])
    #expect(try states(network, Fixture.regression(20, 16, 16, scale: scale)) == own)
  }

  /// huber with a tiny delta is mae times that delta, so it is the same loss at another scale.
  @Test(arguments: [Precision.f32, .f64])
  func scaleOfTheLoss(_ precision: Precision) throws {
    for (name, std) in [("sigmoid", 0.3), ("tanh", 2.0), ("relu", 0.35)] {
      let network = try Fixture.chain(
        9, name, width: 16, Fixture.options(Fixture.initializer("normal", 0, std), precision: precision))
      let data = Fixture.regression(20, 16, 16)
      let own = try states(network, data, loss: .named("mae")!)
      #expect(try states(network, data, loss: .named("huber", [1e-12])!) == own)
    }
  }

  /// Of six sigmoid layers, the first moves thousands of times more slowly than the last, at any scale of the loss.
  @Test func sixSigmoidLayers() throws {
    let network = try Fixture.mlp([4, 10, 10, 10, 10, 10, 3], "sigmoid", output: "sigmoid")
    let rows = try network.flow(Fixture.regression(100, 4, 3), loss: Fixture.mse, pool: Fixture.single)
    #expect(rows[0].state == .vanishing)
    #expect(rows[5].deltaRMS / rows[0].deltaRMS > 1000)
  }

  @Test func thresholds() throws {
    let network = try Fixture.chain(6, "tanh", width: 16, Fixture.options(Fixture.initializer("lecun_normal")))
    let data = Fixture.regression(20, 16, 16)
    #expect(try states(network, data).allSatisfy { $0 == .ok })
    let strict = try states(network, data, FlowThresholds(ratio: 1.2, share: 0.5))
    #expect(strict[0] == .vanishing && strict[5] == .ok)
    let relu = try Fixture.chain(3, "relu", width: 16, Fixture.options(Fixture.initializer("he_normal")))
    relu.assign(layer: 2, .bias, (0..<16).map { $0 < 5 ? -100 : 0 })
    #expect(try states(relu, data)[1] == .ok)
    #expect(try states(relu, data, FlowThresholds(ratio: 100, share: 0.3))[1] == .dead)
  }
}
