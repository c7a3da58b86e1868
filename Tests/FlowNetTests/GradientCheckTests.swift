// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import NetworkFixtures
import Testing

@testable import FlowNet

/// Compares every gradient with finite differences, in f64.
@Suite struct GradientCheckTests {
  /// The kinds of networks, with the activation in every possible position.
  enum Kind: String, CaseIterable {
    case dense, batchnorm, layernorm, normsFirst, residual, projection, residualFirst, residualOfActivation, dropout
    case activationFirst, nested
  }

  private func network(_ kind: Kind, _ name: String) throws -> Network {
    let activation = ActivationLayer(Fixture.activation(name))
    func dense(_ units: Int, _ name: String = "identity") -> Dense { Fixture.dense(units, name) }
    let layers: [any Layer] =
      switch kind {
      case .dense: [dense(5, name), dense(4, name), dense(2, name)]
      case .batchnorm: [dense(5), BatchNorm(), activation, dense(2, name), BatchNorm(momentum: 0.5, epsilon: 1e-3)]
      case .layernorm: [dense(5), LayerNorm(), activation, dense(2, name), LayerNorm()]
      case .normsFirst: [BatchNorm(), LayerNorm(), dense(2, name)]
      case .residual: [dense(4, name), Fixture.residual(dense(6, name), dense(4), activation), dense(2)]
      case .projection: [dense(4, name), Fixture.residual(dense(3, name), BatchNorm()), dense(2)]
      case .residualFirst: [Fixture.residual(dense(3, name), LayerNorm()), dense(2)]
      case .residualOfActivation: [Fixture.residual(activation), dense(2), Fixture.residual(activation)]
      case .dropout: [Dropout(0.2), dense(6, name), Dropout(0.4), dense(2), Dropout(0)]
      case .activationFirst: [activation, dense(4, name), activation, dense(2)]
      case .nested: [Fixture.residual(Fixture.residual(dense(3, name)), dense(5), activation), dense(2)]
      }
    return try Fixture.sequence(3, layers)
  }

