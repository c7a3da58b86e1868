// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Tests copies, conversions, assignment, and the shapes of small networks.
@Suite struct NetworkTests {
  private func trained(_ precision: Precision = .f64) throws -> Network {
    let network = try Fixture.sequence(
      4, [Fixture.dense(6, "tanh"), BatchNorm(), Fixture.residual(Fixture.dense(5)), Fixture.dense(3)],
      precision: precision)
    _ = try network.train(
      Fixture.classes(20, 4, 3), TrainingOptions(epochs: 2), observer: NoObserver(), pool: Fixture.pool)
    return network
  }

  @Test(arguments: [Precision.f32, .f64])
  func copiesAreIndependent(_ precision: Precision) throws {
    let network = try trained(precision)
    let copy = network.copy()
    let numbers = network.allParameters
    #expect(copy.allParameters == numbers)
    #expect(copy.runningStatistics.map(\.variance) == network.runningStatistics.map(\.variance))
    let data = Fixture.classes(20, 4, 3)
    #expect(copy.predict(data, pool: Fixture.pool) == network.predict(data, pool: Fixture.pool))
    let first = try network.train(data, TrainingOptions(epochs: 1), observer: NoObserver(), pool: Fixture.pool)
    #expect(copy.allParameters == numbers && network.allParameters != numbers)
    // From the same start, the copy is trained in the same way, including drift.
    let second = try copy.train(data, TrainingOptions(epochs: 1), observer: NoObserver(), pool: Fixture.pool)
    #expect(copy.allParameters == network.allParameters)
    #expect(first.flow.map(\.drift) == second.flow.map(\.drift))
  }

  @Test func conversions() throws {
    let single = try trained(.f32)
    let double = single.converted(to: .f64)
    #expect(double.precision == .f64 && double.allParameters == single.allParameters)
    #expect(double.converted(to: .f32).allParameters == single.allParameters)
    let rounded = try trained(.f64).converted(to: .f32)
    let expected = try trained(.f64).allParameters.map { $0.map { Double(Float($0)) } }
    #expect(rounded.allParameters == expected)
  }

  @Test func assignment() throws {
    let network = try Fixture.mlp([2, 3, 1], "relu", Fixture.options())
    network.assign(layer: 1, .weight, [1, 2, 3, 4, 5, 6])
    network.assign(layer: 1, .bias, [1, 0, -100])
    network.assign(layer: 2, .weight, [1, 10, 100])
    #expect(network.numbers(layer: 1, .weight) == [1, 2, 3, 4, 5, 6])
    #expect(network.numbers(layer: 1, .scale) == nil)
    let data = DataSet(name: "one", inputs: [1, -2], inputWidth: 2, targets: [0], outputWidth: 1)
    // relu(1 − 4 + 1), relu(3 − 8), relu(5 − 12 − 100)
    #expect(network.predict(data, pool: Fixture.single) == [[0]])
    network.assign(layer: 1, .bias, [5, 6, 8])
    #expect(network.predict(data, pool: Fixture.single) == [[2 + 10 + 100]])
  }

  @Test func counts() throws {
    let network = try trained()
    #expect(network.parameters == (4 * 6 + 6) + 12 + (6 * 5 + 5) * 2 + (5 * 3 + 3))
    #expect(network.depth == 3)
    #expect(network.layer(1).parameters == [.weight, .bias, .scale, .shift])
    #expect(network.layer(2).inputs == 6 && network.layer(2).outputs == 5)
  }

  /// Tests networks of one unit with the smallest possible batches.
  @Test(arguments: Fixture.activations, [NormChoice.none, .batch, .layer])
  func smallest(_ name: String, _ norm: NormChoice) throws {
    for (skip, precision) in [(false, Precision.f32), (true, .f32), (false, .f64), (true, .f64)] {
      let network = try Fixture.chain(1, name, Fixture.options(norm: norm, skip: skip, precision: precision))
      let data = Fixture.regression(norm == .batch ? 2 : 1, 1, 1)
      let rows = try network.flow(data, loss: Fixture.mse, pool: Fixture.pool)
      #expect(rows.count == 1 && rows[0].factor == nil && rows[0].log10Total.isNaN == (rows[0].deltaRMS == 0))
      let run = try network.train(data, TrainingOptions(epochs: 3), observer: NoObserver(), pool: Fixture.pool)
      #expect(run.state == .finished && run.steps.count == 3)
      #expect(network.predict(data, pool: Fixture.pool)[0][0].isFinite)
      #expect(try network.explain(data, loss: Fixture.mse, pool: Fixture.pool).relativeError < 1e-5)
      // The normalised value of a single unit may be 0, where the activation may have a kink.
      if norm != .none, Fixture.activation(name).kinks.contains(0) { continue }
      let errors = try network.gradientErrors(data, loss: Fixture.mse, pool: Fixture.pool)
      // Batch normalisation cancels the scale of the single weight. Its gradient is therefore at most of the order of
      // ε, which is too small for finite differences of the loss.
      let shown = errors.filter { norm != .batch || $0.parameter == .scale || $0.parameter == .shift }
      #expect(shown.count == (norm == .none ? 2 : norm == .layer ? 4 : 2))
      #expect(shown.allSatisfy { ($0.maxError ?? 0) < 1e-7 })
    }
  }

  @Test func invalidArchitectures() throws {
    let softmax = Fixture.activation("softmax")
    let options = Fixture.options()
    #expect(throws: NetworkError.self) { try Architecture.chain(depth: 0, .identity, options) }
    #expect(throws: NetworkError.self) { try Architecture.chain(depth: 1, .identity, width: 0, options) }
    #expect(throws: NetworkError.self) { try Architecture.chain(depth: 1, .identity, inputs: 0, options) }
    #expect(throws: NetworkError.self) { try Architecture.chain(depth: 2, softmax, width: 3, options) }
    #expect(throws: NetworkError.self) { try Architecture.mlp([], .identity, options) }
    #expect(throws: NetworkError.self) { try Architecture.mlp([3], .identity, options) }
    #expect(throws: NetworkError.self) { try Architecture.mlp([3, -1, 2], .identity, options) }
    #expect(throws: NetworkError.self) { try Architecture.sequence(inputs: 3, [], options) }
    #expect(throws: NetworkError.self) { try Architecture.sequence(inputs: 3, [BatchNorm()], options) }
    #expect(throws: NetworkError.self) { try Architecture.sequence(inputs: 3, [Fixture.residual()], options) }
    #expect(throws: NetworkError.self) {
      try Architecture.sequence(inputs: 3, [Fixture.residual(Fixture.dense(3, "softmax"))], options)
    }
    #expect(throws: NetworkError.self) {
      try Architecture.sequence(inputs: 3, [Fixture.dense(3), Dropout(1)], options)
    }
    _ = try Architecture.chain(depth: 1, softmax, width: 3, options)
  }
}
