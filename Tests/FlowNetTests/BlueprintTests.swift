// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import NetworkFixtures
import Testing

/// Tests the source code of networks in which one ingredient was replaced.
@Suite struct BlueprintTests {
  private let tanh = Fixture.activation("tanh")
  private let zeros = Fixture.initializer("zeros")

  private func chain(_ depth: Int = 4, norm: NormChoice = .none, skip: Bool = false) -> Blueprint {
    .chain(
      depth: depth, activation: tanh, width: 5, inputs: 3, outputs: 2, options: Fixture.options(norm: norm, skip: skip))
  }

  private func mlp(_ sizes: [Int] = [3, 5, 6, 7, 7, 2]) -> Blueprint {
    .mlp(
      sizes: sizes, activation: tanh, output: Fixture.activation("softmax"),
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
    #expect(chain().with(activation: relu)?.source() == "chain(4, relu, width: 5, inputs: 3, outputs: 2)")
    #expect(
      mlp().with(activation: relu)?.source()
        == "mlp([3, 5, 6, 7, 7, 2], relu, output: softmax, init: xavier_uniform)")
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
    #expect(
      chain().with(weights: he)?.source() == "chain(4, tanh, width: 5, inputs: 3, outputs: 2, init: he_normal)")
    #expect(chain().with(bias: zeros) == nil)
    let changed = sequence(Residual([dense(3, "tanh")], weights: zeros, bias: zeros), dense(2)).with(weights: he)
    #expect(
      changed?.source()
        == "sequence(3, residual(dense(3, tanh, init: he_normal, bias: zeros)), "
        + "dense(2, init: he_normal, bias: zeros), init: he_normal)")
  }

  @Test func normalisations() throws {
    #expect(
      chain().with(norm: .layer)?.source() == "chain(4, tanh, width: 5, inputs: 3, outputs: 2, norm: layer)")
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

  @Test func depths() throws {
    #expect(chain(5).withHalfTheHiddenLayers()?.source() == "chain(3, tanh, width: 5, inputs: 3, outputs: 2)")
    #expect(chain(1).withHalfTheHiddenLayers() == nil)
    #expect(mlp().withHalfTheHiddenLayers()?.source() == "mlp([3, 5, 7, 2], tanh, output: softmax)")
    #expect(mlp([3, 5, 2]).withHalfTheHiddenLayers() == nil)
    let layers = sequence(
      dense(4, "tanh"), dense(4, "relu"), dense(4, "tanh"), dense(4, "gelu"), dense(4, "tanh"), dense(2))
    #expect(
      try kinds(layers.withHalfTheHiddenLayers()) == "dense tanh, dense relu, dense gelu, dense identity")
  }
}
