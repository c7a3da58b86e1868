// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import Glibc
import NetworkFixtures
import Testing

@testable import FlowNet

/// Tests the measurement of gradients that leave the range of the element type within one operation.
@Suite struct WideBackwardTests {
  /// No activation reaches the target, so the loss always has a slope.
  private let one = DataSet(name: "one", inputs: [0.5], inputWidth: 1, targets: [-3], outputWidth: 1)

  private func chain(
    _ name: String, weight: Double, bias: Double, _ precision: Precision = .f64, depth: Int = 3
  ) throws -> Network {
    try Fixture.chain(
      depth, name,
      Fixture.options(
        Fixture.initializer("constant", weight), bias: Fixture.initializer("constant", bias), precision: precision))
  }

  /// The product of a slope of 1e-304 and a weight of 1e-20 is below the range, and so is the slope of tanh at 700
  /// alone. The expected logarithms follow from closed forms: there, σ'(z) and 1/cosh²(z) are e^−|z| and 4e^−2|z|.
  @Test(arguments: [("sigmoid", 1e-20, -700.0), ("tanh", 0.5, 700), ("sigmoid", 1e-300, 745), ("tanh", 1e3, -1e5)])
  func chains(_ name: String, _ weight: Double, _ bias: Double) throws {
    let network = try chain(name, weight: weight, bias: bias)
    let activation = Fixture.activation(name)
    var (y, slopes) = (0.5, [Double]())
    for _ in 1...3 {
      let z = weight * y + bias
      let logarithm = name == "sigmoid" ? -abs(z) / log(10) : log10(4) - 2 * abs(z) / log(10)
      slopes.append(logarithm)
      y = activation.value(z)
    }
    let rows = try network.flow(one, loss: .named("mae")!, pool: Fixture.single)
    for (index, row) in rows.enumerated() {
      let total = (index..<2).reduce(0.0) { $0 + slopes[$1] + log10(weight) }
      #expect(abs(row.log10Total - total) < 1e-12 * max(1, abs(total)), "layer \(row.layer)")
      #expect(row.dead == 0 && (row.state == .underflow) == (total + slopes[2] < -324))
    }
    let own = try network.explain(one, loss: .named("mae")!, pool: Fixture.single)
    let total = slopes.reduce(0, +) + 2 * log10(weight)
    #expect(abs(own.gradientLog10! - total) < 1e-12 * abs(total))
    #expect(abs(own.terms.last!.log10! - total) < 1e-12 * abs(total) && own.relativeError < 1e-9)
    #expect(own.terms.allSatisfy { $0.log10!.isFinite })
  }

  /// Tests every smooth activation in both element types: a slope that is too small for the type underflows and is not
  /// dead, in the table, in training, in the units of a run and in the formats.
  @Test(arguments: ["sigmoid", "tanh", "elu", "selu", "gelu", "silu", "softplus", "mish"], [Precision.f32, .f64])
  func slopesThatUnderflow(_ name: String, _ precision: Precision) throws {
    let bias = name == "gelu" ? -60.0 : -900
    let network = try chain(name, weight: 1, bias: bias, precision)
    for (width, data) in [(1, one), (3, Fixture.regression(4, 3, 3))] {
      let network =
        width == 1
        ? network
        : try Fixture.chain(
          3, name, width: width,
          Fixture.options(
            Fixture.initializer("xavier_uniform"), bias: Fixture.initializer("constant", bias), precision: precision))
      let rows = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
      #expect(rows.allSatisfy { $0.state == .underflow && $0.dead == 0 }, "\(name) \(width)")
      #expect(rows.allSatisfy { $0.log10Total.isFinite })
      #expect(rows[0].log10Total < -600 && rows[1].log10Total > rows[0].log10Total)
      var options = TrainingOptions(
        optimizer: .named("sgd", [0, 0, 0])!, steps: 1, batch: data.samples, shuffle: false)
      options.unitsEvery = 1
      let run = try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
      #expect(run.flow.allSatisfy { $0.state == .underflow && $0.log10Total.isNaN }, "\(name) \(width)")
      #expect(run.units.allSatisfy { $0.dead == 0 })
      let formats = try network.precisionFlow(
        data, formats: ["f32", "f64"].map(NumberFormatTests.named), loss: Fixture.mse, pool: Fixture.single)
      #expect(formats.allSatisfy { $0.state == .underflow && $0.zero == 1 })
    }
  }

