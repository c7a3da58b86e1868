// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Tests layers deep in saturation, on either side: they are saturated and their gradients vanish, but they are not
/// dead.
@Suite struct SaturationRecordTests {
  private func network(
    _ activation: String, bias: Double, norm: NormChoice = .none, precision: Precision = .f64, width: Int = 1
  ) throws -> Network {
    try Fixture.chain(
      4, activation, width: width,
      Fixture.options(
        Fixture.initializer("constant", 1), bias: Fixture.initializer("constant", bias), norm: norm,
        precision: precision))
  }

  private func one(_ input: Double = 0) -> DataSet {
    DataSet(name: "one", inputs: [input], inputWidth: 1, targets: [-1], outputWidth: 1)
  }

  /// z is 40 in the first layer and 41 in the others. The expected values were computed with mpmath.
  @Test(arguments: [("sigmoid", -52.98392679219672298), ("tanh", -104.16167361040955878)])
  func flowAboveTheLimit(_ activation: String, _ log10Total: Double) throws {
    let network = try network(activation, bias: 40)
    let rows = try network.flow(one(), loss: Fixture.mse, pool: Fixture.single)
    #expect(rows.map(\.state) == [.vanishing, .vanishing, .vanishing, .saturated])
    #expect(rows.allSatisfy { $0.dead == 0 })
    #expect(abs(rows[0].log10Total - log10Total) < 1e-12)
    let explanation = try network.explain(one(), loss: Fixture.mse, pool: Fixture.single)
    #expect(explanation.relativeError < 1e-12)
    #expect(abs(explanation.gradientLog10! - explanation.terms[1].log10! - log10Total) < 1e-12)
  }

  /// The same holds in training, even though the gradients of the steps themselves are 0.
  @Test(arguments: ["sigmoid", "tanh"], [1, 6])
  func records(_ activation: String, samples: Int) throws {
    let network = try network(activation, bias: 40)
    let data = Fixture.regression(samples, 1, 1)
    var options = TrainingOptions(epochs: 3, batch: samples)
    options.unitsEvery = 1
    let run = try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
    #expect(run.flow.count == 12 && run.flow.allSatisfy { $0.dead == 0 && $0.gradNorm == 0 })
    for step in stride(from: 0, to: 12, by: 4) {
      #expect(run.flow[step..<step + 4].map(\.state) == [.vanishing, .vanishing, .vanishing, .saturated])
    }
    #expect(run.units.allSatisfy { $0.dead == 0 && $0.saturated == 1 })
    // The record describes the network as it is.
    let rows = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
    for (record, row) in zip(run.flow.suffix(4), rows) { #expect(relativeError(record.deltaRMS, row.deltaRMS) < 1e-12) }
  }

  /// Repeating a step to measure it does not change the result, with any layers in the network and any batch sizes.
  @Test(arguments: [NormChoice.none, .batch, .layer])
  func recordingChangesNoBits(_ norm: NormChoice) throws {
    func trained(_ every: Int?) throws -> Network {
      let sigmoid = Fixture.activation("sigmoid")
      let saturated = Dense(
        3, sigmoid, weights: Fixture.initializer("normal", 0, 1), bias: Fixture.initializer("constant", 60))
      var layers: [any Layer] = [Fixture.dense(4, "tanh")]
      layers += norm.layers
      layers += [Fixture.dense(4, "relu"), Dropout(0.3), saturated, Fixture.dense(2, "sigmoid")] as [any Layer]
      let network = try Fixture.sequence(2, layers)
      let options = TrainingOptions(optimizer: .named("adam")!, epochs: 3, batch: 8, recordEvery: every)
      _ = try network.train(Fixture.regression(20, 2, 2), options, observer: NoObserver(), pool: Fixture.single)
      return network
    }
    let (recorded, plain) = (try trained(1), try trained(nil))
    #expect(recorded.allParameters == plain.allParameters)
    for (own, other) in zip(recorded.runningStatistics, plain.runningStatistics) {
      #expect(own.mean == other.mean && own.variance == other.variance)
    }
  }

  /// A relu that no sample opens is dead.
  @Test func closedUnitsStayDead() throws {
    let rows = try network("relu", bias: -40).flow(one(), loss: Fixture.mse, pool: Fixture.single)
    #expect(rows.dropLast().allSatisfy { $0.state == .dead })
  }
}

extension NormChoice {
  fileprivate var layers: [any Layer] {
    switch self {
    case .none: []
    case .batch: [BatchNorm()]
    case .layer: [LayerNorm()]
    }
  }
}
