// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Batch normalisation cannot be trained on one sample, because it would set every unit to its shift.
@Suite struct SingleSampleTests {
  private let pool = Fixture.single

  private func network(_ norm: NormChoice = .batch, skip: Bool = false) throws -> Network {
    try Fixture.mlp([2, 3, 3, 1], "tanh", Fixture.options(norm: norm, skip: skip))
  }

  private func isRefused(_ body: () throws -> Void) -> Bool {
    do { try body() } catch let error as NetworkError {
      return error.message.contains("two samples") && error.hint != nil
    } catch {}
    return false
  }

  private func train(_ network: Network, _ data: DataSet, batch: Int, epochs: Int = 1) throws -> Run {
    var options = TrainingOptions(epochs: epochs, batch: batch)
    options.unitsEvery = 1
    return try network.train(data, options, observer: NoObserver(), pool: pool)
  }

  @Test(arguments: [false, true])
  func everyTrainingPassIsRefused(skip: Bool) throws {
    let network = try network(skip: skip)
    let (one, many) = (Fixture.regression(1, 2, 1), Fixture.regression(8, 2, 1))
    #expect(isRefused { _ = try network.flow(one, loss: Fixture.mse, pool: pool) })
    #expect(isRefused { _ = try network.flow(many, loss: Fixture.mse, limit: 1, pool: pool) })
    #expect(isRefused { _ = try network.windows(many, limit: 1, pool: pool) })
    #expect(isRefused { _ = try network.explain(one, loss: Fixture.mse, pool: pool) })
    #expect(isRefused { _ = try network.gradientErrors(one, loss: Fixture.mse, pool: pool) })
    #expect(isRefused { _ = try network.precisionFlow(many, formats: [], loss: Fixture.mse, limit: 1, pool: pool) })
    #expect(isRefused { _ = try train(network, one, batch: 32) })
    #expect(isRefused { _ = try train(network, many, batch: 1) })
    #expect(
      isRefused { _ = try network.pretrain(many, PretrainingOptions(batch: 1), pool: pool) { _ in NoObserver() } })
    _ = try network.explain(many, sample: 3, loss: Fixture.mse, pool: pool)
    _ = try network.evaluate(one, loss: Fixture.mse, pool: pool)
    _ = try train(try self.network(.layer), one, batch: 32)
  }

  /// A last batch of one sample is left out, and the order of the others is unchanged.
  @Test func aLastBatchOfOneIsLeftOut() throws {
    let network = try network()
    let run = try train(network, Fixture.regression(9, 2, 1), batch: 4, epochs: 3)
    #expect(run.steps.count == 6 && run.epochs.count == 3 && run.state == .finished)
    #expect(try train(try self.network(.layer), Fixture.regression(9, 2, 1), batch: 4, epochs: 3).steps.count == 9)
    #expect(try train(network, Fixture.regression(10, 2, 1), batch: 4, epochs: 3).steps.count == 9)
  }

  /// The census processes blocks of 1024 samples. A remaining single sample is not processed alone, because its units
  /// would then be 0 and not saturated like the others.
  @Test func theCensusProcessesNoSampleAlone() throws {
    let network = try network()
    network.assign(layer: 1, .weight, [1, 0, 1, 0, 1, 0])
    network.assign(layer: 1, .scale, [100, 100, 100])
    let inputs = (0..<1025).flatMap { sample -> [Double] in [sample % 2 == 0 ? 1 : -1, 0] }
    let data = DataSet(
      name: "signs", inputs: inputs, inputWidth: 2, targets: [Double](repeating: 0, count: 1025), outputWidth: 1)
    let run = try train(network, data, batch: 1024)
    #expect(run.units.count == 2 * 3 && run.units[0].saturated == 1)
  }
}