  /// If some units of a layer underflow and one does not, the layer is not dead, in the table and in training.
  @Test(arguments: [Precision.f32, .f64])
  func someUnits(_ precision: Precision) throws {
    let network = try Fixture.chain(2, "tanh", width: 4, Fixture.options(precision: precision))
    network.assign(layer: 1, .bias, [900, -900, 900, 0])
    let data = Fixture.regression(5, 4, 4)
    let rows = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
    #expect(rows[0].dead == 0 && rows[0].state == .saturated)
    var options = TrainingOptions(optimizer: .named("sgd", [0, 0, 0])!, steps: 1, batch: 5, shuffle: false)
    options.unitsEvery = 1
    let run = try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
    #expect(run.flow[0].dead == 0 && run.flow[0].state == .saturated && run.units[0].dead == 0)
  }

  /// The gradient of the only sample for which a relu is open underflows at the loss. This counts as underflow, in
  /// training as well.
  @Test func oneSampleUnderflows() throws {
    let network = try Fixture.sequence(1, [Fixture.dense(1, "relu"), Fixture.dense(1, "sigmoid")])
    network.assign(layer: 1, .weight, [1])
    network.assign(layer: 1, .bias, [0])
    network.assign(layer: 2, .weight, [-800])
    network.assign(layer: 2, .bias, [0.3])
    let data = DataSet(name: "two", inputs: [1, -1], inputWidth: 1, targets: [0, 0], outputWidth: 1)
    let bce = Loss.named("bce")!
    let rows = try network.flow(data, loss: bce, pool: Fixture.single)
    #expect(rows[0].state == .underflow && rows[0].dead == 0 && rows[1].state == .ok)
    let options = TrainingOptions(
      loss: bce, optimizer: .named("sgd", [0, 0, 0])!, steps: 1, batch: 2, shuffle: false)
    let run = try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
    #expect(run.flow[0].state == .underflow && run.flow[0].dead == 0 && run.flow[1].state == .ok)
    // If the gradients of all samples are below the range, there is no gradient at all, but this is not a perfect fit.
    let small = data.subset([0])
    let single = try network.flow(small, loss: bce, pool: Fixture.single)
    #expect(single.map(\.state) == [.underflow, .underflow])
    let record = try network.train(
      small, TrainingOptions(loss: bce, optimizer: .named("sgd", [0, 0, 0])!, steps: 1, batch: 1, shuffle: false),
      observer: NoObserver(), pool: Fixture.single)
    #expect(record.flow.map(\.state) == [.underflow, .underflow])
  }

  /// The exponent of the slope is itself out of range: its size is unknown, but it is not 0.
  @Test(arguments: ["tanh", "sigmoid"])
  func slopesOfUnknownSize(_ name: String) throws {
    for precision in [Precision.f32, .f64] {
      let network = try chain(name, weight: 1e30, bias: 1e20, precision)
      let rows = try network.flow(one, loss: Fixture.mse, pool: Fixture.single)
      #expect(rows.allSatisfy { $0.state == .underflow && $0.dead == 0 && $0.log10Total.isNaN && $0.deltaRMS == 0 })
      let own = try network.explain(one, loss: Fixture.mse, pool: Fixture.single)
      #expect(own.gradient == 0 && own.gradientLog10 == nil && own.terms.last!.log10 == nil)
    }
  }

  /// With products of very small weights, the units are not dead, in the table and in training. Terms that cancel do
  /// not count as underflow.
  @Test func smallWeights() throws {
    let network = try Fixture.sequence(2, [Fixture.dense(3, "elu"), Fixture.dense(1, "identity")])
    network.assign(layer: 2, .weight, [1e-300, 1, -1e-300])
    let data = DataSet(name: "one", inputs: [0.3, -0.7], inputWidth: 2, targets: [-1e-200], outputWidth: 1)
    network.assign(layer: 1, .weight, [Double](repeating: 0, count: 6))
    network.assign(layer: 1, .bias, [0, 0, 0])
    network.assign(layer: 2, .bias, [0])
    let rows = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
    #expect(rows[0].dead == 0 && rows[0].state == .ok)
    let options = TrainingOptions(optimizer: .named("sgd", [0, 0, 0])!, steps: 1, batch: 1, shuffle: false)
    let run = try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
    #expect(run.flow[0].dead == 0 && run.flow[0].state == .ok)
    let twins = try Fixture.sequence(1, [Fixture.dense(1, "tanh"), Fixture.dense(2, "identity")])
    twins.assign(layer: 2, .weight, [1, 1])
    twins.assign(layer: 2, .bias, [0, 0])
    let opposite = DataSet(name: "opposite", inputs: [0.5], inputWidth: 1, targets: [-9, 9], outputWidth: 2)
    let cancelled = try twins.flow(opposite, loss: .named("mae")!, pool: Fixture.single)
    let record = try twins.train(
      opposite, TrainingOptions(loss: .named("mae")!, steps: 1, batch: 1, shuffle: false), observer: NoObserver(),
      pool: Fixture.single)
    #expect(cancelled[0].state == .dead && record.flow[0].state == .dead)
  }

