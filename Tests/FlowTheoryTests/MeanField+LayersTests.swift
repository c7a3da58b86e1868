// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import FlowTheory
import Glibc
import NetworkFixtures
import Testing

/// Tests critical points, and compares the theory of a network's layers with measurements.
@Suite struct MeanFieldLayersTests {
  @Test(arguments: TheoryReference.file.critical)
  func criticalPoint(_ reference: TheoryReference.Critical) throws {
    let activation = Activation.of(reference.activation, reference.arguments)
    let found = MeanField.critical(activation, biasVariance: reference.bias_variance)
    let stable = reference.roots.filter(\.stable)
    if let root = stable.first, stable.count == 1, reference.roots.count == 1 {
      #expect(relativeError(try #require(found), root.weight_variance) < 1e-8)
    }
    // Any result must satisfy the equation, at a fixed point or, for homogeneous activations, at every variance.
    if let found {
      let field = MeanField(activation, weightVariance: found * (1 - 1e-9), biasVariance: reference.bias_variance)
      #expect(abs(field.susceptibility(field.variance) - 1) < 2e-4, "\(found)")
    }
  }

  @Test func criticalPointOfTanh() throws {
    let found = try #require(MeanField.critical(Fixture.activation("tanh"), biasVariance: 0.05))
    #expect(abs(found - 1.76095) < 1e-5)
  }

  /// If the critical point is determined by small signals, or if signals of all sizes behave alike, the variance is
  /// exactly 2/(φ'(0−)² + φ'(0+)²). A search for the root would find 1.00000002 for tanh, because near the root χ
  /// differs from 1 by the square of the distance.
  @Test(arguments: [
    ("relu", 2), ("relu6", 2), ("tanh", 1), ("sin", 1), ("softsign", 1), ("hardtanh", 1), ("elu", 1), ("identity", 1),
    ("leaky_relu", 2 / (1 + 0.01 * 0.01)),
  ])
  func criticalAtRest(_ name: String, _ exact: Double) throws {
    #expect(try #require(MeanField.critical(Fixture.activation(name), biasVariance: 0)) == exact)
  }

  /// A layer normalisation of one unit removes the gradient, which then has no limit.
  @Test func noLimitWithASingleUnit() throws {
    let network = try Fixture.mlp(
      [4, 8, 1, 8, 2], "tanh", Fixture.options(Fixture.initializer("lecun_normal"), norm: .layer))
    let theory = MeanField.layers(network)
    #expect(theory.map { $0.limit == nil } == [true, true, false, true] && theory.allSatisfy { $0.factor == nil })
  }

