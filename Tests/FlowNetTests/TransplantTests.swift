// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import NetworkFixtures
import Testing

@testable import FlowNet

@Suite struct TransplantTests {
  private let source = try! Fixture.mlp([3, 5, 5, 5, 2], "tanh", seed: 7)
  private let seed = NetworkSeed(1)

  private func numbers(_ network: Network, _ layer: Int) -> [Double]? { network.numbers(layer: layer, .weight) }

  /// Weights are copied to a network with other activations and normalisations, whose own parameters are initialized.
  @Test func rowsKeepTheirWeights() throws {
    let blueprint = try #require(source.architecture.blueprint.with(norm: .batch))
    let other = source.transplanted(to: try Architecture(blueprint), seed: seed)
    for layer in 1...4 { #expect(numbers(other, layer) == numbers(source, layer)) }
    #expect(other.numbers(layer: 1, .scale) == [Double](repeating: 1, count: 5))
    #expect(numbers(source, 1) == numbers(try Fixture.mlp([3, 5, 5, 5, 2], "tanh", seed: 7), 1))
  }

  @Test func rowsCanBeChosen() throws {
    let blueprint = try #require(source.architecture.blueprint.withHalfTheHiddenLayers())
    let other = source.transplanted(to: try Architecture(blueprint), rows: [1, 3, 4], seed: seed)
    #expect(other.depth == 3)
    for (row, own) in zip([1, 3, 4], 1...) { #expect(numbers(other, own) == numbers(source, row)) }
  }

  /// Rows of another shape, and parameters that the source does not have, are drawn.
  @Test func otherShapesAreDrawn() throws {
    let wider = try Fixture.mlp([3, 6, 5, 5, 2], "tanh", seed: 9)
    let other = source.transplanted(to: wider.architecture, seed: NetworkSeed(9))
    #expect(numbers(other, 1) == numbers(wider, 1) && numbers(other, 2) == numbers(wider, 2))
    #expect(numbers(other, 3) == numbers(source, 3))
  }

  /// An output activation is replaced, even if it is a separate layer after a normalisation.
  @Test func outputsCanBeReplaced() throws {
    let relu = Fixture.activation("relu")
    let plain = try #require(source.architecture.blueprint.with(output: relu))
    #expect(source.transplanted(to: try Architecture(plain), seed: seed).layer(4).activation == relu)
    let layers: [any Layer] = [Fixture.dense(4, "tanh"), Fixture.dense(2), BatchNorm.default, ActivationLayer(relu)]
    let network = try Fixture.sequence(3, layers)
    let bare = try #require(network.architecture.blueprint.with(output: .identity))
    let other = network.transplanted(to: try Architecture(bare), seed: seed)
    #expect(other.layer(2).activation == .identity && numbers(other, 2) == numbers(network, 2))
    #expect(network.architecture.blueprint.with(output: relu) == nil)
  }

  @Test func branchesAndDropoutCanBeReplaced() throws {
    let blocks = try Fixture.sequence(
      4, [Fixture.residual(Fixture.dense(4, "tanh"), Dropout(0.5)), Dropout(0.2), Fixture.dense(1)])
    let blueprint = blocks.architecture.blueprint
    let scaled = try Architecture(try #require(blueprint.withBranches(scaledBy: 0.5)))
    #expect((scaled.layers[0] as? Residual)?.scale == 0.5)
    let dry = try Architecture(try #require(blueprint.withoutMasks()))
    #expect(dry.outline.map(\.kind) == ["dense", "residual", "dense"])
    #expect(dry.blueprint.withoutMasks() == nil && source.architecture.blueprint.withBranches(scaledBy: 2) == nil)
  }

  /// Parameters that belong to no row are copied kind by kind, so that a projection keeps its weights when a
  /// normalisation at the input is removed.
  @Test func projectionsKeepTheirWeights() throws {
    let network = try Fixture.sequence(
      3, [LayerNorm(), Fixture.dense(4, "tanh"), Fixture.residual(Fixture.dense(6, "tanh")), Fixture.dense(1)])
    let plain = try Architecture(try #require(network.architecture.blueprint.withoutNorms()))
    let other = network.transplanted(to: plain, seed: NetworkSeed(99))
    #expect(other.allParameters == Array(network.allParameters.dropFirst(2)))
  }

  @Test func kindsCanBeChosen() throws {
    let network = source.transplanted(to: source.architecture, kinds: [.bias], seed: NetworkSeed(3))
    #expect(numbers(network, 1) == numbers(try Fixture.mlp([3, 5, 5, 5, 2], "tanh", seed: 3), 1))
    #expect(network.numbers(layer: 2, .bias) == source.numbers(layer: 2, .bias))
  }

  /// Biases can be set to 0, and the network reports whether parameters still have their initial values.
  @Test func biasesCanBeZero() throws {
    let options = Fixture.options(bias: Fixture.initializer("constant", 1))
    let network = try Fixture.mlp([3, 5, 2], "tanh", options)
    let other = network.zeroing(.bias)
    #expect(network.hasNonzero(.bias) && !other.hasNonzero(.bias) && other.hasNonzero(.weight))
    #expect(network.hasInitialValues(.bias) && numbers(other, 1) == numbers(network, 1))
    network.assign(layer: 1, .bias, [0, 0, 0, 0, 0])
    #expect(!network.hasInitialValues(.bias) && network.hasInitialValues(.weight) && network.hasNonzero(.bias))
    #expect(!network.copy().hasInitialValues(.bias))
    let data = Fixture.regression(8, 3, 2)
    _ = try network.train(data, TrainingOptions(steps: 1), observer: NoObserver(), pool: Fixture.single)
    #expect(!network.hasInitialValues(.weight))
  }

  /// The rows of a network with half of the hidden layers keep their weights.
  @Test func rowsOfHalfTheLayers() throws {
    for depth in 2...7 {
      let chain = try Fixture.chain(depth, "tanh").architecture.blueprint
      let half = try Architecture(try #require(chain.withHalfTheHiddenLayers()))
      #expect(chain.rowsOfHalf.count == half.graph.rows.count && chain.rowsOfHalf.last == depth)
    }
    #expect(try Fixture.mlp([3, 5, 6, 7, 7, 2], "tanh").architecture.blueprint.rowsOfHalf == [1, 3, 5])
    let layers: [any Layer] = [
      Fixture.dense(4, "tanh"), Fixture.dense(4, "relu"), Fixture.residual(Fixture.dense(4), Fixture.dense(4)),
      Fixture.dense(4, "gelu"), Fixture.dense(2),
    ]
    let blueprint = try Fixture.sequence(3, layers).architecture.blueprint
    // The first one changes the width; then every second part is kept.
    #expect(blueprint.rowsOfHalf == [1, 2, 5, 6])
    let half = try Architecture(try #require(blueprint.withHalfTheHiddenLayers()))
    #expect(half.graph.rows.count == 4)
  }
}
