// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import NetworkFixtures
import Testing

@testable import FlowNet

/// Tests networks whose operations do not form a list: with two inputs, and with values that several operations read.
@Suite struct WiringTests {
  /// y = a(x)·b(x) + x, with x read three times, between dense layers.
  private static let layers: [any Layer] = [
    Fixture.dense(5, "tanh"),
    Gate(
      left: [Fixture.dense(5, "sigmoid"), BatchNorm()], right: [ActivationLayer(Fixture.activation("softplus"))]),
    Fixture.dense(2),
  ]

  /// The same at the input of the network, whose gradient nobody needs, and inside a residual block.
  private static let networks: [[any Layer]] = [
    layers,
    [Gate(left: [Fixture.dense(3, "tanh")], right: [Fixture.dense(3)]), Fixture.dense(2)],
    [
      Fixture.dense(4, "tanh"),
      Fixture.residual(Gate(left: [Fixture.dense(4)], right: [LayerNorm()]), Fixture.dense(6, "relu")),
      Fixture.dense(2),
    ],
  ]

  private let data = Fixture.regression(37, 3, 2, seed: 2)

  @Test(arguments: networks.indices)
  func gradientsAgreeWithFiniteDifferences(_ index: Int) throws {
    let network = try Fixture.sequence(3, Self.networks[index], seed: 5)
    for error in try network.gradientErrors(data, loss: Fixture.mse, pool: Fixture.single) {
      #expect(try #require(error.maxError) < 1e-7)
    }
  }

