// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import FlowTheory
import NetworkFixtures
import Testing

/// Compares the theory of weights or biases that have a mean with measurements and closed forms.
@Suite struct ShiftedFieldTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let activation: String
    let weights: Initializer
    var bias = Fixture.initializer("zeros")
    var testDescription: String { "\(activation) \(weights.name)\(weights.arguments) \(bias.name)\(bias.arguments)" }
  }

  static let cases = [
    Case(activation: "sigmoid", weights: Fixture.initializer("uniform", 0, 0.05)),
    Case(activation: "relu", weights: Fixture.initializer("normal", 0.005, 0.08)),
    Case(activation: "relu", weights: Fixture.initializer("uniform", 0, 0.02)),
    Case(activation: "relu", weights: Fixture.initializer("he_normal"), bias: Fixture.initializer("constant", 0.5)),
    Case(
      activation: "tanh", weights: Fixture.initializer("normal", 0, 0.1), bias: Fixture.initializer("constant", 1)),
    Case(activation: "sin", weights: Fixture.initializer("normal", 0.01, 0.1)),
    Case(
      activation: "gelu", weights: Fixture.initializer("normal", -0.01, 0.1),
      bias: Fixture.initializer("constant", 0.2)),
  ]

  @Test(arguments: cases)
  func theoryMatchesMeasurement(_ example: Case) throws {
    let seeds = 5
    var factors: [[Double]] = []
    var theory: [Double?] = []
    for seed in 1...seeds {
      let network = try Fixture.chain(
        8, example.activation, width: 200, seed: UInt64(seed),
        Fixture.options(example.weights, bias: example.bias))
      let rows = try network.predictedFlow(Fixture.regression(256, 200, 200), loss: Fixture.mse, pool: Fixture.pool)
      factors.append(rows.dropLast().map { $0.factor! })
      theory = rows.map(\.theory)
    }
    #expect(theory[7] == nil)
    for layer in 0..<7 {
      let measured = median(factors.map { $0[layer] })
      let predicted = try #require(theory[layer])
      #expect(
        relativeError(measured, predicted) < 0.08, "layer \(layer + 1): measured \(measured), predicted \(predicted)")
    }
  }

  /// With equal weights w, a linear layer of n units adds up all its inputs: every factor but the last is n·w, and so
  /// is √χ.
  @Test func equalWeights() throws {
    let network = try Fixture.chain(
      6, "identity", width: 20, Fixture.options(Fixture.initializer("constant", 0.3)))
    let measured = try network.predictedFlow(Fixture.regression(50, 20, 20), loss: Fixture.mse, pool: Fixture.pool)
    for (row, seen) in zip(MeanField.layers(network), measured).dropLast() {
      #expect(relativeError(row.chi.squareRoot(), 6) < 1e-9)
      #expect(relativeError(try #require(row.factor), 6) < (row.layer < 5 ? 1e-9 : 0.01))
      #expect(relativeError(try #require(seen.factor), 6) < (row.layer < 5 ? 1e-9 : 0.01))
    }
  }

  /// With one neuron and one weight, nothing is shared: χ = E[w²]·E[φ'²].
  @Test func oneNeuron() throws {
    let network = try Fixture.chain(3, "identity", width: 1, Fixture.options(Fixture.initializer("normal", 2, 0.5)))
    for row in MeanField.layers(network) { #expect(relativeError(row.chi, 4.25) < 1e-9) }
  }

  /// A layer normalisation removes the shift, and a batch normalisation removes that of the biases.
  @Test(arguments: [NormChoice.layer, .batch])
  func normalisation(_ norm: NormChoice) throws {
    func rows(_ mean: Double, _ bias: Double) throws -> [LayerTheory] {
      MeanField.layers(
        try Fixture.chain(
          4, "relu", width: 30,
          Fixture.options(
            Fixture.initializer("normal", norm == .layer ? mean : 0, 0.2), bias: Fixture.initializer("constant", bias),
            norm: norm)))
    }
    for (own, plain) in zip(try rows(0.1, 3), try rows(0, 0)) {
      #expect(relativeError(own.chi, plain.chi) < 1e-12)
      #expect(own.factor == nil || relativeError(own.factor!, plain.factor!) < 1e-12)
    }
  }

  /// Where the theory is not known, there are no values.
  @Test func unknown() throws {
    let mean = Fixture.initializer("normal", 0.1, 0.1)
    for options in [Fixture.options(mean, norm: .batch), Fixture.options(mean, skip: true)] {
      for row in MeanField.layers(try Fixture.chain(3, "relu", width: 8, options)) {
        #expect(row.factor == nil && row.factorLow == nil && row.chi.isNaN && row.q.isNaN && row.shift.isNaN)
      }
    }
  }

  /// Signals that grow or shrink far beyond the range of f64 keep their factors, here 2.5 or 0.5.
  @Test(arguments: [(0.125, 2.5), (0.025, 0.5)])
  func farAndNear(_ weight: Double, _ factor: Double) throws {
    let network = try Fixture.chain(1500, "relu", width: 20, Fixture.options(Fixture.initializer("constant", weight)))
    let rows = MeanField.layers(network)
    #expect(relativeError(try #require(rows[0].factor), factor) < 1e-9)
    #expect(relativeError(try #require(rows[1000].factor), factor) < 1e-9)
    #expect(rows[1499].q == (factor > 1 ? .infinity : 0))
  }
}
