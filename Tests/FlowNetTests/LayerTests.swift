// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import NetworkFixtures
import Testing

@testable import FlowNet

/// Tests the properties that layers and operations declare, and the code that relies on them. A layer that only this
/// test defines must work everywhere.
@Suite struct LayerTests {
  private static let zeros = Fixture.initializer("zeros")

  /// Every kind of layer, and one that only this test defines, for 3 inputs.
  private static let layers: [any Layer] = [
    Fixture.dense(4, "tanh"), Fixture.dense(4), ActivationLayer(Fixture.activation("relu")), BatchNorm(), LayerNorm(),
    RMSNorm(epsilon: 1e-5), GroupNorm(1, epsilon: 1e-5), Dropout(0.5),
    Residual([Fixture.dense(4, "relu"), LayerNorm()], weights: zeros, bias: zeros),
    Residual([Fixture.dense(3, "relu"), Dropout(0.1)], weights: zeros, bias: zeros), Amplifier(factor: 0.5),
  ]

  private func network(_ layers: [any Layer], precision: Precision = .f64) throws -> Network {
    try Fixture.sequence(3, layers, seed: 5, precision: precision)
  }

  /// Layers of all kinds, with the layer of this test between them, inside a block and after it.
  private var mixed: [any Layer] {
    [
      Fixture.dense(4, "tanh"), Amplifier(factor: 0.5),
      Residual(
        [Amplifier(factor: 3), Fixture.dense(4, "softplus"), BatchNorm()], weights: Self.zeros, bias: Self.zeros),
      Fixture.dense(4), Amplifier(factor: -0.25), Dropout(0.2), Amplifier(factor: 2), Fixture.dense(2),
    ]
  }

  @Test(arguments: layers.indices)
  func changes(_ index: Int) {
    let layer = Self.layers[index]
    let relu6 = Fixture.activation("relu6")
    #expect(areSame([layer.with(children: layer.children)], [layer]))
    let changed = layer.with(activation: relu6)
    #expect((changed.ownActivation?.name == "relu6") == (layer.ownActivation != nil))
    for (child, before) in zip(changed.children, layer.children) {
      #expect((child.ownActivation?.name == "relu6") == (before.ownActivation != nil))
    }
    let constant = Fixture.initializer("constant", 0.5)
    let weights = layer.with(weights: constant, bias: nil).with(weights: nil, bias: constant)
    #expect(weights.kind == layer.kind)
    #expect(areSame([weights], [layer]) == !layer.hasWeights)
  }

  /// A file contains all values of a network with any kind of layer: a network with other initial values that loads the
  /// file computes the same.
  @Test(arguments: layers.indices, Precision.allCases)
  func files(_ index: Int, _ precision: Precision) throws {
    let layers = [Self.layers[index], Fixture.dense(2, "tanh")]
    let network = try network(layers, precision: precision)
    #expect(Double(network.parameters) == network.architecture.parameterCount)
    let data = Fixture.regression(6, 3, 2, seed: 1)
    _ = try network.train(data, TrainingOptions(epochs: 2), observer: NoObserver(), pool: Fixture.single)
    let other = Network(network.architecture, seed: NetworkSeed(99))
    try other.load(file: network.file)
    #expect(other.predict(data, pool: Fixture.single) == network.predict(data, pool: Fixture.single))
    #expect(network.copy().predict(data, pool: Fixture.single) == network.predict(data, pool: Fixture.single))
  }

  /// Inserting a layer that multiplies by 1 before the activation does not change the outputs.
  @Test(arguments: layers.indices)
  func insertion(_ index: Int) throws {
    let inserted = Self.layers[index].inserting(Amplifier(factor: 1))
    let data = Fixture.regression(6, 3, 2, seed: 1)
    let (before, after) = (
      try network([Self.layers[index]] + [Fixture.dense(2)]), try network(inserted + [Fixture.dense(2)])
    )
    #expect(before.predict(data, pool: Fixture.single) == after.predict(data, pool: Fixture.single))
  }

