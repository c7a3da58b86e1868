// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import Glibc
import NetworkFixtures
import Testing

@Suite struct PretrainTests {
  @discardableResult
  private func pretrain(
    _ network: Network, _ data: DataSet, threads: Int = 2, _ change: (inout PretrainingOptions) -> Void = { _ in }
  ) throws -> Pretraining {
    var options = PretrainingOptions()
    change(&options)
    return try network.pretrain(data, options, pool: ThreadPool(threads: threads)) { _ in NoObserver() }
  }

  /// One step over all samples moves the encoder against the gradient of the mean of ‖Wᵀ·tanh(W·x + b) − x‖²/2, which
  /// is computed here by central differences of that expression.
  @Test func aTiedStepFollowsTheGradientOfTheSharedMatrix() throws {
    let data = Fixture.regression(5, 3, 1)
    let network = try Fixture.mlp([3, 2, 1], "tanh")
    let start = network.allParameters
    func loss(_ w: [Double], _ b: [Double]) -> Double {
      let errors = data.inputLists.map { x -> Double in
        let y = (0..<2).map { i in tanh((0..<3).reduce(b[i]) { $0 + w[3 * i + $1] * x[$1] }) }
        return (0..<3).reduce(0) { sum, j in
          let difference = (0..<2).reduce(-x[j]) { $0 + w[3 * $1 + j] * y[$1] }
          return sum + difference * difference / 2
        }
      }
      return errors.reduce(0, +) / Double(errors.count)
    }
    let rate = 1e-3
    try pretrain(network, data) {
      $0.epochs = 1
      $0.batch = 5
      $0.rate = rate
    }
    let h = 1e-5
    for i in 0..<6 {
      var (up, down) = (start[0], start[0])
      up[i] += h
      down[i] -= h
      let slope = (loss(up, start[1]) - loss(down, start[1])) / (2 * h)
      let moved = (start[0][i] - network.allParameters[0][i]) / rate
      #expect(relativeError(moved, slope) < 1e-6)
    }
    for i in 0..<2 {
      var (up, down) = (start[1], start[1])
      up[i] += h
      down[i] -= h
      let slope = (loss(start[0], up) - loss(start[0], down)) / (2 * h)
      #expect(relativeError((start[1][i] - network.allParameters[1][i]) / rate, slope) < 1e-6)
    }
    #expect(network.allParameters[2] == start[2], "the last layer is not pre-trained")
  }

  /// A linear autoencoder converges to the space of the largest variances, and its error is the sum of the others
  /// (Baldi, Hornik 1989). The variances are 8, 2, 1/2 and 1/8 along the axes, so the error is 5/8, divided by four
  /// inputs.
  @Test(arguments: PretrainingOptions.Decoder.allCases)
  func aLinearEncoderFindsThePrincipalComponents(_ decoder: PretrainingOptions.Decoder) throws {
    var inputs = [Double](repeating: 0, count: 8 * 4)
    for (axis, size) in [8.0, 4, 2, 1].enumerated() {
      inputs[8 * axis + axis] = size
      inputs[8 * axis + 4 + axis] = -size
    }
    let data = DataSet(
      name: "axes", inputs: inputs, inputWidth: 4, targets: [Double](repeating: 0, count: 8), outputWidth: 1)
    let network = try Fixture.mlp([4, 2, 1], "identity")
    let result = try pretrain(network, data) {
      $0.epochs = 3000
      $0.batch = 8
      $0.rate = 0.02
      $0.decoder = decoder
    }
    // (2² + 1²)·2/8 samples/4 inputs.
    #expect(abs(result.epochs.last!.loss - 0.3125) < 1e-6)
    for (index, weight) in network.allParameters[0].enumerated() where index % 4 >= 2 { #expect(abs(weight) < 1e-3) }
  }

  @Test func eachHiddenLayerLearnsWithItsNormalisation() throws {
    let network = try Fixture.sequence(
      6,
      [
        Fixture.dense(5), BatchNorm(momentum: 0.3), ActivationLayer(Fixture.activation("sigmoid")),
        Fixture.residual(Fixture.dense(5, "relu")), Fixture.dense(4), LayerNorm(),
        ActivationLayer(Fixture.activation("tanh")), Dropout(0.5), Fixture.dense(2),
      ], precision: .f32)
    let before = network.copy()
    let result = try pretrain(network, Fixture.regression(64, 6, 2))
    #expect(result.state == .finished && result.stoppedAt == nil)
    #expect(result.epochs.map(\.layer) == [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3])
    for layer in 1...3 {
      let losses = result.epochs.filter { $0.layer == layer }.map(\.loss)
      #expect(losses.last! < losses.first!)
      // A normalisation removes whatever a bias before it adds.
      for kind in network.layer(layer).parameters where kind != .bias || layer == 2 {
        #expect(network.numbers(layer: layer, kind) != before.numbers(layer: layer, kind))
      }
    }
    #expect(network.numbers(layer: 4, .weight) == before.numbers(layer: 4, .weight))
    #expect(network.runningStatistics[0].mean != before.runningStatistics[0].mean)
  }

  @Test(arguments: [0, 0.3])
  func threadsLeaveTheBitsAlone(_ noise: Double) throws {
    func result(_ threads: Int) throws -> [[Double]] {
      let options = Fixture.options(Fixture.initializer("lsuv"), norm: .batch)
      let network = try Fixture.mlp([120, 200, 90, 3], "tanh", options)
      try pretrain(network, Fixture.regression(300, 120, 3), threads: threads) {
        $0.epochs = 1
        $0.noise = noise
        $0.batch = 128
      }
      return network.allParameters
    }
    let one = try result(1)
    for threads in [2, 3, 7] { #expect(try result(threads) == one) }
  }

  /// Masked inputs are 0 and the others are unchanged. With w = 1, the error is 1 for masked inputs and 0 for the
  /// others.
  @Test func noiseSetsInputsToZero() throws {
    let network = try Fixture.chain(2, "identity", Fixture.options(Fixture.initializer("constant", 1)))
    let ones = [Double](repeating: 1, count: 4000)
    let data = DataSet(name: "ones", inputs: ones, inputWidth: 1, targets: ones, outputWidth: 1)
    let result = try pretrain(network, data) {
      $0.epochs = 1
      $0.batch = 4000
      $0.noise = 0.25
    }
    #expect(abs(result.epochs[0].loss - 0.25) < 0.03)
  }

  /// Data without structure, for which the loss of a batch varies randomly, do not reduce the rate.
  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64], [1, 32])
  func noiseInTheLossDoesNotReduceTheRate(seed: UInt64, batch: Int) throws {
    let network = try Fixture.mlp([8, 2, 2, 1], "tanh", seed: seed)
    let result = try pretrain(network, Fixture.regression(200, 8, 1, seed: seed)) {
      $0.batch = batch
      $0.rate = 0.02
    }
    #expect(result.epochs.allSatisfy { $0.rate == 0.02 })
  }

