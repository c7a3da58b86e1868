// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Tests that the time grows only with the work. Measures processor time, with bounds that only a wrong order of growth
/// or unspecialised code would exceed.
@Suite struct TimeTests {
  /// Ten thousand layers take ten times as long as a thousand.
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
    var short = Double.infinity
    let isLinear = try fastest(below: { 30 * short }) {
      short = min(short, try seconds(1000))
      return try seconds(10_000)
    }
    #expect(isLinear, "\(short) for a thousand layers")
  }

  /// Searching for the best constant outputs takes about 15 times as long as a closed form, and would take 300 times as
  /// long on all samples.
  @Test func searchForConstantsIsQuick() throws {
    let data = Fixture.regression(20_000, 1, 20)
    func seconds(_ loss: String) throws -> Double {
      computingTime { _ = Loss.named(loss)!.baseline(data, samples: data.samples, outputs: 20) }
    }
    var closed = Double.infinity
    let isQuick = try fastest(below: { 80 * closed }) {
      closed = min(closed, try seconds("mse"))
      return try seconds("huber")
    }
    #expect(isQuick, "\(closed) with a closed form")
  }

  /// Recording takes a moderate part of the time of a step even if most units are dead.
  @Test func recordingDeadUnitsIsCheap() throws {
    let data = Fixture.classes(64, 64, 10)
    func seconds(_ every: Int?) throws -> Double {
      let network = try Fixture.chain(
        8, "relu", width: 96, inputs: 64, outputs: 10, Fixture.options(Fixture.initializer("normal", 0, 0.02)))
      let options = TrainingOptions(steps: 4, recordEvery: every)
      return try computingTime {
        _ = try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
      }
    }
    var plain = Double.infinity
    let isCheap = try fastest(below: { 5 * plain }) {
      plain = min(plain, try seconds(nil))
      return try seconds(1)
    }
    #expect(isCheap, "\(plain) without a record")
  }

  /// Recording every step takes a small part of the time of the step.
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
    // A step takes 0.4 GFLOP. The bound is far from code that checks the element type in every loop.
    #expect(try fastest(below: { 40 * 0.03 }) { try seconds(nil) })
    // Alternate, so that a slow phase of the machine affects both.
    var silent = Double.infinity
    let isCheap = try fastest(below: { 1.4 * silent }) {
      silent = min(silent, try seconds(nil))
      return try seconds(1)
    }
    #expect(isCheap, "\(silent) without")
  }

  /// A copy does not draw initial values that are then overwritten.
  @Test func copiesAreCheap() throws {
    let network = try Fixture.mlp([400, 400, 400], "tanh", Fixture.options(Fixture.initializer("orthogonal")))
    #expect(fastest(below: { 0.02 }) { computingTime { _ = network.copy() } })
  }

  @Test func largeOrthogonalMatricesDoNotTakeLong() throws {
    let isQuick = try fastest(below: { 0.25 }) {
      try computingTime {
        _ = try Fixture.mlp([512, 512], "identity", Fixture.options(Fixture.initializer("orthogonal")))
      }
    }
    #expect(isQuick)
  }

  /// `lsuv` calibrates a network of any depth in one pass.
  @Test func calibrationIsLinearInDepth() throws {
    func seconds(_ depth: Int) throws -> Double {
      let network = try Fixture.chain(depth, "tanh", width: 2, Fixture.options(Fixture.initializer("lsuv")))
      let data = Fixture.regression(4, 2, 2)
      let options = TrainingOptions(steps: 1, recordEvery: nil)
      return try computingTime {
        _ = try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
      }
    }
    var short = Double.infinity
    let isLinear = try fastest(below: { 24 * short }) {
      short = min(short, try seconds(1000))
      return try seconds(8000)
    }
    #expect(isLinear, "\(short) for a thousand layers")
  }
}
