// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import Testing

/// Time that grows with the work alone: the time of the processor, within bounds that only a wrong order of growth or
/// unspecialised code would break.
@Suite struct TimeTests {
  /// Ten thousand layers cost ten times as much as a thousand.
  @Test(arguments: [NormChoice.none, .batch])
  func timeIsLinearInDepth(_ norm: NormChoice) throws {
    func seconds(_ depth: Int) throws -> Double {
      let data = Fixture.regression(2, 2, 2)
      return try computingTime {
        let network = try Fixture.chain(
          depth, "tanh", width: 2, Fixture.options(Fixture.initializer("xavier_normal"), norm: norm))
        _ = try network.train(data, TrainingOptions(steps: 3), observer: NoObserver(), pool: Fixture.single)
        _ = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
        _ = try network.explain(data, layer: 1, loss: Fixture.mse, pool: Fixture.single)
        _ = network.copy().predict(data, pool: Fixture.single)
      }
    }
    _ = try seconds(100)
    let short = try seconds(1000)
    #expect(try seconds(10_000) < 30 * short)
  }

  /// The record of every step is a small part of it.
  @Test(arguments: [Precision.f32, .f64])
  func recordingIsCheap(_ precision: Precision) throws {
    let data = Fixture.classes(256, 100, 10)
    func seconds(_ every: Int?) throws -> Double {
      let network = try Fixture.mlp(
        [100, 200, 200, 200, 10], "tanh", Fixture.options(Fixture.initializer("xavier_normal"), precision: precision))
      var options = TrainingOptions(steps: 40, batch: 128, recordEvery: every)
      options.clip = Clip.catalogue[0].make([1])
      options.penalty = Penalty.catalogue[2].make([1e-4, 1e-4])
      return try computingTime {
        _ = try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
      }
    }
    _ = try seconds(nil)
    // In turns, so that a slow minute of the machine meets both.
    let rounds = try (0..<5).map { _ in (silent: try seconds(nil), recorded: try seconds(1)) }
    let silent = rounds.map(\.silent).min()!
    let recorded = rounds.map(\.recorded).min()!
    #expect(recorded < 1.4 * silent, "\(recorded) with, \(silent) without")
    // 0.4 GFLOP a step: far away from code that asks for the element type in every loop.
    #expect(silent < 40 * 0.03)
  }

  /// A copy does not draw initial values to throw them away.
  @Test func copiesAreCheap() throws {
    let network = try Fixture.mlp([400, 400, 400], "tanh", Fixture.options(Fixture.initializer("orthogonal")))
    let seconds = (0..<5).map { _ in computingTime { _ = network.copy() } }.min()!
    #expect(seconds < 0.02)
  }

  @Test func largeOrthogonalMatricesDoNotTakeLong() throws {
    let seconds = try computingTime {
      _ = try Fixture.mlp([512, 512], "identity", Fixture.options(Fixture.initializer("orthogonal")))
    }
    #expect(seconds < 0.25)
  }

  @Test(arguments: ["tanh", "relu", "gelu"])
  func criticalPointsComeQuickly(_ name: String) {
    let seconds = computingTime { _ = MeanField.critical(Fixture.activation(name), biasVariance: 0.05) }
    #expect(seconds < 0.5)
  }

  /// However slowly the variance moves, its fixed point comes at once.
  @Test(arguments: MeanFieldTests.slow)
  func fixedPointsComeQuickly(_ name: String, _ weightVariance: Double, _ biasVariance: Double, _: Double) {
    let field = MeanFieldTests.slowField(name, weightVariance, biasVariance)
    let seconds = computingTime { _ = field.variance }
    #expect(seconds < 0.05)
  }

  /// `lsuv` calibrates in one pass through the network, however deep it is.
  @Test func calibrationIsLinearInDepth() throws {
    func seconds(_ depth: Int) throws -> Double {
      let network = try Fixture.chain(depth, "tanh", width: 2, Fixture.options(Fixture.initializer("lsuv")))
      let data = Fixture.regression(4, 2, 2)
      let options = TrainingOptions(steps: 1, recordEvery: nil)
      return try computingTime {
        _ = try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
      }
    }
    _ = try seconds(100)
    #expect(try seconds(8000) < 24 * seconds(1000))
  }

  /// The theory's layers of a kind share one computation, so depth costs next to nothing.
  @Test(arguments: ["relu", "tanh"])
  func theoryIsCheap(_ name: String) throws {
    let network = try Fixture.chain(3000, name, width: 2)
    var rows: [LayerTheory] = []
    let seconds = computingTime { rows = MeanField.layers(network) }
    #expect(rows.count == 3000)
    #expect(seconds < 0.5)
  }
}