  @Test(arguments: Fixture.activations, Kind.allCases)
  func layers(_ name: String, _ kind: Kind) throws {
    let network = try network(kind, name)
    let data = Fixture.regression(6, 3, 2, seed: 3)
    #expect(try differenceError(network, data, Fixture.mse) < 1e-7)
    let before = network.allParameters
    let rows = try network.gradientErrors(data, loss: Fixture.mse, pool: Fixture.single)
    let gradients = try network.pass(data, loss: Fixture.mse, pool: Fixture.single).gradients
    for (row, gradient) in zip(rows, gradients) {
      // A bias before a normalisation has no gradient except for rounding.
      if let error = row.maxError { #expect(error < 1e-7) } else { #expect(norm(gradient) < 1e-9) }
    }
    #expect(network.allParameters == before)
    #expect(rows.count == before.count)
    #expect(Set(rows.compactMap(\.layer)) == Set(1...network.depth))
  }

  @Test(arguments: Loss.catalogue.map(\.name), ["identity", "sigmoid", "softmax", "relu", "tanh"])
  func losses(_ name: String, _ output: String) throws {
    let network = try Fixture.mlp([3, 5, 4], "tanh", output: output)
    let loss = Loss.named(name)!
    for data in [Fixture.classes(9, 3, 4), loss.fittingTargets(of: Fixture.regression(9, 3, 4))] {
      #expect(try differenceError(network, data, loss) < 1e-7)
    }
  }

  @Test func argumentsOfLosses() throws {
    let network = try Fixture.mlp([3, 5, 4], "tanh")
    let data = Fixture.regression(9, 3, 4)
    for loss in [Loss.named("huber", [0.1])!, .named("huber", [50])!, .named("bce", [1])!] {
      #expect(try differenceError(network, loss.fittingTargets(of: data), loss) < 1e-7)
    }
    let one = try Fixture.mlp([3, 4, 1], "tanh")
    #expect(try differenceError(one, Fixture.classes(8, 3, 2), .named("bce")!) < 1e-7)
  }

  /// The gradient is right for weights of any origin and size.
  @Test(arguments: Initializer.catalogue.map(\.name))
  func initializers(_ name: String) throws {
    let initializer = name == "constant" ? Fixture.initializer(name, 0.4) : Fixture.initializer(name)
    let network = try Fixture.mlp([3, 6, 6, 2], "tanh", Fixture.options(initializer))
    let data = Fixture.regression(7, 3, 2)
    let rows = try network.gradientErrors(data, loss: Fixture.mse, pool: Fixture.single)
    #expect(rows.count == 6 && rows.allSatisfy { ($0.maxError ?? 1) < 1e-7 })
  }

  /// A gradient far below the rounding of the loss cannot be checked, and must not be reported as right.
  @Test func gradientsBelowRoundingAreNotJudged() throws {
    let rows = try Fixture.chain(30, "sigmoid", Fixture.options(Fixture.initializer("normal")))
      .gradientErrors(Fixture.regression(8, 1, 1), loss: Fixture.mse, pool: Fixture.single)
    #expect(rows.first!.maxError == nil)
    #expect(try #require(rows.last!.maxError) < 1e-7)
  }

  /// With weights and biases of 0, every z is at the kink, where any slope between 0 and 1 is right.
  @Test func kinks() throws {
    for weights in [0, 1.0] {
      let network = try Fixture.mlp([2, 2, 1], "relu", Fixture.options(.named("constant", [weights])!))
      let data = DataSet(
        name: "kinks", inputs: [0, 0, 1, -1, 1, 2], inputWidth: 2, targets: [1, 2, 3], outputWidth: 1)
      let rows = try network.gradientErrors(data, loss: Fixture.mse, pool: Fixture.single)
      #expect(rows.allSatisfy { ($0.maxError ?? 1) < 1e-7 })
    }
  }

  /// A wrong derivative must result in an error of that size.
  @Test func theCheckCanFail() throws {
    var number = 0.7
    let right = withUnsafeMutablePointer(to: &number) { place in
      FiniteDifference(place, rounding: 1e-16) { place.pointee * place.pointee }.error(of: 1.4, relativeTo: 1.4)
    }
    let wrong = withUnsafeMutablePointer(to: &number) { place in
      FiniteDifference(place, rounding: 1e-16) { place.pointee * place.pointee }.error(of: 1.401, relativeTo: 1.401)
    }
    #expect(right! < 1e-11)
    #expect(abs(wrong! - 0.001 / 1.401) < 1e-9)
    #expect(number == 0.7)
  }

  @Test(arguments: [("l1", [0.3]), ("l2", [0.7]), ("elastic", [0.2, 0.5])])
  func penalties(_ name: String, _ strengths: [Double]) throws {
    let penalty = Penalty.catalogue.first { $0.name == name }!.make(strengths)
    let network = try Fixture.sequence(
      3, [Fixture.dense(5, "tanh"), Fixture.residual(Fixture.dense(4)), LayerNorm(), Fixture.dense(2)])
    let absolute = name == "l2" ? 0 : strengths[0]
    let square = name == "l1" ? 0 : strengths[strengths.count - 1]
    // Weight, bias; weight, bias of the block; weight, bias of its projection; scale, shift; weight, bias.
    let weights = [0, 2, 4, 8]
    let error = try differenceError(network, Fixture.regression(6, 3, 2), Fixture.mse, penalty) { parameters in
      var sum = 0.0
      for w in weights.flatMap({ parameters[$0] }) { sum += absolute * abs(w) + square / 2 * w * w }
      return sum
    }
    #expect(error < 1e-7)
  }

  /// The check must detect a loss that differs from the one that the gradient was computed for.
  @Test func differencesDetectErrors() throws {
    let network = try Fixture.mlp([3, 5, 2], "tanh")
    let error = try differenceError(network, Fixture.regression(6, 3, 2), Fixture.mse) { parameters in
      1e-3 * parameters[0].reduce(0, +)
    }
    #expect(error > 1e-5)
  }

  @Test func mistakes() throws {
    // The initial values depend on data, and these data do not even fit.
    let network = try Fixture.mlp([3, 5, 2], "tanh", Fixture.options(Fixture.initializer("lsuv")))
    #expect(throws: NetworkError.self) {
      try network.gradientErrors(Fixture.regression(6, 4, 2), loss: Fixture.mse, pool: Fixture.single)
    }
    #expect(throws: NetworkError.self) {
      try network.gradientErrors(Fixture.regression(6, 3, 5), loss: Fixture.mse, pool: Fixture.single)
    }
  }

  /// Returns the largest difference between a gradient and the five-point difference quotient, relative to the
  /// parameter's largest gradient. The best of several step widths is used, because there may be kinks nearby.
  private func differenceError(
    _ network: Network, _ data: DataSet, _ loss: Loss, _ penalty: Penalty? = nil,
    adding extra: ([[Double]]) -> Double = { _ in 0 }
  ) throws -> Double {
    let gradients = try network.pass(data, loss: loss, penalty: penalty, pool: Fixture.single).gradients
    let start = network.allParameters
    func value(_ parameter: Int, _ index: Int, _ offset: Double) throws -> Double {
      var moved = start
      moved[parameter][index] += offset
      network.allParameters = moved
      return try network.pass(data, loss: loss, pool: Fixture.single).loss + extra(moved)
    }
    defer { network.allParameters = start }
    var worst = 0.0
    for (parameter, gradient) in gradients.enumerated() {
      let top = gradient.reduce(0) { max($0, abs($1)) }
      for index in stride(from: 0, to: gradient.count, by: 2) {
        var best = Double.infinity
        for h in [1e-2, 1e-3, 1e-4] {
          let near = try value(parameter, index, h) - value(parameter, index, -h)
          let far = try value(parameter, index, 2 * h) - value(parameter, index, -2 * h)
          let quotient = (8 * near - far) / (12 * h)
          // The rounding error is about 1e-16/h times the loss.
          best = min(best, max(abs(gradient[index] - quotient) - 1e-11, 0))
        }
        worst = max(worst, top > 0 ? best / top : best)
      }
    }
    return worst
  }
}
