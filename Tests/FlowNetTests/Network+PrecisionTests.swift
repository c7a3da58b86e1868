// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Compares gradients in number formats with exact underflow points, the engines themselves, arithmetic in `Float16`,
/// and every kind of layer.
@Suite struct NetworkPrecisionTests {
  private static let names = ["f16", "bf16", "f32", "f64"]
  private static let mae = Loss.named("mae")!

  private func rows(
    _ network: Network, _ data: DataSet, _ formats: [String] = names, loss: Loss = mae, scale: Int = 0,
    _ thresholds: FlowThresholds = Fixture.thresholds, pool: ThreadPool = Fixture.single
  ) throws -> [[PrecisionFlow]] {
    let all = try network.precisionFlow(
      data, formats: formats.map(NumberFormatTests.named), loss: loss, lossExponent: scale, limit: 1024,
      thresholds: thresholds, pool: pool)
    return stride(from: 0, to: all.count, by: network.depth).map { Array(all[$0..<$0 + network.depth]) }
  }

  /// A data set of one sample. With mae and one output, its gradient is 1 or -1.
  private func sample(_ input: Double, target: Double = -1) -> DataSet {
    DataSet(name: "one", inputs: [input], inputWidth: 1, targets: [target], outputWidth: 1)
  }

  private func multiplier(_ depth: Int, by weight: Double) throws -> Network {
    try Fixture.chain(depth, "identity", Fixture.options(Fixture.initializer("constant", weight)))
  }

  /// 0.25^k is first 0 at k = 13 in f16, 67 in bf16, 75 in f32 and 538 in f64.
  @Test func powersOfAQuarter() throws {
    for (own, (name, first)) in zip(
      try rows(try multiplier(600, by: 0.25), sample(1)), [("f16", 13), ("bf16", 67), ("f32", 75), ("f64", 538)])
    {
      #expect(own[0].format.name == name && FormatLimitTests.limits[name]?.quarter_power_zero == first)
      for (row, k) in zip(own.reversed(), 0...) {
        #expect(row.cliff == first && row.cliffTheory == first && row.nonfinite == 0)
        #expect(row.zero == (k < first ? 0 : 1))
        #expect((row.state == .underflow) == (k >= first))
        #expect(row.deltaRMS == (k < first ? (0..<k).reduce(1) { power, _ in power * 0.25 } : 0))
      }
    }
  }

  /// 4^k overflows as soon as 2^2k is above the largest number.
  @Test func powersOfFour() throws {
    let all = try rows(try multiplier(520, by: 4), sample(0))
    for (own, first) in zip(all, [8, 64, 64, 512]) {
      for (row, k) in zip(own.reversed(), 0...) {
        #expect(row.cliff == first && row.cliffTheory == first && row.zero == 0)
        #expect(row.nonfinite == (k < first ? 0 : 1) && (row.state == .nan) == (k >= first))
      }
    }
  }

  /// A shallower network does not reach the cliff, but the cliff is predicted.
  @Test func beforeTheCliff() throws {
    for (own, first) in zip(try rows(try multiplier(10, by: 0.25), sample(1)), [13, 67, 75, 538]) {
      #expect(own[0].cliff == nil && own[0].cliffTheory == first && own[0].lossScale == nil)
    }
    let level = try rows(try multiplier(10, by: 1), sample(1))
    #expect(level.allSatisfy { $0[0].cliff == nil && $0[0].cliffTheory == nil })
  }

  /// σ(z) is 1, and its slope 0, from z = 16.636 on in f32. The short formats round the σ of f32 once: with p digits,
  /// to 1 from ln(2^(p + 1) − 1) on, where the numbers of f16 and bf16 are 1/128 and 1/32 apart.
  @Test(arguments: [("f32", 16.635, 16.636), ("f16", 8.3125, 8.3203125), ("bf16", 6.21875, 6.25)])
  func sigmoidRoundsToOne(_ name: String, _ below: Double, _ above: Double) throws {
    for (z, share) in [(below, 0.0), (above, 1.0)] {
      let own = try rows(try constantSigmoid(z), sample(1), [name])[0][0]
      #expect(own.zero == share && (own.state == .underflow) == (share == 1))
    }
  }

  /// From 36.737 on, f64 loses the gradient too. The reference computes the slope from z and still finds it.
  @Test func sigmoidRoundsToOneInTheReference() throws {
    for own in try rows(try constantSigmoid(36.736), sample(1)) {
      #expect(own[0].state == (own[0].format.name == "f64" ? .saturated : .underflow))
    }
    for own in try rows(try constantSigmoid(36.737), sample(1)) {
      #expect(own[0].state == .underflow && own[0].zero == 1)
    }
  }

