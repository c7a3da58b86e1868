// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import NetworkFixtures
import Testing

@testable import FlowNet

/// Tests everything that works with any layer, on every layer of the program and on layers that the program does not
/// have.
@Suite struct KernelTests {
  /// A network that contains the layer to test.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let layers: [any Layer]

    init(_ name: String, _ layers: any Layer...) {
      testDescription = name
      self.layers = layers
    }

    func network(_ precision: Precision = .f64) throws -> Network {
      try Fixture.sequence(12, layers, seed: 5, precision: precision)
    }
  }

  private static let weights = Fixture.initializer("lecun_normal")
  private static let tanh = Fixture.activation("tanh")
  private static let end = Fixture.dense(2)
  private static func recurrent(_ units: Int, _ steps: Int, all: Bool) -> RecurrentLayer {
    RecurrentLayer(units: units, steps: steps, activation: tanh, weights: weights, returnsAll: all)
  }

  static let cases: [Case] =
    [
      Case("dense", Fixture.dense(5, "tanh"), end),
      Case("dense without biases", Dense(5, tanh, weights: weights, bias: nil), end),
      Case("batchnorm", Dense(5, weights: weights, bias: nil), BatchNorm(), ActivationLayer(tanh), end),
      Case("batchnorm at the input", BatchNorm(), Fixture.dense(5, "tanh"), end),
      Case("layernorm", Fixture.dense(5), LayerNorm(), ActivationLayer(tanh), end),
      Case("rmsnorm", Fixture.dense(5), RMSNorm(epsilon: 1e-5), ActivationLayer(tanh), end),
      Case("groupnorm", Fixture.dense(6), GroupNorm(2, epsilon: 1e-5), ActivationLayer(tanh), end),
      Case("dropout", Fixture.dense(5, "tanh"), Dropout(0.4), end),
      Case("dropout of nothing", Fixture.dense(5, "tanh"), Dropout(0), end),
      Case("residual", Fixture.dense(5, "tanh"), Fixture.residual(Fixture.dense(5, "tanh"), Fixture.dense(5)), end),
      Case("projection", Fixture.residual(Fixture.dense(4, "tanh"), Fixture.dense(5)), end),
      Case(
        "nested residual", Fixture.dense(5, "tanh"),
        Residual(
          [Fixture.dense(5, "tanh"), Fixture.residual(Fixture.dense(5, "sigmoid"), LayerNorm())], weights: weights,
          bias: nil, scale: 0.3), end),
      Case("softmax", Fixture.dense(5, "tanh"), Fixture.dense(2, "softmax")),
      Case("activation at the input", ActivationLayer(tanh), Fixture.dense(5), end),
      Case(
        "tied autoencoder",
        TiedAutoencoder(
          encoder: Dense(5, weights: weights, bias: weights), code: [LayerNorm(), ActivationLayer(tanh)]), end),
      // Layers that the program does not have.
      Case(
        "two branches", Fixture.dense(5, "tanh"),
        GateLayer(
          left: [Dense(5, Fixture.activation("sigmoid"), weights: weights, bias: nil), BatchNorm()],
          right: [ActivationLayer(tanh)]), end),
      Case("two branches at the input", GateLayer(left: [Fixture.dense(12, "tanh")], right: [Fixture.dense(12)]), end),
      Case("shared weight", Fixture.dense(5, "tanh"), TwiceLayer(activation: tanh, weights: weights), end),
      Case("shared weight at the input", TwiceLayer(activation: tanh, weights: weights), end),
      Case(
        "shared weight in a block", Fixture.dense(4, "tanh"),
        Fixture.residual(TwiceLayer(activation: tanh, weights: weights)), end),
      Case("recurrent", recurrent(5, 4, all: false), end),
      Case("recurrent after a layer", Fixture.dense(8, "tanh"), recurrent(3, 4, all: false), end),
      Case("two recurrent layers", recurrent(3, 4, all: true), recurrent(2, 4, all: false), end),
      Case("recurrent in a block", Fixture.residual(recurrent(3, 4, all: true)), end),
      Case("scan over the batch", Fixture.dense(8, "tanh"), BatchScanLayer(steps: 4), end),
      Case("scan over the batch at the input", BatchScanLayer(steps: 3), end),
      Case(
        "convolution", ConvolutionLayer(inputChannels: 2, channels: 3, width: 3, weights: weights),
        ActivationLayer(tanh), ConvolutionLayer(inputChannels: 3, channels: 2, width: 2, weights: weights),
        LayerNorm(), end),
    ]
    + Fixture.activations.map { Case($0, Fixture.dense(5, $0), end) }

  private let data = Fixture.regression(37, 12, 2, seed: 2)
  private let rows = (0..<Int32(37)).map { $0 }

  @Test(arguments: cases)
  func gradientsAgreeWithFiniteDifferences(_ own: Case) throws {
    for error in try own.network().gradientErrors(data, loss: Fixture.mse, pool: Fixture.single) {
      #expect(try #require(error.maxError) < 1e-6)
    }
  }

  @Test(arguments: cases)
  func singlePrecisionAgreesWithDouble(_ own: Case) throws {
    let network = try own.network()
    let exact = try network.pass(data, loss: Fixture.mse, pool: Fixture.single)
    let single = try network.converted(to: .f32).pass(data, loss: Fixture.mse, pool: Fixture.single)
    #expect(relativeError(single.loss, exact.loss) < 1e-5)
    let scale = norm(exact.gradients.flatMap(\.self))
    for (a, b) in zip(single.gradients, exact.gradients) {
      #expect(norm(zip(a, b).map { $0 - $1 }) < 1e-4 * scale)
    }
  }

  @Test(arguments: cases, Precision.allCases)
  func threadsLeaveTheBitsAlone(_ own: Case, _ precision: Precision) throws {
    func trained(_ threads: Int) throws -> [[Double]] {
      let network = try own.network(precision)
      let options = TrainingOptions(optimizer: .named("adam")!, epochs: 2, batch: 16, penalty: .named("l2")!)
      _ = try network.train(data, options, observer: NoObserver(), pool: ThreadPool(threads: threads))
      return network.allParameters + network.allState
    }
    let one = try trained(1)
    #expect(one.allSatisfy { $0.allSatisfy(\.isFinite) })
    for threads in [2, 3, 7] { #expect(try trained(threads) == one) }
  }

  /// Files, copies, conversions and checkpoints preserve everything that a network consists of.
  @Test(arguments: cases, Precision.allCases)
  func everythingIsKept(_ own: Case, _ precision: Precision) throws {
    let network = try own.network(precision)
    let options = TrainingOptions(optimizer: .named("adam")!, epochs: 3, batch: 16)
    let run = try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
    let outputs = network.predict(data, pool: Fixture.single)
    let other = Network(network.architecture, seed: NetworkSeed(99))
    try other.load(file: network.file)
    #expect(other.predict(data, pool: Fixture.single) == outputs)
    #expect(network.copy().predict(data, pool: Fixture.single) == outputs)
    #expect(network.converted(to: .f64).converted(to: precision).predict(data, pool: Fixture.single) == outputs)
    let point = try #require(run.resumePoint(afterSteps: 4, observer: NoObserver(), pool: Fixture.single))
    let resumed = point.resume(options, observer: NoObserver(), pool: Fixture.single)
    #expect(resumed.steps.map(\.loss) == run.steps.dropFirst(4).map(\.loss))
  }

  /// A pass with visitors that change nothing is bit-identical to a plain pass.
  @Test(arguments: cases)
  func visitorsSeeThePlainPass(_ own: Case) throws {
    let network = try own.network()
    let plain = try network.pass(data, loss: Fixture.mse, pool: Fixture.single)
    let plan = network.compiled(Double.self).plan(.measuring(data.samples), Fixture.mse)
    plan.load(data, rows, Fixture.single)
    let pass = Pass.measuring(Fixture.single)
    var (forward, backward) = (0, 0)
    #expect(plan.forwardVisiting(pass) { _, _ in forward += 1 })
    #expect(plan.loss(Fixture.mse, isPrecise: true) == plain.loss)
    #expect(plan.backwardVisiting(pass, after: { _, _, _ in backward += 1 }))
    plan.setParameterGradients(pass)
    #expect(network.compiled(Double.self).parameters.map { $0.numbers($0.gradients) } == plain.gradients)
    #expect(
      forward >= plan.steps.count(where: { $0 != nil }) - plan.graph.nodes.count { $0.outline.passesValue == .always })
    #expect(backward > 0)
  }

  /// The backward pass in numbers with separate exponents yields the same measurements as the scaled one.
  @Test(arguments: cases)
  func wideGradients(_ own: Case) throws {
    let engine = try own.network().compiled(Double.self)
    let (plan, measure) = try #require(engine.gains(data, rows, Fixture.mse, Fixture.single))
    _ = plan.loss(Fixture.mse, isPrecise: true)
    let wide = WideBackward(plan, 0..<data.samples, false, Fixture.single).layers(LossSlopes(plan, Fixture.mse).all)
    #expect(wide.count == measure.layers.count)
    let largest = measure.layers.map(\.delta.plain).max()!
    for (a, b) in zip(wide, measure.layers) {
      #expect(a.stops.map(\.term) == b.stops.map(\.term))
      for (a, b) in zip(a.stops, b.stops) { #expect(abs(a.size.plain - b.size.plain) < 1e-10 * largest) }
      #expect(relativeError(a.gradNorm.plain, b.gradNorm.plain) < 1e-9)
      #expect(abs((a.biasGradNorm?.plain ?? 0) - (b.biasGradNorm?.plain ?? 0)) < 1e-10 * largest)
    }
  }

  /// The rows of the flow table contain the gradients of the plain pass, and the product of their terms is the factor.
  @Test(arguments: cases)
  func flow(_ own: Case) throws {
    let network = try own.network()
    let plain = try network.pass(data, loss: Fixture.mse, pool: Fixture.single)
    let flow = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
    #expect(flow.count == network.depth && flow.count == plain.deltas.count)
    for (row, deltas) in zip(flow, plain.deltas) {
      let all = deltas.flatMap(\.self)
      #expect(relativeError(row.deltaRMS, norm(all) / Double(all.count).squareRoot()) < 1e-10)
    }
    for row in flow {
      let gains = [row.weightGain, row.slopeGain, row.shortcutGain, row.normGain, row.dropoutGain].compactMap(\.self)
      if let factor = row.factor { #expect(relativeError(gains.reduce(1, *), factor) < 1e-10) }
    }
    let numbers = try network.precisionFlow(
      data, formats: [NumberFormatTests.named("f16")], loss: Fixture.mse, pool: Fixture.single)
    #expect(numbers.count > 0)
    #expect(try network.windows(data, pool: Fixture.single).count <= network.depth)
  }

  /// A second pass in the same mode requests no memory, and prediction needs no more memory than training.
  @Test(arguments: cases)
  func memoryOfPlans(_ own: Case) throws {
    let engine = try own.network().compiled(Double.self)
    func step(_ samples: Int) {
      let plan = engine.plan(.training(samples, overwrites: true), Fixture.mse)
      plan.load(data, Array(rows.prefix(samples)), Fixture.single)
      let pass = Pass(pool: Fixture.single)
      plan.forward(pass)
      _ = plan.loss(Fixture.mse)
      plan.backward(pass)
    }
    step(16)
    let training = engine.passMemory
    step(5)
    step(16)
    #expect(engine.passMemory == training)
    #expect(
      engine.plan(.training(16, overwrites: true), Fixture.mse)
        === engine.plan(.training(16, overwrites: true), Fixture.mse))
    let plan = engine.plan(.predicting(16))
    plan.load(data, Array(rows.prefix(16)), Fixture.single)
    plan.forward(.predicting(Fixture.single))
    #expect(engine.passMemory - training <= training)
  }

  /// Networks of width 1 have a back end of their own, which does not add contributions.
  @Test(arguments: Precision.allCases)
  func sharedWeightsOfWidthOne(_ precision: Precision) throws {
    let layers: [any Layer] = [TwiceLayer(activation: Self.tanh, weights: Fixture.initializer("constant", 0.7))]
    let network = try Fixture.sequence(1, layers + [Fixture.dense(1)], precision: precision)
    func data(_ samples: Int) -> DataSet {
      DataSet(
        name: "equal", inputs: [Double](repeating: 0.6, count: samples), inputWidth: 1,
        targets: [Double](repeating: -0.4, count: samples), outputWidth: 1)
    }
    for error in try network.gradientErrors(data(1), loss: Fixture.mse, pool: Fixture.single) {
      #expect(try #require(error.maxError) < 1e-6)
    }
    let single = try network.pass(data(1), loss: Fixture.mse, pool: Fixture.single).gradients
    let double = try network.pass(data(2), loss: Fixture.mse, pool: Fixture.single).gradients
    for (a, b) in zip(single, double) { #expect(relativeError(a[0], b[0]) < 1e-6) }
  }

  @Test func predictionUsesPlacesAgain() throws {
    let engine = try Fixture.chain(20, "tanh", width: 12, outputs: 2).compiled(Double.self)
    func memory(_ mode: PlanMode) -> Int {
      let before = engine.passMemory
      let plan = engine.plan(mode, Fixture.mse)
      plan.load(data, rows, Fixture.single)
      plan.forward(Pass(pool: Fixture.single))
      return engine.passMemory - before
    }
    #expect(8 * memory(.predicting(37)) < memory(.measuring(37)))
  }
}
