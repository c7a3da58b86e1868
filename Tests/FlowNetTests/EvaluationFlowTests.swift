// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import Foundation
import NetworkFixtures
import Testing

/// Tests gradients in evaluation mode, with running statistics and without dropout.
struct EvaluationFlowTests {
  private let data = Self.data(0..<21)

  private static func data(_ samples: Range<Int>) -> DataSet {
    func waves(_ count: Int) -> [Double] {
      samples.flatMap { row -> [Double] in
        (0..<count).map { column -> Double in 2 * cos(Double(7 * row + 3 * column)) + 1 }
      }
    }
    let (inputs, targets) = (waves(4), waves(2))
    return DataSet(name: "waves", inputs: inputs, inputWidth: 4, targets: targets, outputWidth: 2)
  }

  private func trained(_ precision: Precision = .f64) throws -> Network {
    let network = try Fixture.sequence(
      4,
      [
        Fixture.dense(6), BatchNorm(), ActivationLayer(Fixture.activation("tanh")), Dropout(0.4),
        Fixture.residual(Fixture.dense(6), BatchNorm()), Fixture.dense(2),
      ], precision: precision)
    _ = try network.train(data, TrainingOptions(epochs: 3, batch: 8), observer: NoObserver(), pool: Fixture.single)
    return network
  }

  @Test func gradientsAgreeWithFiniteDifferences() throws {
    let network = try trained()
    for error in try network.gradientErrors(data, loss: Fixture.mse, isTraining: false, pool: Fixture.single) {
      #expect(try #require(error.maxError) < 1e-8)
    }
  }

  /// A prediction of a sample does not depend on the other samples, so its gradient does not either, and a single sample
  /// is enough.
  @Test func samplesAreIndependent() throws {
    let network = try trained()
    let before = network.file
    let all = try network.flow(data, loss: Fixture.mse, isTraining: false, pool: Fixture.pool)
    var squares = [Double](repeating: 0, count: all.count)
    for sample in 0..<data.samples {
      let rows = try network.flow(
        Self.data(sample..<sample + 1), loss: Fixture.mse, isTraining: false, pool: Fixture.single)
      for (index, row) in rows.enumerated() { squares[index] += row.deltaRMS * row.deltaRMS }
    }
    for (row, square) in zip(all, squares) {
      #expect(relativeError(row.deltaRMS, (square / Double(data.samples)).squareRoot()) < 1e-12)
      #expect(row.dropoutGain == nil || row.dropoutGain == 1)
    }
    #expect(network.file == before)
    let training = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
    #expect(zip(all, training).contains { relativeError($0.deltaRMS, $1.deltaRMS) > 0.01 })
    #expect(all.contains { $0.saturated != nil } == training.contains { $0.saturated != nil })
  }

  /// The gradient of a network in f32 that leaves the range of f32 agrees with that in f64.
  @Test func underflowsAreMeasured() throws {
    func flow(_ precision: Precision) throws -> [LayerFlow] {
      let tiny = Fixture.initializer("normal", 0, 1e-30)
      let layers: [any Layer] = [
        Fixture.dense(4, "identity", tiny), BatchNorm(), Fixture.dense(4, "identity", tiny), BatchNorm(),
        Fixture.dense(2, "identity", tiny),
      ]
      return try Fixture.sequence(4, layers, precision: precision)
        .flow(data, loss: Fixture.mse, isTraining: false, pool: Fixture.single)
    }
    for (single, double) in zip(try flow(.f32), try flow(.f64)) {
      #expect(double.deltaRMS > 0)
      #expect(relativeError(single.deltaRMS, double.deltaRMS) < 1e-4)
    }
  }
}