  /// The factor is that of the layer at its actual position and lies inside the layer's own band. The limit is a
  /// separate value.
  @Test(arguments: ["tanh", "relu", "sigmoid", "identity", "gelu"], ["lecun_normal", "orthogonal"])
  func factorIsInsideItsBand(_ name: String, _ weights: String) throws {
    for norm in NormChoice.allCases {
      let network = try Fixture.mlp(
        [64, 64, 64, 64, 64], name, Fixture.options(Fixture.initializer(weights), norm: norm))
      let measured = try network.predictedFlow(Fixture.regression(256, 64, 64), loss: Fixture.mse, pool: Fixture.pool)
      for (row, seen) in zip(MeanField.layers(network), measured).dropLast() {
        if weights == "lecun_normal" { #expect(row.factor != nil) }
        guard let factor = row.factor else { continue }
        #expect(try #require(row.factorLow) <= factor && factor <= #require(row.factorHigh), "layer \(row.layer)")
        #expect(relativeError(factor, try #require(seen.theory)) < 0.03, "layer \(row.layer)")
        #expect(row.limit == seen.theoryLimit)
      }
    }
  }

  /// At χ = 1 the depth scale is infinite despite rounding errors. If χ really differs from 1, it is finite.
  @Test(arguments: ["tanh", "relu", "elu", "selu", "hardtanh", "sin", "sigmoid"], [0.0, 0.05, 1])
  func depthScaleIsInfiniteAtTheCriticalPoint(_ name: String, _ biasVariance: Double) throws {
    let activation = Fixture.activation(name)
    let boundary = try #require(MeanField.critical(activation, biasVariance: biasVariance))
    func point(_ weightVariance: Double) -> PhasePoint {
      MeanField(activation, weightVariance: weightVariance, biasVariance: biasVariance).point
    }
    #expect(point(boundary).depthScale == .infinity && point(boundary).depthBudget == .infinity)
    #expect(point(boundary).phase == .critical)
    // Without biases, χ differs from 1 by the square of the distance.
    for factor in [1 - 1e-3, 1 + 1e-3] {
      let near = point(boundary * factor)
      #expect(near.depthScale.isFinite && near.phase != .critical)
    }
    let he = try Fixture.chain(3, "relu", width: 30, Fixture.options(Fixture.initializer("he_normal")))
    #expect(MeanField.layers(he)[1].depthScale == .infinity)
  }

  @Test func batchNormalisation() throws {
    for reference in TheoryReference.file.batchnorm {
      let activation = Activation.of(reference.activation, reference.arguments)
      let architecture = try Architecture.chain(
        depth: 4, activation, width: 8, Fixture.options(Fixture.initializer("lecun_normal"), norm: .batch))
      let rows = MeanField.layers(Network(architecture, seed: NetworkSeed(1)))
      #expect(relativeError(rows[1].chi, reference.squared_factor) < 1e-9, "\(reference)")
      #expect(relativeError(try #require(rows[1].limit), reference.squared_factor.squareRoot()) < 1e-9)
      #expect(rows[3].factor == nil && rows[3].limit == nil)
    }
  }

  @Test(arguments: Fixture.activations, NormChoice.allCases)
  func smallest(_ name: String, _ norm: NormChoice) throws {
    for skip in [false, true] {
      #expect(MeanField.layers(try Fixture.chain(1, name, Fixture.options(norm: norm, skip: skip))).count == 1)
    }
  }

  @Test func phases() throws {
    func phase(_ activation: String, _ std: Double) throws -> Phase {
      // `std` is the standard deviation of each weight of a layer with 100 inputs.
      let network = try Fixture.chain(
        3, activation, width: 100, Fixture.options(Fixture.initializer("normal", 0, std)))
      return MeanField.layers(network)[1].phase
    }
    #expect(try phase("relu", 0.02.squareRoot()) == .critical)
    #expect(try phase("relu", 0.1) == .ordered)
    #expect(try phase("relu", 0.2) == .chaotic)
    #expect(try phase("tanh", 0.2) == .chaotic)
    #expect(try phase("tanh", 0.05) == .ordered)
  }

  /// Compares predictions with measurements in networks that are wide enough for the theory.
  @Test(arguments: ["relu", "tanh", "sigmoid", "gelu", "selu", "elu"], [NormChoice.none, .batch, .layer])
  func theoryMatchesMeasurement(_ name: String, _ norm: NormChoice) throws {
    let network = try Fixture.chain(
      12, name, width: 200,
      Fixture.options(Fixture.initializer("lecun_normal"), bias: Fixture.initializer("normal", 0, 0.2), norm: norm))
    let rows = try network.predictedFlow(Fixture.regression(200, 200, 200), loss: Fixture.mse, pool: Fixture.pool)
    // Use layers far from both ends, where the signal has reached its fixed point.
    let measured = median(rows[5..<10].map { $0.factor! })
    let predicted = try #require(rows[7].theory)
    #expect(relativeError(measured, predicted) < 0.06, "measured \(measured), predicted \(predicted)")
  }

  /// Dropout increases squares by one over the fraction it keeps, in both passes. There is no theory for dropout next
  /// to a shortcut. The error that returns through dropped units depends on what they left of the signal, so for layers
  /// before dropout there is only the limit.
  @Test func dropout() throws {
    func network(_ activation: String, _ layer: (Dense) -> any Layer) throws -> Network {
      let plain = layer(
        Fixture.dense(200, activation, Fixture.initializer("normal", 0, 0.1), bias: Fixture.initializer("zeros")))
      let dense: [any Layer] = [plain, Dropout(0.5)]
      return try Fixture.sequence(
        200, [dense, dense, dense, [plain]].flatMap { $0 })
    }
    let relu = MeanField.layers(try network("relu") { $0 })
    #expect(relativeError(try #require(relu[1].limit), 2.0.squareRoot()) < 1e-12)
    #expect(relativeError(relu[1].chi, 2) < 1e-12)
    let tanh = try network("tanh") { $0 }
      .predictedFlow(Fixture.regression(256, 200, 200), loss: Fixture.mse, pool: Fixture.pool)
    for row in tanh[0..<3] { #expect(row.theory == nil && row.theoryLimit != nil) }
    let blocks = MeanField.layers(try network("tanh") { Fixture.residual($0) })
    #expect(blocks[0].factor == nil && blocks[1].factor == nil)
  }

  /// With a shortcut, the squared gains of the branches add up. There is no simple theory for a block of several
  /// layers.
  @Test func shortcuts() throws {
    let skip = try Fixture.chain(
      4, "relu", width: 16, Fixture.options(Fixture.initializer("lecun_normal"), skip: true))
    #expect(abs(MeanField.layers(skip)[1].chi - 1.5) < 1e-12)
    let block = try Fixture.sequence(
      4, [Fixture.residual(Fixture.dense(4, "relu"), Fixture.dense(4, "relu")), Fixture.dense(4)])
    #expect(MeanField.layers(block)[0].factor == nil)
    #expect(MeanField.layers(block)[1].factor == nil)
  }

  /// Calibrated layers have q = 1 and the corresponding weight variance.
  @Test(arguments: [("relu", 1.0), ("tanh", 1.0852682766506068)])
  func calibrated(_ name: String, _ factor: Double) throws {
    let network = try Fixture.chain(6, name, width: 200, Fixture.options(Fixture.initializer("lsuv")))
    let rows = try network.predictedFlow(Fixture.regression(256, 200, 200), loss: Fixture.mse, pool: Fixture.pool)
    for row in rows.dropLast() { #expect(abs(row.theoryLimit! - factor) < 1e-9) }
    let measured = rows.dropLast().reduce(1) { $0 * $1.factor! / factor }
    #expect(abs(pow(measured, 1 / Double(rows.count - 1)) - 1) < 0.12)
  }
}
