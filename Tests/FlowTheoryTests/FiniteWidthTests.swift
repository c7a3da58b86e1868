// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import FlowTheory
import Glibc
import NetworkFixtures
import Testing

/// Compares the band of the factor at finite width with closed forms and with draws of many networks.
@Suite struct FiniteWidthTests {
  /// Returns the square roots of the quantiles of a mean square with mean 1 and relative variance v, by Wilson and
  /// Hilferty.
  static func quantiles(_ v: Double) -> (low: Double, high: Double) {
    let z = 2.807033768343811
    return (pow(1 - v / 9 - z * (v / 9).squareRoot(), 1.5), pow(1 - v / 9 + z * (v / 9).squareRoot(), 1.5))
  }

  /// The lower end is that of a gradient that is independent of the output. For relu, a slope is 0 or 1 with equal
  /// probability, which results in 3·2 − 1 = 5 for a normal gradient. A linear layer has only the 2 of χ². The variance
  /// of the signal affects neither.
  @Test(arguments: [("relu", "he_normal", 5.0), ("identity", "lecun_normal", 2.0)], [10, 30, 300])
  func closedForms(_ law: (activation: String, weights: String, numerator: Double), _ width: Int) throws {
    let network = try Fixture.chain(
      6, law.activation, width: width, Fixture.options(Fixture.initializer(law.weights)))
    for row in MeanField.layers(network).dropLast() {
      let low = Self.quantiles(law.numerator / Double(width)).low
      #expect(relativeError(try #require(row.factorLow), low) < 1e-9, "layer \(row.layer)")
    }
  }

  /// Orthogonal weights preserve the length of a gradient, so nothing is random in a linear network.
  @Test func orthogonalLinear() throws {
    let network = try Fixture.chain(
      9, "identity", width: 17, Fixture.options(Fixture.initializer("orthogonal", 1.5)))
    let rows = try network.predictedFlow(Fixture.regression(20, 17, 17), loss: Fixture.mse, pool: Fixture.pool)
    for row in rows.dropLast() {
      #expect(relativeError(try #require(row.theoryLow), 1.5) < 1e-9)
      #expect(relativeError(try #require(row.theoryHigh), 1.5) < 1e-9)
      #expect(row.theoryLow! <= 1.5 && row.theoryHigh! >= 1.5)
      #expect(relativeError(try #require(row.theory), 1.5) < 1e-12)
      #expect(row.theoryFit == .inside)
    }
  }

  /// In the backward pass, an orthogonal matrix with more rows than columns selects a part of a vector of fixed length.
  /// Its square is beta distributed with relative variance 2/n − 2/N.
  @Test func orthogonalAndNotSquare() throws {
    let network = try Fixture.mlp(
      [20, 20, 50, 20], "identity", Fixture.options(Fixture.initializer("orthogonal")))
    let rows = MeanField.layers(network)
    let low = Self.quantiles(2.0 / 20 - 2.0 / 50).low
    #expect(relativeError(try #require(rows[0].factorLow), low) < 1e-9)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let activation: String
    let weights: Initializer
    var bias = 0.0
    var norm = NormChoice.none
    var skip = false
    /// Whether the band is no wider than the draws of one sample require.
    var isSharp = true
    var testDescription: String { "\(activation) \(weights.name)\(weights.arguments) \(norm) \(skip)" }

    func architecture(_ depth: Int, _ width: Int) throws -> Architecture {
      let std = 1 / Double(width).squareRoot()
      let weights =
        weights.name == "normal" ? Fixture.initializer("normal", 0, self.weights.arguments[1] * std) : weights
      return try .chain(
        depth: depth, Fixture.activation(activation), width: width,
        Fixture.options(
          weights, bias: Fixture.initializer("normal", 0, bias), norm: norm, skip: skip))
    }
  }

