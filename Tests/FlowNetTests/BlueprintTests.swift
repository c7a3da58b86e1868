// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import NetworkFixtures
import Testing

/// Tests networks in which one ingredient was replaced.
@Suite struct BlueprintTests {
  private let tanh = Fixture.activation("tanh")
  private let zeros = Fixture.initializer("zeros")

  private func chain(
    _ depth: Int = 4, _ activation: String = "tanh", weights: Initializer = Fixture.initializer("normal", 0, 1),
    norm: NormChoice = .none, skip: Bool = false
  ) -> Blueprint {
    .chain(
      depth: depth, activation: Fixture.activation(activation), width: 5, inputs: 3, outputs: 2,
      options: Fixture.options(weights, norm: norm, skip: skip))
  }

  private func mlp(_ sizes: [Int] = [3, 5, 6, 7, 7, 2], _ activation: String = "tanh") -> Blueprint {
    .mlp(
      sizes: sizes, activation: Fixture.activation(activation), output: Fixture.activation("softmax"),
      options: Fixture.options(Fixture.initializer("xavier_uniform")))
  }

  private func sequence(_ layers: any Layer...) -> Blueprint {
    .sequence(inputs: 3, layers: layers, options: Fixture.options(Fixture.initializer("xavier_uniform")))
  }

  private func dense(_ units: Int, _ activation: String = "identity") -> Dense {
    Dense(units, Fixture.activation(activation), weights: zeros, bias: zeros)
  }

  private func kinds(_ blueprint: Blueprint?) throws -> String {
    let architecture = try Architecture(try #require(blueprint))
    return architecture.outline.map { line in
      line.activation.map { "\(line.kind) \($0.name)" } ?? line.kind
    }.joined(separator: ", ")
  }

  @Test func activations() throws {
    let relu = Fixture.activation("relu")
    #expect(chain().with(activation: relu) == chain(4, "relu"))
    #expect(mlp().with(activation: relu) == mlp([3, 5, 6, 7, 7, 2], "relu"))
    #expect(chain().with(activation: tanh) == nil)
    let layers = sequence(
      dense(4), BatchNorm(), ActivationLayer(tanh), Residual([dense(4, "tanh")], weights: zeros, bias: zeros),
      dense(4, "tanh"), Dropout(0.1), dense(2, "sigmoid"))
    #expect(
      try kinds(layers.with(activation: relu))
        == "dense identity, batchnorm, activation relu, dense relu, residual, dense relu, dropout, dense sigmoid")
  }

  @Test func initialValues() throws {
    let he = Fixture.initializer("he_normal")
    #expect(chain().with(weights: he) == chain(weights: he))
    #expect(chain().with(bias: zeros) == nil)
    func layers(_ weights: Initializer) -> [any Layer] {
      let body = Dense(3, tanh, weights: weights, bias: zeros)
      return [Residual([body], weights: weights, bias: zeros), Dense(2, weights: weights, bias: zeros)]
    }
    let changed = Blueprint.sequence(inputs: 3, layers: layers(zeros), options: Fixture.options(zeros))
      .with(weights: he)
    #expect(changed == .sequence(inputs: 3, layers: layers(he), options: Fixture.options(he)))
  }

  @Test func normalisations() throws {
    #expect(chain().with(norm: .layer) == chain(norm: .layer))
    #expect(chain(norm: .batch).with(norm: .layer) == nil)
    let layers = sequence(
      dense(4, "tanh"), Dropout(0.1), dense(4), LayerNorm(), Residual([dense(4, "tanh")], weights: zeros, bias: zeros),
      dense(2))
    #expect(
      try kinds(layers.with(norm: .batch))
        == "dense identity, batchnorm, activation tanh, dropout, dense identity, layernorm, "
        + "dense identity, batchnorm, activation tanh, residual, dense identity")
  }

  @Test func shortcuts() throws {
    #expect(try kinds(mlp().withShortcuts()).contains("residual"))
    #expect(mlp([3, 4, 5, 2]).withShortcuts() == nil)
    #expect(chain(skip: true).withShortcuts() == nil)
    let layers = sequence(dense(4, "tanh"), dense(4), BatchNorm(), ActivationLayer(tanh), dense(5, "tanh"), dense(5))
    #expect(
      try kinds(layers.withShortcuts())
        == "dense tanh, dense identity, batchnorm, activation tanh, residual, dense tanh, dense identity")
  }

  @Test func withoutNormalisations() throws {
    #expect(chain(norm: .batch).withoutNorms() == chain())
    #expect(chain().withoutNorms() == nil && mlp().withoutNorms() == nil)
    let layers = sequence(
      LayerNorm(), dense(4), BatchNorm(), ActivationLayer(tanh),
      Residual([dense(4), LayerNorm(), ActivationLayer(tanh)], weights: zeros, bias: zeros),
      Residual([LayerNorm()], weights: zeros, bias: zeros), dense(2))
    #expect(
      try kinds(layers.withoutNorms())
        == "dense identity, activation tanh, dense identity, activation tanh, residual, layernorm, residual, "
        + "dense identity")
    #expect(sequence(dense(4), Residual([LayerNorm()], weights: zeros, bias: zeros)).withoutNorms() == nil)
  }

  @Test func withoutShortcuts() throws {
    #expect(chain(skip: true).withoutShortcuts() == chain())
    #expect(chain().withoutShortcuts() == nil && mlp().withoutShortcuts() == nil)
    let inner = Residual([dense(4, "tanh")], weights: zeros, bias: zeros, scale: 0.5)
    let layers = sequence(
      dense(4, "tanh"), Residual([inner, dense(4), LayerNorm()], weights: zeros, bias: zeros),
      Residual([dense(6, "tanh")], weights: zeros, bias: zeros), dense(2))
    #expect(
      try kinds(layers.withoutShortcuts())
        == "dense tanh, dense tanh, dense identity, layernorm, dense tanh, dense identity")
  }

  @Test func depths() throws {
    #expect(chain(5).withHalfTheHiddenLayers() == chain(3))
    #expect(chain(1).withHalfTheHiddenLayers() == nil)
    #expect(mlp().withHalfTheHiddenLayers() == mlp([3, 5, 7, 2]))
    #expect(mlp([3, 5, 2]).withHalfTheHiddenLayers() == nil)
    let layers = sequence(
      dense(4, "tanh"), dense(4, "relu"), dense(4, "tanh"), dense(4, "gelu"), dense(4, "tanh"), dense(2))
    #expect(
      try kinds(layers.withHalfTheHiddenLayers()) == "dense tanh, dense relu, dense gelu, dense identity")
  }
}
