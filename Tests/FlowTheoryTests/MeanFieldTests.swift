// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import FlowTheory
import Glibc
import NetworkFixtures
import Testing

/// Compares fixed points and susceptibilities with values computed with 30 digits.
@Suite struct MeanFieldTests {
  static let file = TheoryReference.file

  @Test(arguments: file.mean_field)
  func fixedPoint(_ reference: TheoryReference.Field) {
    let field = MeanField(
      .of(reference.activation, reference.arguments), weightVariance: reference.weight_variance,
      biasVariance: reference.bias_variance)
    let q = field.variance
    #expect(relativeError(q, reference.q) < 1e-10)
    #expect(relativeError(field.susceptibility(q), reference.chi) < 1e-10)
    #expect(relativeError(field.susceptibility(q).squareRoot(), reference.factor) < 1e-10)
  }

  /// Without a bias, the slope of relu and similar activations does not depend on the variance, even if it is 0 or
  /// infinite.
  @Test func homogeneousActivations() {
    for reference in Self.file.homogeneous {
      let field = MeanField(
        .of(reference.activation, reference.arguments), weightVariance: reference.weight_variance, biasVariance: 0)
      #expect(relativeError(field.susceptibility(field.variance), reference.chi) < 1e-12, "\(reference)")
    }
  }

  /// Far out, only the integrals of φ'² and the limits of φ² matter: χ = σ_w²·∫φ'²/√(2πq).
  @Test(arguments: [
    ("tanh", 1.0, 4.0 / 3), ("sigmoid", 0.5, 1.0 / 6), ("softsign", 1, 2.0 / 3),
  ])
  func boundedActivationsFarOut(_ name: String, _ square: Double, _ integral: Double) {
    for (weights, bias) in [(1e60, 0), (1e250, 1), (1e120, 1e300), (1e-30, 1e200), (1e190, 1e190)] {
      let point = MeanField(Fixture.activation(name), weightVariance: weights, biasVariance: bias).point
      let q = weights * square + bias
      #expect(relativeError(point.q, q) < 1e-13, "\(weights) \(bias)")
      #expect(relativeError(point.chi, weights * integral / (2 * .pi * q).squareRoot()) < 1e-13, "\(weights) \(bias)")
    }
  }

  /// A sine takes all its values equally often.
  @Test func sineFarOut() {
    for (weights, bias) in [(1e3, 0), (1e9, 1e9), (1e50, 1e100)] {
      let point = MeanField(Fixture.activation("sin"), weightVariance: weights, biasVariance: bias).point
      #expect(relativeError(point.q, weights / 2 + bias) < 1e-13)
      #expect(relativeError(point.chi, weights / 2) < 1e-13)
    }
  }

  /// Far out, these activations behave like relu.
  @Test(arguments: ["elu", "gelu", "silu", "softplus"])
  func rectifiersFarOut(_ name: String) {
    for weights in [0.5, 1, 1.9] {
      let point = MeanField(Fixture.activation(name), weightVariance: weights, biasVariance: 1e300).point
      #expect(relativeError(point.q, 1e300 / (1 - weights / 2)) < 1e-13)
      #expect(relativeError(point.chi, weights / 2) < 1e-13)
    }
  }

  /// If the weights add nothing, the variance is that of the biases, up to the last digits.
  @Test func variancesOfBiasesAlone() {
    for name in ["tanh", "gelu", "softsign", "sin"] {
      for bias in [1e-300, 3.1e-90, 7.17e-11, 0.3, 4.9e17] {
        let field = MeanField(Fixture.activation(name), weightVariance: 1e-20, biasVariance: bias)
        #expect(relativeError(field.variance, bias) < 1e-15, "\(name) \(bias)")
      }
    }
  }

