// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Tests the moments, bounds and reproducibility of initial values.
@Suite struct InitializerTests {
  /// Returns the weights of a network with one dense layer, outputs × inputs.
  private func weights(
    _ initializer: Initializer, _ inputs: Int, _ outputs: Int, seed: UInt64 = 1, _ precision: Precision = .f64
  ) throws -> [Double] {
    try Fixture.mlp([inputs, outputs], "identity", seed: seed, Fixture.options(initializer, precision: precision))
      .numbers(layer: 1, .weight)!
  }

  @Test(arguments: Initializer.catalogue.map(\.name), [(300, 200), (200, 300), (256, 256)])
  func moments(_ name: String, _ shape: (Int, Int)) throws {
    let (inputs, outputs) = shape
    let initializer = name == "constant" ? Fixture.initializer(name, 0.7) : Fixture.initializer(name)
    let numbers = try weights(initializer, inputs, outputs)
    #expect(numbers.count == inputs * outputs)
    let second = numbers.reduce(0) { $0 + $1 * $1 } / Double(numbers.count)
    #expect(relativeError(second, initializer.secondMoment(fanIn: inputs, fanOut: outputs)) < 0.02)
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    if name == "constant" { #expect(abs(mean - 0.7) < 1e-10) } else { #expect(abs(mean) <= 0.02 * second.squareRoot()) }
  }

  @Test func variances() throws {
    let expected: [String: Double] = [
      "xavier_normal": 0.004, "xavier_uniform": 0.004, "he_normal": 1 / 150.0, "he_uniform": 1 / 150.0,
      "lecun_normal": 1 / 300.0, "normal": 1, "uniform": 1 / 3.0, "orthogonal": 1 / 300.0,
      "pytorch": 1 / 900.0,
    ]
    for (name, moment) in expected {
      let own = Fixture.initializer(name).secondMoment(fanIn: 300, fanOut: 200)
      #expect(relativeError(own, moment) < 1e-12, "\(name)")
    }
    #expect(abs(Fixture.initializer("normal", 3, 2).secondMoment(fanIn: 1, fanOut: 1) - 13) < 1e-12)
    #expect(abs(Fixture.initializer("uniform", -2, 4).secondMoment(fanIn: 1, fanOut: 1) - 4) < 1e-12)
    #expect(Fixture.initializer("orthogonal", 3).secondMoment(fanIn: 9, fanOut: 4) == 1)
  }

  @Test(arguments: [
    ("xavier_uniform", (6.0 / 500).squareRoot()), ("he_uniform", (6.0 / 300).squareRoot()),
    ("pytorch", (1.0 / 300).squareRoot()),
  ])
  func bounds(_ name: String, _ bound: Double) throws {
    let numbers = try weights(Fixture.initializer(name), 300, 200)
    #expect(numbers.allSatisfy { abs($0) <= bound })
    #expect(numbers.max()! > 0.999 * bound && numbers.min()! < -0.999 * bound)
    let custom = try weights(Fixture.initializer("uniform", 2, 3), 30, 20)
    #expect(custom.allSatisfy { $0 >= 2 && $0 < 3 })
  }

  /// Normally distributed values have the tails of the normal distribution.
  @Test func tails() throws {
    let numbers = try weights(Fixture.initializer("normal", 1, 2), 400, 500)
    for (bound, share) in [(1.0, 0.31731), (2.0, 0.04550), (3.0, 0.002700)] {
      let own = Double(numbers.count { abs($0 - 1) > 2 * bound }) / Double(numbers.count)
      #expect(relativeError(own, share) < 0.1)
    }
  }

  @Test(arguments: Initializer.catalogue.map(\.name))
  func seeds(_ name: String) throws {
    let initializer = name == "constant" ? Fixture.initializer(name, 0.7) : Fixture.initializer(name)
    let first = try weights(initializer, 9, 7, seed: 1)
    #expect(try weights(initializer, 9, 7, seed: 1) == first)
    if !["constant", "zeros"].contains(name) { #expect(try weights(initializer, 9, 7, seed: 2) != first) }
  }

  /// In f32 the values are the same as in f64, rounded once.
  @Test(arguments: Initializer.catalogue.map(\.name))
  func precisions(_ name: String) throws {
    let initializer = name == "constant" ? Fixture.initializer(name, 0.7) : Fixture.initializer(name)
    let double = try weights(initializer, 9, 7)
    #expect(try weights(initializer, 9, 7, .f32) == double.map { Double(Float($0)) })
  }

  /// Layers, weights and biases draw from separate streams, and so do networks created with the same seed.
  @Test func nothingIsDrawnTwice() throws {
    let options = Fixture.options(bias: Fixture.initializer("normal", 0, 1))
    let network = try Fixture.chain(6, "tanh", width: 5, options)
    let numbers = network.allParameters.flatMap { $0 }
    #expect(Set(numbers).count == numbers.count)
    let architecture = network.architecture
    let second = Network(architecture, seed: NetworkSeed(1, number: 1))
    #expect(Set(numbers).isDisjoint(with: second.allParameters.flatMap { $0 }))
    // A deeper network starts with the same values as a shallower one.
    let deeper = try Fixture.chain(7, "tanh", width: 5, options)
    #expect(Array(deeper.allParameters.prefix(12)) == network.allParameters)
  }

  @Test(arguments: ["orthogonal", "lsuv"])
  func matrixInitializersAreRefusedForBiases(_ name: String) throws {
    #expect(throws: NetworkError.self) {
      try Fixture.chain(2, "tanh", Fixture.options(bias: Fixture.initializer(name)))
    }
  }
}
