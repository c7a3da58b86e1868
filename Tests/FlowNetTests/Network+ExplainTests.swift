// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import Glibc
import NetworkFixtures
import Testing

/// Compares the factors of the chain rule with backpropagation and with products computed here.
@Suite struct NetworkExplainTests {
  static let depths = [1, 2, 3, 4, 8, 50, 200]

  @Test(arguments: Fixture.activations, depths)
  func productIsTheGradient(_ name: String, _ depth: Int) throws {
    let network = try Fixture.chain(
      depth, name, seed: UInt64(depth), Fixture.options(bias: Fixture.initializer("normal", 0, 1)))
    let data = Fixture.regression(3, 1, 1)
    for parameter in [ParameterKind.bias, .weight] {
      for layer in Set([1, (depth + 1) / 2, depth]) {
        let own = try network.explain(
          data, layer: layer, parameter, sample: 2, loss: Fixture.mse, pool: Fixture.single)
        #expect(own.relativeError <= 1e-12, "\(name) \(depth) \(layer) \(parameter)")
        // One factor for the loss, one slope per layer, one weight between two layers, and the input for a weight.
        let expected = 1 + 2 * (depth - layer) + 1 + (parameter == .weight ? 1 : 0)
        #expect(own.terms.count == expected - (name == "identity" ? depth - layer + 1 : 0))
      }
    }
  }

  /// Computes the same product from the parameters of the network and the activation alone.
  @Test(arguments: ["sigmoid", "tanh", "selu", "mish"])
  func factorsAreSlopesAndWeights(_ name: String) throws {
    let depth = 6
    let network = try Fixture.chain(depth, name, Fixture.options(bias: Fixture.initializer("normal", 0, 1)))
    let data = Fixture.regression(1, 1, 1)
    let activation = Fixture.activation(name)
    let w = (1...depth).map { network.numbers(layer: $0, .weight)![0] }
    let b = (1...depth).map { network.numbers(layer: $0, .bias)![0] }
    var y = data.inputs(ofSample: 0)[0]
    var slopes: [Double] = []
    var inputs: [Double] = []
    for layer in 0..<depth {
      inputs.append(y)
      let z = w[layer] * y + b[layer]
      slopes.append(activation.slope(z))
      y = activation.value(z)
    }
    let lossSlope = 2 * (y - data.targets(ofSample: 0)[0])
    var expected = [lossSlope]
    for layer in stride(from: depth - 1, through: 0, by: -1) {
      expected.append(slopes[layer])
      if layer > 0 { expected.append(w[layer]) }
    }
    let own = try network.explain(data, layer: 1, .weight, loss: Fixture.mse, pool: Fixture.single)
    expected.append(inputs[0])
    #expect(own.terms.count == expected.count)
    for (term, value) in zip(own.terms, expected) {
      #expect(relativeError(term.value ?? .nan, value) < 1e-13, "\(term.symbol)")
    }
    let product = expected.reduce(1, *)
    #expect(relativeError(own.terms.last!.product!, product) < 1e-13)
    let gradients = try network.pass(data, loss: Fixture.mse, pool: Fixture.single).gradients
    #expect(relativeError(product, gradients[0][0]) < 1e-13)
    #expect(own.gradient == gradients[0][0])
    #expect(own.terms.map(\.symbol).suffix(3) == ["w2", "f'(z1)", "x1"])
    #expect(own.target == "dL/dw1")
  }

  /// The product underflows at about layer 1700 of 2000, but its logarithm stays right.
  @Test(arguments: [ParameterKind.bias, .weight])
  func logarithmOfAProductThatUnderflows(_ parameter: ParameterKind) throws {
    let network = try Fixture.chain(2000, "sigmoid", Fixture.options(bias: Fixture.initializer("normal", 0, 1)))
    let own = try network.explain(
      Fixture.regression(1, 1, 1), layer: 1, parameter, loss: Fixture.mse, pool: Fixture.single)
    let logarithm = own.terms.reduce(0) { $0 + Glibc.log10(abs($1.value!)) }
    #expect(logarithm < -1000)
    #expect(own.terms.last!.product == 0 && own.gradient == 0)
    #expect(abs(own.terms.last!.log10! - logarithm) < 1e-9 * abs(logarithm))
    #expect(abs(own.gradientLog10! - logarithm) < 1e-9 * abs(logarithm))
    #expect(own.relativeError < 1e-11)
    // Every partial product has its logarithm.
    var sum = 0.0
    for term in own.terms {
      sum += Glibc.log10(abs(term.value!))
      #expect(abs(term.log10! - sum) < 1e-9 * max(1, abs(sum)))
    }
  }