  private func constantSigmoid(_ z: Double) throws -> Network {
    try Fixture.chain(
      1, "sigmoid", Fixture.options(Fixture.initializer("zeros"), bias: Fixture.initializer("constant", z)))
  }

  /// A dead relu has no gradient in any format, so the format has not lost it.
  @Test func deadUnitsAreNotLost() throws {
    let network = try Fixture.chain(
      4, "relu", width: 16,
      Fixture.options(Fixture.initializer("he_normal"), bias: Fixture.initializer("constant", 1)))
    network.assign(layer: 2, .bias, (0..<16).map { $0 < 10 ? -100 : 1 })
    for own in try rows(network, Fixture.regression(32, 16, 16)) {
      // Rounding to a short format changes the sign of a few z near 0.
      let few = own[0].format.significandBits >= 23 ? 0 : 0.01
      #expect(own.allSatisfy { $0.zero <= few && $0.nonfinite == 0 && $0.cliff == nil })
      #expect(own.map(\.state) == [.ok, .dead, .ok, .ok])
    }
    network.assign(layer: 2, .bias, [Double](repeating: -100, count: 16))
    for own in try rows(network, Fixture.regression(32, 16, 16)) {
      #expect(own.map(\.state) == [.dead, .dead, .ok, .ok])
      #expect(own[0].zero == 0 && own[0].cliff == nil && own[0].lossScale == nil)
    }
  }

  // MARK: The real engines

  /// Networks with every kind of layer, and losses for them.
  private static func everything(_ precision: Precision) throws -> [(Network, DataSet, Loss)] {
    let regression = Fixture.regression(24, 6, 3)
    let classes = Fixture.classes(24, 6, 3)
    var all: [(Network, DataSet, Loss)] = []
    for name in ["mse", "mae", "huber", "bce"] {
      all.append(
        (
          try Fixture.sequence(6, [Fixture.dense(8, "tanh"), Fixture.dense(3)], precision: precision),
          Loss.named(name)!.fittingTargets(of: regression), .named(name)!
        ))
    }
    let layers: [any Layer] = [
      Fixture.dense(8), BatchNorm(), ActivationLayer(Fixture.activation("relu")), Dropout(0.3),
      Fixture.residual(
        Fixture.dense(5, "gelu"), LayerNorm(), Fixture.residual(Fixture.dense(5, "sigmoid")), Fixture.dense(8)),
      Fixture.residual(Fixture.dense(4, "silu"), Dropout(0.1)), LayerNorm(), Dropout(0),
    ]
    for (output, loss, data) in [
      ("softmax", "cross_entropy", classes), ("softmax", "mse", classes), ("identity", "cross_entropy", classes),
      ("sigmoid", "bce", regression), ("tanh", "mse", regression),
    ] {
      all.append(
        (
          try Fixture.sequence(6, layers + [Fixture.dense(3, output)], precision: precision),
          Loss.named(loss)!.fittingTargets(of: data), .named(loss)!
        ))
    }
    return all
  }

  /// In f32 and f64, the replay agrees with the engine in training. The slopes of measuring passes are more accurate.
  @Test(arguments: [Precision.f32, .f64])
  func sameAsTheFlow(_ precision: Precision) throws {
    for (network, data, loss) in try Self.everything(precision) {
      let own = try rows(network, data, [precision.rawValue], loss: loss)[0]
      let flow = try network.flow(data, loss: loss, pool: Fixture.single)
      let tolerance = precision == .f32 ? 1e-6 : 1e-14
      for (own, flow) in zip(own, flow) {
        #expect(relativeError(own.deltaRMS, flow.deltaRMS) < tolerance)
        #expect(relativeError(own.gradNorm, flow.gradNorm) < tolerance)
      }
      #expect(own.map(\.state) == flow.map(\.state))
      #expect(own.allSatisfy { $0.zero == 0 && $0.nonfinite == 0 && $0.cliff == nil && $0.lossScale == nil })
    }
  }

  /// Formats close to f32 are computed in f64, and every operation is rounded. The results agree to the precision of
  /// the format.
  @Test func everyLayerInEveryFormat() throws {
    let formats = [
      (NumberFormatTests.named("f16"), 0.05), (NumberFormatTests.named("bf16"), 0.3),
      (NumberFormat(exponentBits: 8, significandBits: 22), 1e-4),
      (NumberFormat(exponentBits: 9, significandBits: 23), 1e-4),
      (NumberFormat(exponentBits: 11, significandBits: 45), 1e-10),
    ]
    for (network, data, loss) in try Self.everything(.f64) {
      let flow = try network.flow(data, loss: loss, pool: Fixture.single)
      for (format, tolerance) in formats {
        let own = try network.precisionFlow(data, formats: [format], loss: loss, pool: Fixture.single)
        for (row, exact) in zip(own, flow) {
          #expect(relativeError(row.deltaRMS, exact.deltaRMS) < tolerance)
          #expect(relativeError(row.gradNorm, exact.gradNorm) < tolerance)
          // No row agrees to all digits, so rounding took place.
          #expect(row.deltaRMS != exact.deltaRMS)
        }
      }
    }
  }