  /// The standard deviation of `normal` is divided by √width.
  static let cases = [
    Case(activation: "tanh", weights: Fixture.initializer("normal", 0, 1), bias: 0.05.squareRoot()),
    Case(activation: "tanh", weights: Fixture.initializer("normal", 0, 1.76095.squareRoot()), bias: 0.05.squareRoot()),
    Case(activation: "tanh", weights: Fixture.initializer("normal", 0, 2), bias: 0.05.squareRoot()),
    Case(activation: "relu", weights: Fixture.initializer("he_normal")),
    Case(activation: "relu", weights: Fixture.initializer("he_uniform")),
    Case(activation: "sigmoid", weights: Fixture.initializer("lecun_normal"), bias: 1),
    Case(activation: "gelu", weights: Fixture.initializer("he_normal")),
    Case(activation: "identity", weights: Fixture.initializer("lecun_normal")),
    Case(activation: "tanh", weights: Fixture.initializer("orthogonal"), isSharp: false),
    Case(activation: "tanh", weights: Fixture.initializer("lsuv")),
    Case(activation: "relu", weights: Fixture.initializer("lecun_normal"), norm: .layer),
    Case(activation: "tanh", weights: Fixture.initializer("lecun_normal"), norm: .layer),
    Case(activation: "relu", weights: Fixture.initializer("lecun_normal"), skip: true),
    Case(activation: "tanh", weights: Fixture.initializer("lecun_normal"), skip: true),
    Case(activation: "tanh", weights: Fixture.initializer("lecun_normal"), norm: .layer, skip: true),
  ]

  /// Returns the rows of many draws on the given number of samples that have a factor and a band.
  private func draws(_ architecture: Architecture, _ seeds: Int, samples: Int) throws -> [LayerFlow] {
    let network = Network(architecture, seed: NetworkSeed(0))
    let data = Fixture.regression(samples, architecture.inputs, architecture.outputs)
    let flows = try network.predictedFlows(
      of: (1...UInt64(seeds)).map { NetworkSeed($0) }, data, loss: Fixture.mse, pool: Fixture.pool)
    return flows.flatMap { $0 }.filter { $0.theoryFit != nil }
  }

  /// For one sample, for which the band is defined, it contains the stated fraction of the factors. At width 10, the
  /// first order in 1/width is not quite sufficient. A band half as wide, in logarithms, must miss many factors, which
  /// shows that the band is not wider than necessary.
  @Test(arguments: cases, [10, 30])
  func coverageOfOneSample(_ example: Case, _ width: Int) throws {
    let rows = try draws(example.architecture(12, width), 250, samples: 1)
    #expect(rows.count > 2500)
    let inside = rows.count { $0.theoryFit == .inside }
    let share = Double(inside) / Double(rows.count)
    #expect(share >= FactorBand.coverage - (width < 30 ? 0.01 : 0.002), "\(share)")
    if example.isSharp, width >= 30 {
      let near = rows.count { row in
        let middle = (row.theoryLow! * row.theoryHigh!).squareRoot()
        return abs(Glibc.log(row.factor! / middle)) < 0.5 * Glibc.log(row.theoryHigh! / middle)
      }
      #expect(Double(near) / Double(rows.count) < 0.93)
    }
  }

  /// For many samples, the band contains at least the stated fraction.
  @Test(
    arguments: cases + [
      Case(activation: "tanh", weights: Fixture.initializer("lecun_normal"), norm: .batch),
      Case(activation: "relu", weights: Fixture.initializer("lecun_normal"), norm: .batch),
      Case(activation: "relu", weights: Fixture.initializer("lecun_normal"), norm: .batch, skip: true),
    ], [10, 100])
  func coverageOfManySamples(_ example: Case, _ width: Int) throws {
    let rows = try draws(example.architecture(12, width), width < 100 ? 40 : 8, samples: 128)
    let inside = rows.count { $0.theoryFit == .inside }
    let share = Double(inside) / Double(rows.count)
    #expect(share >= FactorBand.coverage, "\(share)")
  }