  @Test func productsThatOverflow() throws {
    let network = try Fixture.chain(400, "identity", Fixture.options(Fixture.initializer("constant", 10)))
    // The input is so small that the forward pass stays in range.
    let data = DataSet(name: "tiny", inputs: [1e-300], inputWidth: 1, targets: [0], outputWidth: 1)
    let mae = Loss.named("mae")!
    let own = try network.explain(data, layer: 1, .bias, loss: mae, pool: Fixture.single)
    #expect(own.gradient == .infinity)
    #expect(abs(own.gradientLog10! - 399) < 1e-9 && abs(own.terms.last!.log10! - 399) < 1e-9)
    #expect(own.relativeError < 1e-12)
  }

  /// A subnormal gradient has few digits left. The comparison must use numbers that have all of them.
  @Test func gradientsAmongTheSmallestNumbers() throws {
    for depth in 505..<545 {
      let network = try Fixture.chain(
        depth, "identity", width: 2, Fixture.options(Fixture.initializer("constant", 0.1253)))
      let own = try network.explain(
        Fixture.regression(4, 2, 2), layer: 1, loss: .named("mae")!, pool: Fixture.single)
      #expect(own.relativeError < 1e-10, "depth \(depth)")
    }
  }

  @Test func nielsensExplodingChain() throws {
    let network = try Self.nielsen(12)
    let data = DataSet(name: "one", inputs: [0.5], inputWidth: 1, targets: [0], outputWidth: 1)
    let own = try network.explain(data, layer: 1, .bias, loss: Fixture.mse, pool: Fixture.single)
    let factors = own.terms.dropFirst().map(\.value)
    #expect(factors == (0..<23).map { $0 % 2 == 0 ? 0.25 : 100 })
    let rows = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
    for row in rows.dropLast() {
      #expect(abs(row.factor! - ChainReference.file.nielsen_factor) < 1e-9)
      #expect(row.state == (row.layer < 11 ? .exploding : .ok))
    }
  }

  /// Returns a chain with all weights 100 and b_j = −100·a_{j−1}, so that every z is 0. The input is 0.5, like every
  /// activation.
  static func nielsen(_ depth: Int) throws -> Network {
    let network = try Fixture.chain(depth, "sigmoid")
    for layer in 1...depth {
      network.assign(layer: layer, .weight, [100])
      network.assign(layer: layer, .bias, [-50])
    }
    return network
  }