  /// Compares gradients with finite differences, and the product of the flow table's gains with the factor.
  @Test func flow() throws {
    let network = try network(mixed)
    let data = Fixture.regression(7, 3, 2, seed: 2)
    for error in try network.gradientErrors(data, loss: Fixture.mse, pool: Fixture.single) {
      #expect(try #require(error.maxError) < 1e-7)
    }
    let deltas = try network.pass(data, loss: Fixture.mse, pool: Fixture.single).deltas
    let rows = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
    for (index, row) in rows.dropLast().enumerated() {
      let factor = rms(deltas[index]) / rms(deltas[index + 1])
      #expect(relativeError(try #require(row.factor), factor) < 1e-12)
      let gains = [row.weightGain, row.slopeGain, row.shortcutGain, row.normGain, row.dropoutGain]
      #expect(relativeError(gains.compactMap(\.self).reduce(1, *), factor) < 1e-12)
    }
  }

  /// A gradient far below the range of f32 is the same as in f64.
  @Test func gradientsOutOfRange() throws {
    let layers =
      [Fixture.dense(4, "tanh")] + [any Layer](repeating: Amplifier(factor: 1e-30), count: 4) + [Fixture.dense(2)]
    let data = Fixture.regression(7, 3, 2, seed: 2)
    let exact = try network(layers)
    let rows = try exact.flow(data, loss: Fixture.mse, pool: Fixture.single)
    let narrow = try exact.converted(to: .f32).flow(data, loss: Fixture.mse, pool: Fixture.single)
    #expect(rows[0].log10Total < -115)
    #expect(abs(rows[0].log10Total - narrow[0].log10Total) < 1e-3)
    #expect(narrow[0].state == .underflow || narrow[0].state == .vanishing)
  }

  @Test func outline() throws {
    let lines = try network(mixed).architecture.outline
    #expect(lines.map(\.kind).filter { $0 == "amplifier" }.count == 4)
    #expect(lines.compactMap(\.layer) == [1, 2, 3, 4])
    #expect(lines.reduce(0) { $0 + $1.parameters } == (try network(mixed).parameters))
    let normalised = try #require(
      Blueprint.sequence(inputs: 3, layers: mixed, options: Fixture.options()).with(norm: .layer))
    #expect(try Architecture(normalised).outline.map(\.kind).filter { $0 == "amplifier" }.count == 4)
  }

  private func rms(_ deltas: [[Double]]) -> Double {
    let all = deltas.flatMap(\.self)
    return (all.reduce(0) { $0 + $1 * $1 } / Double(all.count)).squareRoot()
  }
}

extension Layer {
  fileprivate var hasWeights: Bool { kind == "dense" || children.contains(where: \.hasWeights) }
}

/// A layer without weights that computes y = factor·x. The program has no such layer.
private struct Amplifier: Layer, Kernel {
  let factor: Double
  var kind: String { "amplifier" }
  var arguments: [LayerArgument] { [LayerArgument("factor", .number(factor))] }
  var sequenceRole: SequenceRole { .other }
  var role: NodeRole { .other }
  var term: GradientTerm { .slope }

  func append(to graph: inout GraphBuilder, _ input: Slot) throws(NetworkError) -> Slot {
    try graph.append(self, input)
  }

  func outline(_ inputs: NonEmpty<Shape>) -> Outline {
    Outline(
      output: inputs[0], forward: Stages(work: 1), backward: Stages(work: 1), gradientUse: .overwrites)
  }

  func bind<E: Element>(_ site: Site<E>) -> any Step<E> { AmplifierStep(E(factor), site) }
}

private final class AmplifierStep<E: Element>: UnaryStep {
  let site: Site<E>
  private let factor: E

  init(_ factor: E, _ site: Site<E>) {
    self.factor = factor
    self.site = site
  }

  func forward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    multiply(site.input.rows(part), into: site.output.rows(part))
  }

  func backward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    guard let g = site.gradient, let dx = site.inputGradient else { return }
    multiply(g.rows(part), into: dx.rows(part))
  }

  func isInRange(_ check: RangeCheck<E>) -> Bool { check.comesFromRows(site) }

  func wideBackward(_ g: WideMatrix, _ pool: ThreadPool) -> WideMatrix {
    WideMatrix(rows: g.rows, columns: g.columns) { g[$0, $1] * WideNumber(Double(factor)) }
  }

  private func multiply(_ x: Matrix<E>, into y: Matrix<E>) {
    for i in 0..<x.count { y.pointer[i] = factor * x.pointer[i] }
  }
}