  /// Computes a chain in `Float16` step by step. Every result is rounded to half precision and is the sum or product of
  /// two numbers.
  @Test(arguments: [0.15, 0.7, 1.5])
  func sameAsHalfPrecision(_ size: Double) throws {
    let depth = 12
    let network = try Fixture.chain(
      depth, "relu", seed: 5,
      Fixture.options(Fixture.initializer("uniform", 0.1, 2 * size), bias: Fixture.initializer("uniform", 0, 0.2)))
    let weights = (1...depth).map { Float16(network.numbers(layer: $0, .weight)![0]) }
    let biases = (1...depth).map { Float16(network.numbers(layer: $0, .bias)![0]) }
    var x = Float16(0.8)
    for (w, b) in zip(weights, biases) { x = Float16(Float(w) * Float(x) + Float(b)) }
    // The derivative of the squared error is one operation.
    var g = Float16(2 * (Float(x) - Float(Float16(0.3))))
    var deltas: [Float16] = []
    for w in weights.reversed() {
      deltas.append(g)
      g *= w
    }
    let own = try rows(network, sample(0.8, target: 0.3), ["f16"], loss: Fixture.mse)[0]
    #expect(own.reversed().map(\.deltaRMS) == deltas.map { abs(Double($0)) })
    #expect((deltas[depth - 1] == 0) == (size == 0.15))
  }

  /// 2^-26 underflows in f16, so the output of the block's body is 0. In the backward pass, 2^26 overflows inside the
  /// block.
  @Test func roundsInsideOfResidualBlocks() throws {
    let layers = [0x1p-13, 0x1p-13, 0x1p13, 0x1p13].map {
      Fixture.dense(1, "identity", Fixture.initializer("constant", $0), bias: Fixture.initializer("zeros"))
    }
    let block = Residual(layers, weights: Fixture.initializer("zeros"), bias: Fixture.initializer("zeros"))
    let network = try Fixture.sequence(
      1, [block, Fixture.dense(1, "identity", Fixture.initializer("constant", 1), bias: Fixture.initializer("zeros"))])
    let (half, brain) = (
      try rows(network, sample(1, target: 0), ["f16"], loss: Fixture.mse)[0],
      try rows(network, sample(1, target: 0), ["bf16"], loss: Fixture.mse)[0]
    )
    #expect(half.last!.deltaRMS == 2 && brain.last!.deltaRMS == 4)
    #expect(half.map(\.nonfinite) == [1, 1, 0, 0, 0] && brain.map(\.nonfinite) == [0, 0, 0, 0, 0])
    #expect(brain.map(\.deltaRMS) == [0x1p15, 0x1p28, 0x1p15, 4, 4])
  }

  // MARK: The scale of the loss

  private func deep(_ depth: Int = 9) throws -> Network {
    try Fixture.mlp(
      [8] + [Int](repeating: 12, count: depth) + [4], "sigmoid",
      Fixture.options(Fixture.initializer("lecun_normal"), bias: Fixture.initializer("normal", 0, 1)))
  }

  private func isFine(_ rows: [PrecisionFlow]) -> Bool {
    rows.allSatisfy { $0.state != .underflow && $0.state != .nan }
  }