  /// In wide networks, the gains of the flow table replace single weights.
  @Test(arguments: ["tanh", "relu"], [NormChoice.none, .batch, .layer])
  func gainsOfWideLayers(_ name: String, _ norm: NormChoice) throws {
    let network = try Fixture.chain(
      6, name, width: 5, Fixture.options(Fixture.initializer("he_normal"), norm: norm))
    let data = Fixture.regression(20, 5, 5)
    // Without a batch normalisation, the gradient of a sample does not depend on the other samples.
    let rows = norm == .batch ? [] : try network.flow(data.subset([4]), loss: Fixture.mse, pool: Fixture.single)
    for layer in 1...6 {
      let own = try network.explain(data, layer: layer, sample: 5, loss: Fixture.mse, pool: Fixture.single)
      #expect(own.relativeError <= 1e-12)
      if norm != .batch { #expect(relativeError(own.terms.last!.product!, rows[layer - 1].deltaRMS) < 1e-12) }
      let perLayer = norm == .none ? ["weight", "slope"] : ["weight", "slope", "norm"]
      let expected = (layer..<6).flatMap { _ in perLayer.map { "\($0) gain" } }
      #expect(own.terms.dropFirst().map(\.name) == expected)
    }
  }

  /// If there is no gradient at all, the product is 0 as well, and the explanation is still complete.
  @Test func noGradientAtAll() throws {
    let network = try Fixture.chain(4, "relu", width: 3)
    network.assign(layer: 3, .bias, [-100, -100, -100])
    for layer in 1...4 {
      let own = try network.explain(Fixture.regression(5, 3, 3), layer: layer, loss: Fixture.mse, pool: Fixture.single)
      if layer < 4 { #expect(own.gradient == 0 && own.terms.last!.product == 0 && own.terms.last!.log10 == -.infinity) }
      #expect(own.relativeError == 0)
    }
  }

  /// A fused loss provides the slope with respect to z directly.
  @Test func fusedWithTheLoss() throws {
    let network = try Fixture.chain(5, "sigmoid")
    let data = DataSet(name: "one", inputs: [0.3], inputWidth: 1, targets: [1], outputWidth: 1)
    let own = try network.explain(data, layer: 2, .weight, loss: .named("bce")!, pool: Fixture.single)
    #expect(own.relativeError <= 1e-12)
    #expect(own.terms[0].symbol == "dL/dz5")
    #expect(own.terms.map(\.symbol).filter { $0.hasPrefix("f'") }.count == 3)
  }

  @Test func singlePrecision() throws {
    let network = try Fixture.chain(300, "tanh", Fixture.options(precision: .f32))
    let own = try network.explain(
      Fixture.regression(1, 1, 1), layer: 1, .bias, loss: Fixture.mse, pool: Fixture.single)
    #expect(own.relativeError < 1e-4)
    #expect(own.gradientLog10!.isFinite)
  }

  @Test func mistakes() throws {
    let network = try Fixture.chain(3, "tanh")
    let data = Fixture.regression(4, 1, 1)
    for (layer, sample) in [(0, 1), (4, 1), (1, 0), (1, 5)] {
      #expect(throws: NetworkError.self) {
        try network.explain(data, layer: layer, sample: sample, loss: Fixture.mse, pool: Fixture.single)
      }
    }
    #expect(throws: NetworkError.self) {
      try network.explain(Fixture.regression(4, 2, 1), loss: Fixture.mse, pool: Fixture.single)
    }
  }

  /// In wide networks, too, the result is for the given sample and parameter.
  @Test(arguments: ["tanh", "relu"], [ParameterKind.bias, .weight])
  func oneSampleOfAWideNetwork(_ name: String, _ parameter: ParameterKind) throws {
    let network = try Fixture.mlp([3, 6, 5, 2], name)
    let data = Fixture.regression(7, 3, 2)
    for sample in 1...7 {
      for layer in 1...3 {
        let alone = data.subset([Int32(sample - 1)])
        let gradients = try network.pass(alone, loss: Fixture.mse, pool: Fixture.single).gradients
        let own = gradients[2 * (layer - 1) + (parameter == .weight ? 0 : 1)]
        let explanation = try network.explain(
          data, layer: layer, parameter, sample: sample, loss: Fixture.mse, pool: Fixture.single)
        let truth = norm(own) / Double(own.count).squareRoot()
        #expect(relativeError(explanation.gradient, truth) < 1e-12)
        #expect(explanation.relativeError < 1e-12)
      }
    }
  }

  /// After a batch normalisation, a sample is evaluated together with the others.
  @Test func oneSampleOfABatch() throws {
    let network = try Fixture.mlp([3, 6, 5, 2], "tanh", Fixture.options(norm: .batch))
    let data = Fixture.regression(7, 3, 2)
    let deltas = try network.pass(data, loss: Fixture.mse, pool: Fixture.single).deltas
    for sample in [1, 4, 7] {
      let explanation = try network.explain(data, layer: 2, sample: sample, loss: Fixture.mse, pool: Fixture.single)
      let own = deltas[1][sample - 1]
      #expect(relativeError(explanation.gradient, norm(own) / Double(own.count).squareRoot()) < 1e-12)
    }
  }

  /// The product of a weight's factors is its gradient at any width. Nonzero values in the padding of the layer below,
  /// as sigmoid leaves there, would cause errors at widths that do not fill a register.
  @Test(arguments: ["sigmoid", "softplus", "tanh"], 1...9)
  func productOfAWeight(_ activation: String, _ width: Int) throws {
    for bias in [0.0, -20] {
      let network = try Fixture.mlp(
        [2, width, 3, 2], activation,
        Fixture.options(Fixture.initializer("xavier_uniform"), bias: Fixture.initializer("constant", bias)))
      for layer in 1...3 {
        let explanation = try network.explain(
          Fixture.regression(4, 2, 2), layer: layer, .weight, loss: .named("mse")!, pool: Fixture.pool)
        #expect(explanation.relativeError < 1e-12, "layer \(layer), bias \(bias)")
      }
    }
  }
}