  /// With noise, the clean inputs are harder to reproduce.
  @Test func noiseIncreasesTheLoss() throws {
    func loss(_ noise: Double) throws -> Double {
      let network = try Fixture.mlp([8, 4, 1], "tanh")
      return try pretrain(network, Fixture.regression(256, 8, 1)) { $0.noise = noise }.epochs.last!.loss
    }
    #expect(try loss(0.5) > loss(0))
  }

  /// Large inputs make the rate too large, so the layer reduces it.
  @Test func aRateThatIsTooLargeIsReduced() throws {
    let network = try Fixture.mlp([8, 40, 1], "relu", Fixture.options(Fixture.initializer("he_normal")))
    let result = try pretrain(network, Fixture.regression(64, 8, 1, scale: 30)) { $0.rate = 1 }
    let rate = result.epochs[0].rate
    #expect(result.state == .finished && rate < 1)
    #expect(log2(rate) == log2(rate).rounded() && Int(log2(rate)) % 2 == 0)
    #expect(result.epochs.last!.loss < result.epochs.first!.loss)
    #expect(network.allParameters.allSatisfy { $0.allSatisfy(\.isFinite) })
  }

  /// At a rate at which all units close, the decoder's bias would make the loss small, but the layers above would learn
  /// nothing.
  @Test func aLayerStaysAlive() throws {
    let network = try Fixture.mlp([64, 30, 30, 10], "relu", Fixture.options(Fixture.initializer("normal", 0, 1)))
    try pretrain(network, Fixture.digits) { $0.epochs = 2 }
    let rows = try network.flow(Fixture.digits, loss: .named("cross_entropy")!, pool: Fixture.pool)
    #expect(rows.allSatisfy { $0.dead <= 0.5 })
  }

  /// Nothing can be learned from infinite inputs, so the network is not changed.
  @Test func infiniteInputsChangeNothing() throws {
    let network = try Fixture.mlp([2, 3, 3, 1], "tanh")
    let before = network.allParameters
    let result = try pretrain(network, Fixture.regression(8, 2, 1, scale: .infinity))
    #expect(result.state == .diverged && result.stoppedAt == 1)
    #expect(network.allParameters == before)
  }

  @Test func aNetworkOfOneLayerIsRefused() throws {
    let network = try Fixture.mlp([2, 1], "tanh")
    #expect(throws: NetworkError.self) { try pretrain(network, Fixture.regression(8, 2, 1)) }
    let other = try Fixture.mlp([2, 3, 1], "tanh")
    #expect(throws: NetworkError.self) { try pretrain(other, Fixture.regression(8, 3, 1)) }
  }
}