  @Test func criticalFarOut() {
    func critical(_ name: String, _ bias: Double) -> Double? {
      MeanField.critical(Fixture.activation(name), biasVariance: bias)
    }
    for bias in [1e40, 1e120, 1e200] {
      #expect(relativeError(critical("tanh", bias)!, 0.75 * (2 * .pi * bias).squareRoot()) < 1e-12)
      #expect(relativeError(critical("sin", bias)!, 2) < 1e-13)
      #expect(relativeError(critical("gelu", bias)!, 2) < 1e-11)
    }
    for bias in [0, 1e-9, 1, 1e200] { #expect(critical("softplus", bias) == 2) }
    #expect(critical("tanh", 1e-200) == 1)
    #expect(critical("gelu", 0) == nil)
  }

  /// Compares with published and tabulated values.
  @Test(arguments: [(1.0, 0.7590), (2.5, 1.1335), (4.0, 1.3424)])
  func tanhNearItsCriticalPoint(_ weightVariance: Double, _ chi: Double) {
    let field = MeanField(Fixture.activation("tanh"), weightVariance: weightVariance, biasVariance: 0.05)
    #expect(abs(field.susceptibility(field.variance) - chi) < 1e-4)
  }

  @Test func sigmoidWithNormalBias() {
    let field = MeanField(Fixture.activation("sigmoid"), weightVariance: 1, biasVariance: 1)
    #expect(abs(field.susceptibility(field.variance).squareRoot() - 0.20484) < 1e-5)
  }

  /// Cases in which the variance grows without bound, dies out, or changes slowly: name, weight variance, bias variance,
  /// and the result.
  static let slow = [
    ("relu", 2.0, 0.05, Double.infinity), ("relu", 2.0, 0.0, 1.0), ("relu", 1.0, 0.0, 0.0),
    ("identity", 1.0, 0.1, .infinity), ("identity", 0.5, 0.1, 0.2), ("leaky_relu", 5.0, 0.0, .infinity),
    ("tanh", 0.9, 0.0, 0.0), ("tanh", 1.0, 0.0, 0.0), ("softplus", 2.5, 0.0, .infinity),
    ("elu", 2.0, 0.0, .infinity), ("softplus", 2.0, 0.3, .infinity), ("gelu", 2.0, 1.0, .infinity),
    ("silu", 2.0, 1.0, .infinity), ("mish", 2.0, 1.0, .infinity), ("sin", 2.0, 0.3, 1.211_311_279),
    ("zero", 0, 0.3, 0.3),
  ]

  static func slowField(_ name: String, _ weightVariance: Double, _ biasVariance: Double) -> MeanField {
    MeanField(
      Fixture.activation(name == "zero" ? "tanh" : name), weightVariance: weightVariance, biasVariance: biasVariance)
  }

  @Test(arguments: slow)
  func slowFixedPoints(_ name: String, _ weightVariance: Double, _ biasVariance: Double, _ expected: Double) {
    let q = Self.slowField(name, weightVariance, biasVariance).variance
    // At the critical point the variance approaches 0 only like one over the depth, hence the tolerance.
    if expected.isInfinite { #expect(q.isInfinite) } else { #expect(abs(q - expected) < 1e-4) }
  }

  @Test func gaussianMoments() {
    let identity = Fixture.activation("identity")
    #expect(abs(identity.meanSquareValue(2.5) - 2.5) < 1e-13)
    // E[sin(sqrt(q) z)^2] = (1 - exp(-2q))/2.
    for q in [1e-6, 0.1, 1, 7, 500, 1e5] {
      let exact = -0.5 * Glibc.expm1(-2 * q)
      #expect(relativeError(Fixture.activation("sin").meanSquareValue(q), exact) < 1e-11, "\(q)")
    }
    // Far out, tanh is a step, and its slope is a peak of area 4/3 on the scale of z.
    let peak = 4 / 3.0 * 0.3989422804014327 / 1e4
    #expect(relativeError(Fixture.activation("tanh").meanSquareSlope(1e8), peak) < 1e-7)
    #expect(abs(Fixture.activation("tanh").meanSquareValue(1e8) - 1) < 1e-3)
    let relu = Fixture.activation("relu")
    #expect(abs(relu.meanSquareSlope(3) - 0.5) < 1e-13)
    #expect(abs(relu.meanSquareSlope(0) - 0.5) < 1e-13)
  }

  /// P(|w| > 4) for a standard normal weight is the probability that one neuron can enlarge a gradient at all.
  @Test func probabilityOfLargeWeights() {
    #expect(relativeError(2 * Real.normalCDF(-4), Self.file.probability_above_4) < 1e-14)
  }
}
