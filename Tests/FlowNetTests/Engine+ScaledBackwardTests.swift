// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// The measuring pass scales gradients by powers of two in the backward pass. Its results must be those of the plain
/// pass.
@Suite struct EngineScaledBackwardTests {
  /// Tests networks from those that need no scaling to those whose gradients are barely representable in f64.
  @Test(arguments: [1e-3, 0.5, 1, 3, 1e2], [5, 60, 90])
  func sameBitsAsThePlainPass(_ std: Double, _ depth: Int) throws {
    let network = try Fixture.chain(depth, "identity", Fixture.options(Fixture.initializer("normal", 0, std)))
    let data = Fixture.regression(1, 1, 1)
    let plain = try network.pass(data, loss: Fixture.mse, pool: Fixture.single)
    for layer in stride(from: 1, through: depth, by: 7) {
      let bias = plain.gradients[2 * layer - 1][0]
      guard bias.isNormal || bias == 0 else { continue }
      let own = try network.explain(data, layer: layer, .bias, loss: Fixture.mse, pool: Fixture.single)
      #expect(own.gradient == bias)
    }
  }

  @Test(arguments: [0.01, 1, 20], [NormChoice.none, .batch, .layer])
  func sameNumbersInWideNets(_ std: Double, _ between: NormChoice) throws {
    for name in ["tanh", "relu", "sin"] { try compare(name, std, between) }
  }

  private func compare(_ name: String, _ std: Double, _ between: NormChoice) throws {
    let network = try Fixture.chain(
      40, name, width: 5, Fixture.options(Fixture.initializer("normal", 0, std), norm: between))
    let data = Fixture.regression(8, 5, 5)
    let plain = try network.pass(data, loss: Fixture.mse, pool: Fixture.single)
    let rows = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
    for (row, deltas) in zip(rows, plain.deltas) {
      let numbers = deltas.flatMap { $0 }
      let largest = numbers.map { abs($0) }.max()!
      guard largest > 1e-140, largest < 1e140 else { continue }
      let rms = norm(numbers) / Double(numbers.count).squareRoot()
      #expect(relativeError(row.deltaRMS, rms) < 1e-13)
    }
  }

  /// Dropout without effect passes the same memory on, which must not be scaled twice.
  @Test func throughLayersThatPassTheirMemoryOn() throws {
    let layers: [any Layer] = (0..<60).flatMap { _ -> [any Layer] in
      [Fixture.dense(1, "tanh", Fixture.initializer("constant", 1e-3), bias: .named("zeros")!), Dropout(0)]
    }
    let network = try Fixture.sequence(1, layers)
    let same = try Fixture.chain(60, "tanh", Fixture.options(Fixture.initializer("constant", 1e-3)))
    let data = Fixture.regression(2, 1, 1)
    let rows = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
    let expected = try same.flow(data, loss: Fixture.mse, pool: Fixture.single)
    #expect(rows.map(\.log10Total) == expected.map(\.log10Total))
    #expect(rows.map(\.gradNorm) == expected.map(\.gradNorm))
  }
}
