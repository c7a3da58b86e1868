// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Tests the fraction of kept units, their mean, reproducibility, and that prediction drops nothing.
@Suite struct DropoutTests {
  /// Returns a mask: the outputs of an identity network that ends in dropout, for inputs of 1.
  private func mask(_ p: Double, units: Int = 50, samples: Int = 400) throws -> [[Double]] {
    let network = try network(p, units: units)
    let data = DataSet(
      name: "ones", inputs: [Double](repeating: 1, count: samples), inputWidth: 1,
      targets: [Double](repeating: 0, count: samples * units), outputWidth: units)
    return try network.pass(data, loss: Fixture.mse, pool: Fixture.single).outputs
  }

  private func network(_ p: Double, units: Int) throws -> Network {
    try Fixture.sequence(
      1, [Fixture.dense(units, "identity", .named("constant", [1])!, bias: .named("zeros")!), Dropout(p)])
  }

  @Test(arguments: [0.1, 0.5, 0.9])
  func shareAndMean(_ p: Double) throws {
    let numbers = try mask(p).flatMap { $0 }
    #expect(Set(numbers) == [0, 1 / (1 - p)])
    let kept = Double(numbers.count { $0 != 0 }) / Double(numbers.count)
    #expect(abs(kept - (1 - p)) < 0.01)
    #expect(relativeError(numbers.reduce(0, +) / Double(numbers.count), 1) < 0.05)
  }

  @Test func withoutEffect() throws {
    #expect(try mask(0).allSatisfy { $0.allSatisfy { $0 == 1 } })
  }

  /// Dropout with probability 0 at the end changes no analysis.
  @Test func analysesWithoutEffect() throws {
    let layers: [any Layer] = [Fixture.dense(4, "tanh"), Fixture.dense(4)]
    let data = Fixture.regression(16, 5, 4)
    let (plain, dropped) = (try Fixture.sequence(5, layers), try Fixture.sequence(5, layers + [Dropout(0)]))
    let (expected, rows) = (
      try plain.flow(data, loss: Fixture.mse, pool: Fixture.single),
      try dropped.flow(data, loss: Fixture.mse, pool: Fixture.single)
    )
    #expect(rows.map(\.gradNorm) == expected.map(\.gradNorm) && rows.map(\.factor) == expected.map(\.factor))
    for layer in 1...2 {
      let (own, other) = (
        try plain.explain(data, layer: layer, loss: Fixture.mse, pool: Fixture.single),
        try dropped.explain(data, layer: layer, loss: Fixture.mse, pool: Fixture.single)
      )
      #expect(own.gradient == other.gradient && own.relativeError < 1e-12 && other.relativeError < 1e-12)
    }
    // In a network of width 1, `explain` returns gradients with signs if there is no dropout layer, and norms
    // otherwise.
    let unit: [any Layer] = [Fixture.dense(1, "sigmoid"), Fixture.dense(1)]
    let one = Fixture.regression(1, 1, 1)
    let (single, singleDropped) = (
      try Fixture.sequence(1, unit).explain(one, loss: Fixture.mse, pool: Fixture.single).gradient,
      try Fixture.sequence(1, unit + [Dropout(0)]).explain(one, loss: Fixture.mse, pool: Fixture.single).gradient
    )
    #expect(relativeError(abs(single), singleDropped) < 1e-14)
  }

  /// Units and samples are dropped independently of each other.
  @Test func masksHaveNoPattern() throws {
    let rows = try mask(0.5)
    #expect(Set(rows.map { $0.map(String.init(describing:)).joined() }).count == rows.count)
    for shift in [1, 2, 4, 7] {
      var agree = 0
      for row in rows { for i in 0..<row.count - shift where (row[i] == 0) == (row[i + shift] == 0) { agree += 1 } }
      let share = Double(agree) / Double(rows.count * (rows[0].count - shift))
      #expect(abs(share - 0.5) < 0.02)
    }
  }

  @Test func predictionDropsNothing() throws {
    let network = try network(0.5, units: 8)
    let data = Fixture.regression(5, 1, 8)
    let outputs = network.predict(data, pool: Fixture.single)
    for (row, input) in zip(outputs, data.inputLists) { #expect(row == [Double](repeating: input[0], count: 8)) }
  }

  /// Each step draws its own mask, which depends on the seed and on the number of the training run.
  @Test func steps() throws {
    func losses(seed: UInt64, number: UInt64) throws -> [Double] {
      let network = try network(0.5, units: 30)
      let data = Fixture.regression(10, 1, 30)
      let options = TrainingOptions(
        optimizer: .named("sgd", [0, 0, 0])!, steps: 4, batch: 10, shuffle: false, seed: seed, number: number)
      return try network.train(data, options, observer: NoObserver(), pool: Fixture.single).steps.map(\.loss)
    }
    let own = try losses(seed: 1, number: 0)
    #expect(Set(own).count == 4)
    #expect(try losses(seed: 1, number: 0) == own)
    for (seed, number) in [(2, 0), (1, 1), (1, 1 << 16)] as [(UInt64, UInt64)] {
      let other = try losses(seed: seed, number: number)
      #expect(Set(other).isDisjoint(with: own))
    }
  }

  /// Two dropout layers of one network do not drop the same units.
  @Test func layers() throws {
    let network = try Fixture.sequence(
      1,
      [
        Fixture.dense(64, "identity", .named("constant", [1])!, bias: .named("zeros")!), Dropout(0.5), Dropout(0.5),
      ])
    let data = DataSet(
      name: "ones", inputs: [1, 1, 1, 1], inputWidth: 1, targets: [Double](repeating: 0, count: 256), outputWidth: 64)
    let kept = try network.pass(data, loss: Fixture.mse, pool: Fixture.single).outputs.flatMap { $0 }.count { $0 != 0 }
    #expect(kept > 40 && kept < 90)
  }
}