  /// At width 300, all factors of a tanh network are inside their bands, below the critical point, at it and above it.
  /// This includes the first layers, for which the fixed point alone is far off.
  @Test(arguments: [1.0, 1.76095, 4.0])
  func tanhOfWidth300(_ variance: Double) throws {
    let options = Fixture.options(
      Fixture.initializer("normal", 0, (variance / 300).squareRoot()),
      bias: Fixture.initializer("normal", 0, 0.05.squareRoot()))
    let network = try Fixture.chain(20, "tanh", width: 300, options)
    let rows = try network.predictedFlow(Fixture.regression(256, 300, 300), loss: Fixture.mse, pool: Fixture.pool)
    for row in rows.dropLast() {
      #expect(row.theoryFit == .inside, "layer \(row.layer)")
      #expect(row.theoryHigh! / row.theoryLow! < 1.6)
    }
    #expect(rows[0].factor! < 0.9 * rows[0].theoryLimit!)
    #expect(relativeError(rows[0].factor!, rows[0].theory!) < 0.05)
    #expect(rows[18].theoryFit != nil && rows[19].theoryFit == nil)
  }

  /// Layers whose parameters were changed leave the band.
  @Test func changedParametersAreOutside() throws {
    let network = try Fixture.chain(6, "tanh", width: 40, Fixture.options(Fixture.initializer("lecun_normal")))
    let weights = network.numbers(layer: 4, .weight)!
    network.assign(layer: 4, .weight, weights.map { 3 * $0 })
    let rows = try network.predictedFlow(Fixture.regression(64, 40, 40), loss: Fixture.mse, pool: Fixture.pool)
    #expect(rows[2].theoryFit == .above && rows[0].theoryFit == .inside)
    network.assign(layer: 4, .weight, weights.map { 0.3 * $0 })
    let weak = try network.predictedFlow(Fixture.regression(64, 40, 40), loss: Fixture.mse, pool: Fixture.pool)
    #expect(weak[2].theoryFit == .below)
  }

  /// There is no band if weights or biases have a mean, and none in networks with blocks of several layers.
  @Test func noBand() throws {
    for options in [
      Fixture.options(Fixture.initializer("uniform", 0, 0.05)),
      Fixture.options(Fixture.initializer("lecun_normal"), bias: Fixture.initializer("constant", 0.5)),
    ] {
      let rows = MeanField.layers(try Fixture.chain(4, "tanh", width: 8, options))
      #expect(rows[1].factor != nil && rows.allSatisfy { $0.factorLow == nil && $0.factorHigh == nil })
    }
    let block = try Fixture.sequence(
      4, [Fixture.residual(Fixture.dense(4, "relu"), Fixture.dense(4, "relu")), Fixture.dense(4), Fixture.dense(4)])
    #expect(MeanField.layers(block).allSatisfy { $0.factorLow == nil })
  }

  /// The layers before a softmax at the end have bands.
  @Test func softmaxAtTheEnd() throws {
    let rows = MeanField.layers(try Fixture.mlp([6, 20, 20, 3], "tanh", output: "softmax"))
    for row in rows.dropLast() {
      #expect(try #require(row.factorLow) < #require(row.factorHigh))
      #expect(row.factorLow! > 0)
    }
  }

  /// If the signal of a long chain dies out or grows without bound, the band is still valid or does not exist.
  @Test(arguments: [("tanh", 0.5), ("relu", 0.1), ("relu", 5), ("identity", 10), ("softplus", 2)])
  func longChains(_ name: String, _ variance: Double) throws {
    let options = Fixture.options(Fixture.initializer("normal", 0, (variance / 8).squareRoot()))
    for row in MeanField.layers(try Fixture.chain(1500, name, width: 8, options)).dropLast() {
      guard let low = row.factorLow, let high = row.factorHigh else { continue }
      #expect(low.isFinite && low >= 0 && low < high)
      if let factor = row.factor { #expect(factor > low && factor < high, "layer \(row.layer)") }
    }
  }
}