  /// A unit is dead only if its slope is 0 in real arithmetic.
  @Test(arguments: [("relu", -900.0), ("relu6", 900), ("hardtanh", 900), ("hardtanh", -900)], [Precision.f32, .f64])
  func flatPieces(_ closed: (name: String, bias: Double), _ precision: Precision) throws {
    let network = try chain(closed.name, weight: 1, bias: closed.bias, precision)
    let rows = try network.flow(one, loss: Fixture.mse, pool: Fixture.single)
    #expect(rows.allSatisfy { $0.state == .dead && $0.dead == 1 })
  }

  /// Tests a large gradient at a closed unit next to a very small one at an open unit.
  @Test func smallNextToLarge() throws {
    let network = try Fixture.sequence(1, [Fixture.dense(2, "relu"), Fixture.dense(1, "identity")])
    network.assign(layer: 1, .weight, [1, 1])
    network.assign(layer: 1, .bias, [-5, 5])
    network.assign(layer: 2, .weight, [1e10, 1e-300 * 1e-10])
    network.assign(layer: 2, .bias, [0])
    let data = DataSet(name: "one", inputs: [1], inputWidth: 1, targets: [-1e-300], outputWidth: 1)
    let rows = try network.flow(data, loss: .named("huber", [1])!, pool: Fixture.single)
    #expect(rows[0].dead == 0.5 && rows[0].state == .underflow)
    #expect(abs(rows[0].log10Total - (-310 - log10(2) / 2)) < 1e-9)
  }

  /// Products of weights overflow during the backward pass, but the final gradient is finite.
  @Test func overflowOnTheWay() throws {
    let network = try Fixture.sequence(
      2, [Fixture.dense(2, "tanh"), Fixture.residual(Fixture.dense(2, "tanh"), Fixture.dense(2)), Fixture.dense(1)])
    network.assign(layer: 2, .weight, [1e-200, 0, 0, 1e-200])
    network.assign(layer: 2, .bias, [0, 0])
    network.assign(layer: 3, .weight, [1e200, 1e200, 1e200, -1e200])
    network.assign(layer: 4, .weight, [1e155, 1e155])
    let data = DataSet(name: "one", inputs: [1e-170, 1e-170], inputWidth: 2, targets: [0], outputWidth: 1)
    let rows = try network.flow(data, loss: .named("mae")!, pool: Fixture.single)
    for row in rows.dropLast() {
      #expect(row.factor!.isFinite && row.weightGain!.isFinite && row.state != .nan)
      let gains = [row.weightGain, row.slopeGain, row.shortcutGain].compactMap(\.self).reduce(1, *)
      #expect(relativeError(gains, row.factor!) < 1e-12)
    }
  }

  /// On ordinary networks, the results are those of the plain pass: with layers, blocks, normalisations, dropout and
  /// softmax.
  @Test(arguments: 1...30)
  func sameAsThePlainPass(_ seed: Int) throws {
    var recipe = NetworkRecipe(UInt64(seed), ["tanh", "relu", "softplus", "hardtanh"])
    let network = try recipe.network(output: seed % 3 == 0 ? "softmax" : nil)
    let data = Fixture.regression(7, 4, 3, seed: UInt64(seed))
    let engine = network.compiled(Double.self)
    let (plan, measure) = try #require(
      engine.gains(data, (0..<7).map(Int32.init), Fixture.mse, Fixture.single, of: 0..<5, marksAlive: true))
    _ = plan.loss(Fixture.mse, isPrecise: true)
    let wide = WideBackward(plan, 0..<5, true, Fixture.pool).layers(LossSlopes(plan, Fixture.mse).all)
    let largest = measure.layers.map(\.delta.plain).max()!
    #expect(wide.count == measure.layers.count)
    for (own, other) in zip(wide, measure.layers) {
      #expect(own.stops.map(\.term) == other.stops.map(\.term))
      for (a, b) in zip(own.stops, other.stops) {
        #expect(abs(a.size.plain - b.size.plain) <= 1e-11 * b.size.plain + 1e-14 * largest)
      }
      #expect(abs(own.gradNorm.plain - other.gradNorm.plain) <= 1e-11 * other.gradNorm.plain + 1e-13 * largest)
      #expect(
        abs(own.biasGradNorm!.plain - other.biasGradNorm!.plain) <= 1e-11 * other.biasGradNorm!.plain + 1e-13 * largest)
      #expect(own.dead == other.dead && own.alive == other.alive)
      #expect(abs(own.peak.plain - other.peak.plain) <= 1e-11 * other.peak.plain + 1e-14 * largest)
      for (a, b) in zip(own.firstSample, other.firstSample) { #expect(abs(a.plain - b.plain) <= 1e-11 * largest) }
    }
  }
}