  /// With the suggested scale, no layer loses its gradient; with half of it, some do.
  @Test(arguments: [0.05, 0.2, 0.5])
  func suggestedScaleForVanishingGradients(_ share: Double) throws {
    let network = try deep()
    let data = Fixture.regression(64, 8, 4)
    let thresholds = FlowThresholds(ratio: 100, share: share)
    let before = try rows(network, data, ["f16"], loss: Fixture.mse, thresholds)[0]
    #expect(before[0].state == .underflow && before.last!.state != .underflow)
    let scale = try #require(before[0].lossScale)
    #expect(before.allSatisfy { $0.lossScale == scale } && scale.significand == 1 && scale > 1)
    let saved = try rows(network, data, ["f16"], loss: Fixture.mse, scale: Int(scale.exponent), thresholds)[0]
    #expect(isFine(saved) && saved[0].lossScale == nil)
    let half = try rows(network, data, ["f16"], loss: Fixture.mse, scale: Int(scale.exponent) - 1, thresholds)[0]
    #expect(!isFine(half) && half[0].lossScale == scale)
    // With the scale, the gradients have the same size as in f64.
    let exact = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
    for (row, exact) in zip(saved, exact) { #expect(relativeError(row.deltaRMS, exact.deltaRMS) < 0.2) }
  }

  /// If gradients explode, the suggested scale makes the loss smaller.
  @Test func suggestedScaleForExplodingGradients() throws {
    let network = try multiplier(10, by: 4)
    let before = try rows(network, sample(0), ["f16"])[0]
    #expect(before[0].state == .nan && before[0].lossScale == 0.125)
    #expect(isFine(try rows(network, sample(0), ["f16"], scale: -3)[0]))
    #expect(!isFine(try rows(network, sample(0), ["f16"], scale: -2)[0]))
  }

  /// Scaling is exact, so in f64, where nothing is lost, it has no effect.
  @Test(arguments: [-40, -1, 7, 60])
  func scaleIsRemoved(_ exponent: Int) throws {
    let network = try deep()
    let data = Fixture.regression(64, 8, 4)
    let plain = try rows(network, data, ["f64"])[0]
    let scaled = try rows(network, data, ["f64"], scale: exponent)[0]
    #expect(plain.map(\.deltaRMS) == scaled.map(\.deltaRMS) && plain.map(\.gradNorm) == scaled.map(\.gradNorm))
  }

  /// No scale brings both 2^-1200 and 1 into the range of f16, and none fixes an overflow in the forward pass.
  @Test func noScaleHelps() throws {
    let own = try rows(try multiplier(600, by: 0.25), sample(1))
    #expect(own[0][0].lossScale == nil && own[1][0].lossScale == nil && own[2][0].lossScale == nil)
    // 0.25^599·2^s is more than half of 2^-1074 from s = 124 on.
    #expect(own[3][0].lossScale == 0x1p124)
    let forward = try rows(try multiplier(20, by: 4), sample(1), ["f16"])[0]
    #expect(forward[0].state == .nan && forward[0].nonfinite == 1 && forward[0].lossScale == nil)
  }

  /// The predicted and the measured depth of the cliff agree in wide networks too.
  @Test func cliffOfWideNetworks() throws {
    for seed in UInt64(1)...5 {
      let network = try Fixture.mlp(
        [8] + [Int](repeating: 20, count: 16) + [4], "sigmoid", seed: seed,
        Fixture.options(Fixture.initializer("lecun_normal"), bias: Fixture.initializer("normal", 0, 1)))
      let own = try rows(network, Fixture.regression(64, 8, 4), ["f16"], loss: Fixture.mse)[0][0]
      let (cliff, theory) = (try #require(own.cliff), try #require(own.cliffTheory))
      #expect(abs(cliff - theory) <= 1)
    }
  }

  // MARK: Passes

  /// The result has the same bits for any number of threads, and the network does not change.
  @Test func threadsAndParameters() throws {
    let network = try Fixture.mlp(
      [64, 128, 128, 10], "tanh", Fixture.options(Fixture.initializer("lecun_normal"), norm: .batch, precision: .f32))
    let data = Fixture.regression(512, 64, 10)
    let before = network.allParameters
    let statistics = network.runningStatistics.flatMap { $0.mean + $0.variance }
    let one = try rows(network, data, loss: Fixture.mse)
    let two = try rows(network, data, loss: Fixture.mse, pool: Fixture.pool)
    #expect(one.joined().map { "\($0)" } == two.joined().map { "\($0)" })
    #expect(network.allParameters == before)
    #expect(network.runningStatistics.flatMap { $0.mean + $0.variance } == statistics)
  }

  @Test func stopsAnywhere() throws {
    let network = try deep()
    let data = Fixture.regression(16, 8, 4)
    let formats = Self.names.map(NumberFormatTests.named)
    func rows() throws -> [PrecisionFlow] {
      try network.precisionFlow(data, formats: formats, loss: Fixture.mse, pool: Fixture.single)
    }
    let began = ContinuousClock.now
    let all = try rows()
    let duration = UInt32((ContinuousClock.now - began) / .microseconds(1))
    #expect(all.count == 4 * network.depth)
    #expect(try stopped(rows).isEmpty)
    // There are either no rows or, if the request came too late, all of them.
    for part in 0..<UInt32(40) {
      let own = try stopping(after: duration * part / 40, rows)
      #expect(own.isEmpty || own.map { "\($0)" } == all.map { "\($0)" })
    }
  }

  @Test func invalidArguments() throws {
    let network = try deep()
    let formats = [NumberFormatTests.named("f16")]
    #expect(throws: NetworkError.self) {
      try network.precisionFlow(
        Fixture.regression(4, 8, 4), formats: formats, loss: Fixture.mse, limit: 0, pool: Fixture.single)
    }
    #expect(throws: NetworkError.self) {
      try network.precisionFlow(Fixture.regression(4, 7, 4), formats: formats, loss: Fixture.mse, pool: Fixture.single)
    }
  }
}
