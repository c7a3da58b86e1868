// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import Testing

/// Batch normalisation cannot be trained on one sample: it would make every unit its shift.
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
    #expect(isRefused { _ = try network.diagnose(many, loss: Fixture.mse, judgesData: true, limit: 1, pool: pool) })
    #expect(isRefused { _ = try train(network, one, batch: 32) })
    #expect(isRefused { _ = try train(network, many, batch: 1) })
    #expect(
      isRefused { _ = try network.pretrain(many, PretrainingOptions(batch: 1), pool: pool) { _ in NoObserver() } })
    _ = try network.explain(many, sample: 3, loss: Fixture.mse, pool: pool)
    _ = try network.evaluate(one, loss: Fixture.mse, pool: pool)
    _ = try train(try self.network(.layer), one, batch: 32)
  }

  /// A last batch of one sample is left out, and the order of the others stays.
  @Test func aLastBatchOfOneIsLeftOut() throws {
    let network = try network()
    let run = try train(network, Fixture.regression(9, 2, 1), batch: 4, epochs: 3)
    #expect(run.steps.count == 6 && run.epochs.count == 3 && run.state == .finished)
    #expect(run.flow.allSatisfy { $0.samples == 4 })
    #expect(try train(try self.network(.layer), Fixture.regression(9, 2, 1), batch: 4, epochs: 3).steps.count == 9)
    #expect(try train(network, Fixture.regression(10, 2, 1), batch: 4, epochs: 3).steps.count == 9)
  }

  /// The census looks at blocks of 1024 samples; one that is left over does not stand alone.
  @Test func theCensusSeesNoSampleAlone() throws {
    let run = try train(try network(), Fixture.regression(1025, 2, 1), batch: 1024)
    // Alone a sample would give every unit tanh'(0) = 1 and none would be saturated; together they are as many as before.
    #expect(run.units.count == 2 * 3)
    #expect(run.units.allSatisfy { $0.dead == 0 })
  }
}