  @Test(arguments: networks.indices, Precision.allCases)
  func threadsLeaveTheBitsAlone(_ index: Int, _ precision: Precision) throws {
    func trained(_ threads: Int) throws -> [[Double]] {
      let network = try Fixture.sequence(3, Self.networks[index], seed: 5, precision: precision)
      let options = TrainingOptions(optimizer: .named("adam")!, epochs: 3, batch: 16)
      _ = try network.train(data, options, observer: NoObserver(), pool: ThreadPool(threads: threads))
      return network.allParameters + network.allState
    }
    let one = try trained(1)
    for threads in [2, 3, 7] { #expect(try trained(threads) == one) }
  }

  @Test(arguments: networks.indices, Precision.allCases)
  func files(_ index: Int, _ precision: Precision) throws {
    let network = try Fixture.sequence(3, Self.networks[index], seed: 5, precision: precision)
    _ = try network.train(data, TrainingOptions(epochs: 2), observer: NoObserver(), pool: Fixture.single)
    let outputs = network.predict(data, pool: Fixture.single)
    let other = Network(network.architecture, seed: NetworkSeed(99))
    try other.load(file: network.file)
    #expect(other.predict(data, pool: Fixture.single) == outputs)
    #expect(network.copy().predict(data, pool: Fixture.single) == outputs)
    #expect(network.converted(to: .f64).converted(to: precision).predict(data, pool: Fixture.single) == outputs)
  }

  /// A pass that visits every operation computes the bits of a plain pass.
  @Test(arguments: networks.indices)
  func visitorsSeeThePlainPass(_ index: Int) throws {
    let network = try Fixture.sequence(3, Self.networks[index], seed: 5)
    let plain = try network.pass(data, loss: Fixture.mse, pool: Fixture.single)
    let engine = network.compiled(Double.self)
    engine.load(data, (0..<Int32(data.samples)).map { $0 }, Fixture.single)
    let pass = Pass.measuring(Fixture.single)
    let output = try #require(engine.forwardVisiting(data.samples, pass))
    let gradient = engine.loss(output, Fixture.mse, isPrecise: true).gradient
    engine.connectVisiting(gradient)
    #expect(engine.backwardVisiting(gradient, pass))
    #expect(engine.parameters.map { $0.numbers($0.gradients) } == plain.gradients)
  }

  /// The gradient in numbers with separate exponents is that of f64.
  @Test(arguments: networks.indices)
  func wideGradients(_ index: Int) throws {
    let network = try Fixture.sequence(3, Self.networks[index], seed: 5)
    let deltas = try network.pass(data, loss: Fixture.mse, pool: Fixture.single).deltas
    let engine = network.compiled(Double.self)
    engine.load(data, (0..<Int32(data.samples)).map { $0 }, Fixture.single)
    let output = try #require(engine.forwardVisiting(data.samples, .measuring(Fixture.single)))
    let gradient = engine.loss(output, Fixture.mse, isPrecise: true).gradient
    let slopes = LossSlopes(engine, Fixture.mse, rows: data.samples).all
    let layers = WideBackward(engine, samples: data.samples, 0..<data.samples, false, Fixture.single)
      .layers(slopes, operations: gradient.operations)
    #expect(layers.count == deltas.count)
    for (own, delta) in zip(layers, deltas) {
      for (wide, number) in zip(own.firstSample, delta[0]) { #expect(abs(wide.plain - number) < 1e-12) }
    }
  }
}

/// y = left(x)·right(x) + x. The program has no such layer.
private struct Gate: Layer {
  let left: [any Layer]
  let right: [any Layer]
  var kind: String { "gate" }
  var role: LayerRole { .other }
  var children: [any Layer] { left + right }
  func outputs(inputs: Int) throws(NetworkError) -> Int { inputs }
  func parameters(inputs: Int) -> Double { children.reduce(0) { $0 + $1.parameters(inputs: inputs) } }
  func with(children: [any Layer]) -> any Layer {
    Gate(left: Array(children.prefix(left.count)), right: Array(children.dropFirst(left.count)))
  }

  func build<E: Element>(inputs: Int, into builder: NetworkBuilder<E>) {
    builder.block { module in
      let input = builder.current
      builder.list("left", in: module) { builder.build(left) }
      let first = builder.current
      builder.current = input
      builder.list("right", in: module) { builder.build(right) }
      builder.append(Product<E>(units: inputs), reading: Positions(first, builder.current))
      builder.append(Sum<E>(units: inputs), reading: Positions(builder.current, input))
    }
  }
}

/// y = a·b.
private final class Product<E: Element>: FlowNet.Operation {
  let outputs: Int
  var inputs: Int { outputs }
  private var result = Buffer<E>(count: 0)
  private var factors: [Matrix<E>] = []
  private var gradient: Matrix<E>?
  private var inputGradients: [Matrix<E>] = []
  private(set) var output: Matrix<E>?

  init(units: Int) { outputs = units }

  var inputGradient: Matrix<E>? { inputGradients.first }
  var work: Int { outputs }
  var role: OperationRole<E> { .other }
  var term: GradientTerm { .slope }
  func reserve(rows: Int) { result = Buffer(unset: rows, columns: outputs) }

  func connect(_ inputs: Wires<E>, _ pass: Pass) -> Matrix<E> {
    let y = Matrix(result.pointer, rows: inputs[0].rows, columns: outputs)
    factors = [inputs[0], inputs[1]]
    output = y
    return y
  }

  func forward(_ part: Range<Int>, _ pass: Pass) {
    for row in part {
      for column in 0..<outputs { output![row, column] = factors[0][row, column] * factors[1][row, column] }
    }
  }

  func connectBackward(_ site: BackwardSite<E>) {
    let g = site.gradients[0]
    gradient = g
    inputGradients = (0..<2).map { _ in site.memory.take(g.rows, columns: outputs) }
    site.memory.giveBack(g)
    for input in 0..<2 { site.inputGradients[input] = inputGradients[input] }
  }

  func backward(_ part: Range<Int>, _ pass: Pass) {
    for row in part {
      for column in 0..<outputs {
        let g = gradient![row, column]
        inputGradients[0][row, column] = g * factors[1][row, column]
        inputGradients[1][row, column] = g * factors[0][row, column]
      }
    }
  }

  func isInRange(_ gradients: Wires<E>, _ check: RangeCheck<E>) -> Bool { true }

  func wideBackward(_ gradients: [WideMatrix], _ pool: ThreadPool) -> [WideMatrix]? {
    (0..<2).map { input in
      let other = factors[1 - input]
      return WideMatrix(rows: other.rows, columns: outputs) {
        gradients[0][$0, $1] * WideNumber(Double(other[$0, $1]))
      }
    }
  }
}
