// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import Glibc
import NetworkFixtures
import Testing

@testable import FlowNet

/// Tests branches that pass no gradient: the whole gradient passes the shortcut, and the decomposition remains valid.
@Suite struct GradientPathTests {
  /// The ways to close the branch of the block that is layer 2.
  private static let closings = ["relu", "zero weights", "hardtanh", "leaky_relu(0)"]

  private func network(_ closing: String, _ between: NormChoice = .none, seed: UInt64 = 1) throws -> Network {
    let activation: Activation =
      switch closing {
      case "hardtanh": .named("hardtanh")!
      case "leaky_relu(0)": Activation.catalogue.first { $0.name == "leaky_relu" }!.make([0])
      default: .named("relu")!
      }
    func dense() -> Dense {
      Dense(
        4, activation, weights: Fixture.initializer("xavier_uniform"), bias: Fixture.initializer("uniform", 0.2, 0.7))
    }
    let norms: [any Layer] = between == .none ? [] : [between == .batch ? BatchNorm() : LayerNorm()]
    let layers: [any Layer] =
      [dense()] + norms + [Fixture.residual(dense()), Fixture.residual(dense(), Fixture.dense(4)), Fixture.dense(2)]
    let network = try Fixture.sequence(4, layers, seed: seed)
    switch closing {
    case "zero weights": network.assign(layer: 2, .weight, [Double](repeating: 0, count: 16))
    default: network.assign(layer: 2, .bias, [Double](repeating: -100, count: 4))
    }
    return network
  }

  /// Stops of one kind form one term at the position of the first of them. Stops without a gain do not change its gain.
  @Test func stopsOfOneKindFormOneTerm() {
    let kinds: [(GradientTerm, Double?)] = [
      (.weight, 2), (.slope, nil), (.shortcut, 3), (.slope, 0.5), (.slope, 4), (.shortcut, nil), (.norm, nil),
    ]
    let stops = kinds.map { GradientStop(term: $0.0, size: WideNumber(1)) }
    let terms = GradientPath.terms(stops, kinds.map { $0.1.map { WideNumber($0) } })
    #expect(terms.map(\.term) == [.weight, .slope, .shortcut, .norm])
    #expect(terms.map { $0.gain?.plain } == [2, 2, 3, nil])
  }

  private func product(_ row: LayerFlow) -> Double {
    [row.weightGain, row.slopeGain, row.shortcutGain, row.normGain, row.dropoutGain].compactMap(\.self).reduce(1, *)
  }

  @Test(arguments: closings, [NormChoice.none, .batch, .layer])
  func flowOfAClosedBranch(_ closing: String, _ between: NormChoice) throws {
    let network = try network(closing, between)
    let data = Fixture.regression(6, 4, 2)
    let flow = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
    let deltas = try network.pass(data, loss: Fixture.mse, pool: Fixture.single).deltas
    let sizes = deltas.map { $0.flatMap { $0 } }.map { norm($0) / Double($0.count).squareRoot() }
    for (index, row) in flow.enumerated() {
      let numbers = [
        row.factor, row.weightGain, row.slopeGain, row.shortcutGain, row.normGain, row.dropoutGain, row.deltaRMS,
      ]
      #expect(numbers.allSatisfy { $0?.isFinite ?? true }, "\(closing) layer \(row.layer)")
      #expect(relativeError(row.deltaRMS, sizes[index]) < 1e-12)
      guard index + 1 < flow.count else { continue }
      #expect((row.factor == nil) == (sizes[index + 1] == 0))
      guard let factor = row.factor, factor != 0 else { continue }
      #expect(relativeError(product(row), factor) < 1e-12, "\(closing) layer \(row.layer)")
      #expect(relativeError(factor, sizes[index] / sizes[index + 1]) < 1e-12)
    }
    #expect(flow[0].deltaRMS > 0 && flow[0].log10Total.isFinite && flow[0].state != .dead)
    if closing == "zero weights" {
      // Weights of 0 would make the product 0, so the whole effect is attributed to the shortcut.
      #expect(flow[0].weightGain == nil && flow[0].shortcutGain != nil)
    } else {
      #expect(flow[1].state == .dead && flow[1].slopeGain == 0 && flow[1].factor == 0)
      #expect(flow[0].factor == nil && flow[0].weightGain == nil && flow[0].shortcutGain == nil)
    }
  }

  /// The product of the displayed factors is the gradient, which is compared with finite differences of the loss.
  @Test(arguments: closings, [ParameterKind.bias, .weight])
  func explanationOfAClosedBranch(_ closing: String, _ parameter: ParameterKind) throws {
    let network = try network(closing)
    let data = Fixture.regression(6, 4, 2)
    for sample in 1...3 {
      let alone = data.subset([Int32(sample - 1)])
      for layer in 1...4 {
        let own = try network.explain(
          data, layer: layer, parameter, sample: sample, loss: Fixture.mse, pool: Fixture.single)
        #expect(own.relativeError <= 1e-12)
        let numbers = network.numbers(layer: layer, parameter)!
        let differences = try numbers.indices.map { index in
          let losses = try [1e-5, -1e-5].map { step in
            var moved = numbers
            moved[index] += step
            network.assign(layer: layer, parameter, moved)
            return try network.pass(alone, loss: Fixture.mse, pool: Fixture.single).loss
          }
          network.assign(layer: layer, parameter, numbers)
          return (losses[0] - losses[1]) / 2e-5
        }
        let truth = norm(differences) / Double(differences.count).squareRoot()
        #expect(abs(own.gradient - truth) < 1e-6 * max(truth, 1e-3), "\(closing) layer \(layer)")
        let values = own.terms.compactMap(\.value)
        #expect(values.allSatisfy { $0.isFinite })
        #expect(abs(values.reduce(1, *) - own.gradient) <= 1e-12 * own.gradient, "\(closing) layer \(layer)")
        #expect(
          own.terms.last!.product! == own.gradient || relativeError(own.terms.last!.product!, own.gradient) < 1e-12)
      }
    }
  }

  /// The branch of the last dense layer is closed, so its δ is 0, and the others are compared with one that is not 0.
  @Test func closedBranchAroundTheLastLayer() throws {
    let network = try Fixture.chain(3, "relu", width: 4, Fixture.options(skip: true))
    network.assign(layer: 3, .bias, [Double](repeating: -100, count: 4))
    network.assign(layer: 1, .bias, [Double](repeating: 3, count: 4))
    network.assign(layer: 2, .bias, [Double](repeating: 3, count: 4))
    let data = Fixture.regression(5, 4, 4)
    let flow = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
    #expect(flow[2].state == .dead && flow[1].state == .ok && flow[0].state == .ok)
    #expect(flow[1].factor == nil && flow.allSatisfy { $0.log10Total.isNaN })
    let own = try network.explain(data, layer: 1, loss: Fixture.mse, pool: Fixture.single)
    #expect(own.relativeError <= 1e-12 && own.gradient > 0)
    #expect(relativeError(own.terms.compactMap(\.value).reduce(1, *), own.gradient) < 1e-12)
    let run = try network.train(
      data, TrainingOptions(optimizer: .named("sgd", [0, 0, 0])!, steps: 1, batch: 5, shuffle: false),
      observer: NoObserver(), pool: Fixture.single)
    #expect(run.flow.map(\.state) == flow.map(\.state))
    #expect(run.flow[1].factor == nil)
  }
}
