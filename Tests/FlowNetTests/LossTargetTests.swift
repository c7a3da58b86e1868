// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// A loss must refuse targets for which it has no lower bound.
@Suite struct LossTargetTests {
  private func data(_ targets: [Double], width: Int) -> DataSet {
    let count = targets.count / width
    return DataSet(
      name: "own", inputs: [Double](repeating: 0.5, count: count), inputWidth: 1, targets: targets, outputWidth: width)
  }

  private func error(_ loss: String, _ targets: [Double], width: Int) throws -> NetworkError? {
    let network = try Fixture.mlp([1, 3, width], "tanh")
    do throws(NetworkError) {
      try network.check(.named(loss)!, on: data(targets, width: width))
      return nil
    } catch {
      return error
    }
  }

  @Test func binaryCrossEntropyNeedsProbabilities() throws {
    #expect(try error("bce", [0, 0.5, 1, 1 + 1e-9, -1e-9], width: 1) == nil)
    let wrong = try #require(try error("bce", [0, 1, -3, 250.5], width: 1))
    #expect(wrong.message.contains("from -3 to 250.5"))
    let hint = try #require(wrong.hint)
    #expect(hint.contains("mse") && hint.contains("scale") && hint.contains("classes"))
    #expect(try error("bce", [0, .nan], width: 1)?.message.contains("sample 2 is nan") == true)
    #expect(try error("mse", [0, 250], width: 1) == nil)
  }

  @Test func crossEntropyNeedsDistributions() throws {
    #expect(try error("cross_entropy", [0.333, 0.667, 0.5, 0.5, 1, 0], width: 2) == nil)
    #expect(
      try error("cross_entropy", [1, 0, 0.5, 0.2], width: 2)?.message.contains("sample 2 of own sum to 0.7") == true)
    let sums = try #require(try error("cross_entropy", [1, 0, 0.5, 0.2, 0.9, 0.9], width: 2))
    #expect(sums.message.contains("the sums range from 0.7 to 1.8"))
    #expect(sums.hint?.contains("mse") == true && sums.hint?.contains("classes") == true)
    #expect(try error("cross_entropy", [1, 0, 2, -1], width: 2)?.message.contains("from -1 to 2") == true)
  }

  /// Tests every command that takes a loss, and validation data.
  @Test func everyCommandChecksTargets() throws {
    let network = try Fixture.mlp([1, 3, 1], "tanh")
    let (bad, bce) = (data([7], width: 1), Loss.named("bce")!)
    let pool = Fixture.single
    func refused(_ body: () throws -> Void) -> Bool {
      do { try body() } catch let error as NetworkError { return error.message.contains("from 0 to 1") } catch {}
      return false
    }
    #expect(refused { _ = try network.flow(bad, loss: bce, pool: pool) })
    #expect(refused { _ = try network.explain(bad, loss: bce, pool: pool) })
    #expect(refused { _ = try network.gradientErrors(bad, loss: bce, pool: pool) })
    #expect(refused { _ = try network.evaluate(bad, loss: bce, pool: pool) })
    #expect(refused { _ = try network.precisionFlow(bad, formats: [], loss: bce, pool: pool) })
    func train(_ data: DataSet, validation: DataSet?) throws {
      _ = try network.train(
        data, TrainingOptions(loss: bce, validation: validation), observer: NoObserver(), pool: pool)
    }
    #expect(refused { try train(bad, validation: nil) })
    #expect(refused { try train(data([1], width: 1), validation: bad) })
    #expect(!refused { try train(data([1], width: 1), validation: nil) })
  }

  /// `auto` never chooses a loss that refuses the data.
  @Test(arguments: [1, 2, 3])
  func automaticLossesFit(_ outputs: Int) throws {
    let network = try Fixture.mlp([2, 3, outputs], "tanh")
    for data in [Fixture.regression(6, 2, outputs), Fixture.classes(6, 2, max(outputs, 2))] {
      try network.check(.automatic(for: data, outputs: outputs), on: data)
    }
  }

  @Test func normalTargetsAreMadeToFit() throws {
    let normal = Fixture.regression(50, 2, 3)
    for name in Loss.catalogue.map(\.name) {
      let loss = Loss.named(name)!
      let fitting = loss.fittingTargets(of: normal)
      try Fixture.mlp([2, 3, 3], "tanh").check(loss, on: fitting)
      #expect(fitting.inputLists == normal.inputLists)
      guard name == "cross_entropy" else { continue }
      for (own, numbers) in zip(fitting.targetLists, normal.targetLists) {
        #expect(own.firstIndex(of: 1) == numbers.firstIndex(of: numbers.max()!) && own.count { $0 == 0 } == 2)
      }
    }
  }
}
