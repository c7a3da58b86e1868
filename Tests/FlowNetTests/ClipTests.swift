// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import NetworkFixtures
import Testing

/// Tests the limits on the gradient, and the record of when they take effect.
@Suite struct ClipTests {
  private func clip(_ name: String, _ limit: Double) -> Clip { Clip.catalogue.first { $0.name == name }!.make([limit]) }

  private func step(_ clip: Clip?, _ precision: Precision = .f64) throws -> (Run, [Double], [Double]) {
    let network = try Fixture.mlp(
      [4, 6, 3], "tanh", Fixture.options(Fixture.initializer("xavier_normal"), precision: precision))
    let data = Fixture.regression(20, 4, 3)
    let gradient = try network.pass(data, loss: Fixture.mse, pool: Fixture.single).gradients.flatMap { $0 }
    let before = network.allParameters.flatMap { $0 }
    let run = try network.train(
      data, TrainingOptions(optimizer: .named("sgd", [1, 0, 0])!, steps: 1, batch: 20, shuffle: false, clip: clip),
      observer: NoObserver(), pool: Fixture.single)
    let change = zip(before, network.allParameters.flatMap { $0 }).map { $0.0 - $0.1 }
    return (run, gradient, change)
  }

  @Test(arguments: [0.01, 0.05, 0.1])
  func byNorm(_ limit: Double) throws {
    let (run, gradient, change) = try step(clip("clip_norm", limit))
    let factor = limit / (norm(gradient) + 1e-6)
    #expect(factor < 1)
    for (g, c) in zip(gradient, change) { #expect(abs(c - factor * g) < 1e-15) }
    let own = run.steps[0]
    #expect(own.clipped && relativeError(own.gradNorm, norm(gradient)) < 1e-13)
    #expect(relativeError(own.clippedNorm, norm(gradient) * factor) < 1e-12)
  }

  @Test(arguments: [0.001, 0.01])
  func byValue(_ limit: Double) throws {
    let (run, gradient, change) = try step(clip("clip_value", limit))
    let cut = gradient.map { min(max($0, -limit), limit) }
    #expect(cut != gradient)
    for (g, c) in zip(cut, change) { #expect(abs(c - g) < 1e-15) }
    #expect(run.steps[0].clipped && relativeError(run.steps[0].clippedNorm, norm(cut)) < 1e-13)
  }

  @Test(arguments: ["clip_norm", "clip_value"])
  func largeLimitsDoNothing(_ name: String) throws {
    let (run, _, change) = try step(clip(name, 1e6))
    let (plain, _, same) = try step(nil)
    #expect(change == same)
    #expect(!run.steps[0].clipped && run.steps[0].clippedNorm == run.steps[0].gradNorm)
    #expect(!plain.steps[0].clipped && plain.steps[0].clippedNorm == plain.steps[0].gradNorm)
  }

  /// The flow table shows the gradient before clipping.
  @Test func gradientsAreRecordedBeforeClipping() throws {
    let (run, _, _) = try step(clip("clip_norm", 1e-3))
    let (plain, _, _) = try step(nil)
    #expect(run.flow.map(\.gradNorm) == plain.flow.map(\.gradNorm))
  }
}
