// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import Glibc
import NetworkFixtures
import Testing

/// Tests the identities of the flow table, and compares its numbers with those of the plain pass.
@Suite struct NetworkFlowTests {
  @Test(arguments: Fixture.activations, [NormChoice.none, .batch, .layer])
  func budget(_ name: String, _ norm: NormChoice) throws {
    let options = Fixture.options(
      Fixture.initializer("xavier_normal"), bias: Fixture.initializer("normal", 0, 0.3), norm: norm)
    let network = try Fixture.chain(12, name, width: 7, options)
    try checkBudget(network.flow(Fixture.regression(16, 7, 7), loss: Fixture.mse, pool: Fixture.pool), 1e-12)
  }

  /// Computes the mean slope of tanh from the moments of the outputs, 1 − E[y²], for layers whose rows are farther
  /// apart in memory than those of a wider layer.
  @Test(arguments: [Precision.f32, .f64])
  func slopesOfNeighbouringWidths(_ precision: Precision) throws {
    for width in [126, 128, 254, 256, 510, 512] {
      for wider in [width + 1, width + 2, width + 16] {
        let options = Fixture.options(Fixture.initializer("lecun_normal"), precision: precision)
        let network = try Fixture.mlp([4, width, wider, 3], "tanh", options)
        let rows = try network.flow(Fixture.regression(64, 4, 3), loss: Fixture.mse, pool: Fixture.pool)
        for row in rows.dropLast() {
          let slope = 1 - row.actMean * row.actMean - row.actStd * row.actStd
          let error = relativeError(try #require(row.slopeMean), slope)
          #expect(error < (precision == .f32 ? 1e-5 : 1e-12), "\(width), \(wider)")
        }
      }
    }
  }

  /// Tests means and deviations of outputs whose squares leave the range of f64.
  @Test(arguments: [-1000, -600, 0, 500])
  func momentsOfAnySize(_ exponent: Int) throws {
    func rows(_ scale: Double) throws -> [LayerFlow] {
      try Fixture.mlp([4, 8, 2], "identity", Fixture.options(Fixture.initializer("constant", scale)))
        .flow(Fixture.regression(16, 4, 2), loss: .named("mae")!, pool: Fixture.pool)
    }
    let scale = Double(sign: .plus, exponent: exponent, significand: 1)
    let (plain, scaled) = (try rows(1)[0], try rows(scale)[0])
    #expect(scaled.actMean == plain.actMean * scale && relativeError(scaled.actStd, plain.actStd * scale) < 1e-15)
  }

  /// An activation before the first dense layer may be wider than all dense layers.
  @Test func wideInputs() throws {
    let network = try Fixture.sequence(3000, [ActivationLayer(Fixture.activation("tanh")), Fixture.dense(2)])
    let rows = try network.flow(Fixture.regression(64, 3000, 2), loss: Fixture.mse, pool: Fixture.pool)
    try checkBudget(rows, 1e-12)
  }

  @Test(arguments: ["tanh", "sigmoid", "relu"])
  func budgetInSinglePrecisionAndDeep(_ name: String) throws {
    let options = Fixture.options(Fixture.initializer("he_normal"), precision: .f32)
    let network = try Fixture.chain(300, name, width: 9, options)
    let rows = try network.flow(Fixture.regression(16, 9, 9), loss: Fixture.mse, pool: Fixture.pool)
    try checkBudget(rows, 1e-5)
    if name == "sigmoid" {
      // This is far below the smallest number of the format, but can still be measured.
      #expect(rows[0].log10Total < -60 && rows[0].log10Total.isFinite)
      #expect(rows[0].state == .underflow)
      #expect(rows.dropLast().allSatisfy { $0.factor! > 0.01 && $0.factor! < 1 })
    }
  }

  private func checkBudget(_ rows: [LayerFlow], _ tolerance: Double) throws {
    var total = 0.0
    for row in rows.reversed() {
      if let factor = row.factor {
        let gains = try #require(row.weightGain) * #require(row.slopeGain) * (row.normGain ?? 1)
        #expect(relativeError(factor, gains) < tolerance)
        total += Glibc.log10(factor)
      } else {
        #expect(row.layer == rows.count && row.weightGain == nil && row.slopeGain == nil)
      }
      if total.isFinite { #expect(abs(row.log10Total - total) < 1e-9 * max(1, abs(total))) }
    }
  }

  /// Computes every column by its definition from the numbers of the plain pass.
  @Test(arguments: ["tanh", "relu", "sigmoid"])
  func columns(_ name: String) throws {
    let network = try Fixture.mlp([4, 6, 5, 3], name, output: name)
    let data = Fixture.regression(10, 4, 3)
    let rows = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
    let pass = try network.pass(data, loss: Fixture.mse, pool: Fixture.single)
    let activation = Fixture.activation(name)
    var y = data.inputLists
    for (index, row) in rows.enumerated() {
      let weights = network.numbers(layer: row.layer, .weight)!
      let bias = network.numbers(layer: row.layer, .bias)!
      let z = y.map { sample in
        (0..<row.outputs).map { unit in
          (0..<row.inputs).reduce(bias[unit]) { $0 + weights[unit * row.inputs + $1] * sample[$1] }
        }
      }
      y = z.map { $0.map(activation.value) }
      let deltas = pass.deltas[index]
      #expect(relativeError(row.deltaRMS, rms(deltas)) < 1e-13)
      #expect(relativeError(row.weightNorm, norm(weights)) < 1e-13)
      #expect(relativeError(row.gradNorm, norm(pass.gradients[2 * index])) < 1e-13)
      #expect(relativeError(row.biasGradNorm!, norm(pass.gradients[2 * index + 1])) < 1e-13)
      let slopes = z.flatMap { $0.map(activation.slope) }
      #expect(relativeError(row.slopeMean!, mean(slopes)) < 1e-12)
      let outputs = y.flatMap { $0 }
      #expect(abs(row.actMean - mean(outputs)) < 1e-13)
      let variance = mean(outputs.map { ($0 - mean(outputs)) * ($0 - mean(outputs)) })
      #expect(relativeError(row.actStd, variance.squareRoot()) < 1e-12)
      if let steepest = activation.steepest {
        #expect(row.saturated == mean(slopes.map { abs($0) < steepest / 100 ? 1 : 0 }))
      } else {
        #expect(row.saturated == nil)
      }
      let dead = (0..<row.outputs).count { unit in deltas.allSatisfy { $0[unit] == 0 } }
      #expect(row.dead == Double(dead) / Double(row.outputs))
      if index + 1 < rows.count {
        #expect(relativeError(row.factor!, rms(deltas) / rms(pass.deltas[index + 1])) < 1e-12)
        let next = network.numbers(layer: row.layer + 1, .weight)!
        let back = pass.deltas[index + 1].map { delta in
          (0..<row.outputs).map { unit in
            delta.indices.reduce(0) { $0 + next[$1 * row.outputs + unit] * delta[$1] }
          }
        }
        #expect(relativeError(row.weightGain!, rms(back) / rms(pass.deltas[index + 1])) < 1e-12)
        #expect(relativeError(row.slopeGain!, rms(deltas) / rms(back)) < 1e-12)
      }
    }
  }

  /// A small spread next to a large mean keeps its digits.
  @Test func spreadOfNearlyEqualActivations() throws {
    let network = try Fixture.chain(
      1, "identity", width: 3, Fixture.options(Fixture.initializer("normal", 0, 1e-9), bias: .named("constant", [1])!))
    let data = Fixture.regression(50, 3, 3)
    let row = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)[0]
    let outputs = network.predict(data, pool: Fixture.single).flatMap { $0.map { $0 - 1 } }
    let spread = mean(outputs.map { ($0 - mean(outputs)) * ($0 - mean(outputs)) }).squareRoot()
    #expect(relativeError(row.actStd, spread) < 1e-6)
  }

  /// The measuring pass does not change the network, and it respects the limit.
  @Test func measuringLeavesTheNetworkAlone() throws {
    let network = try Fixture.chain(
      3, "tanh", width: 4, Fixture.options(Fixture.initializer("xavier_normal"), norm: .batch))
    let data = Fixture.regression(30, 4, 4)
    let before = network.allParameters
    let statistics = network.runningStatistics.map(\.mean)
    let all = try network.flow(data, loss: Fixture.mse, limit: 12, pool: Fixture.single)
    #expect(network.allParameters == before)
    #expect(network.runningStatistics.map(\.mean) == statistics)
    let part = DataSet(
      name: "part", inputs: data.inputLists.prefix(12).flatMap { $0 }, inputWidth: 4,
      targets: data.targetLists.prefix(12).flatMap { $0 }, outputWidth: 4)
    let same = try network.flow(part, loss: Fixture.mse, pool: Fixture.single)
    #expect(all.map(\.deltaRMS) == same.map(\.deltaRMS))
    #expect(throws: NetworkError.self) {
      try network.flow(data, loss: Fixture.mse, limit: 0, pool: Fixture.single)
    }
  }

  /// Orthogonal matrices preserve lengths, so a linear network of any depth has factor 1.
  @Test(arguments: [2, 10, 50, 200])
  func orthogonalLinearNets(_ depth: Int) throws {
    let network = try Fixture.chain(depth, "identity", width: 24, Fixture.options(Fixture.initializer("orthogonal")))
    let rows = try network.flow(Fixture.regression(20, 24, 24), loss: Fixture.mse, pool: Fixture.pool)
    #expect(rows.dropLast().allSatisfy { abs($0.factor! - 1) < 1e-9 })
  }

  /// Tests a chain of one-neuron sigmoid layers with all parameters N(0, 1) over many seeds.
  @Test func chainsOfOneNeuron() throws {
    let options = Fixture.options(bias: Fixture.initializer("normal", 0, 1))
    let data = Fixture.regression(1, 1, 1)
    var logarithms = 0.0
    let seeds = 600
    for seed in 0..<seeds {
      let network = try Fixture.chain(41, "sigmoid", seed: UInt64(seed), options)
      let gradients = try network.pass(data, loss: Fixture.mse, pool: Fixture.single).gradients
      logarithms += Glibc.log(abs(gradients[1][0] / gradients[81][0]))
    }
    let average = Glibc.exp(logarithms / Double(40 * seeds))
    #expect(relativeError(average, ChainReference.file.sigmoid_chain_mean) < 0.03)
    let ratios = try (0..<3000).map { seed in
      let network = try Fixture.chain(8, "sigmoid", seed: UInt64(seed), options)
      let gradients = try network.pass(data, loss: Fixture.mse, pool: Fixture.single).gradients
      return Glibc.log10(abs(gradients[1][0] / gradients[15][0]))
    }
    #expect(abs(median(ratios) - Glibc.log10(1.2e-7)) < 0.15)
  }

  private func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }

  private func rms(_ rows: [[Double]]) -> Double {
    (rows.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } } / Double(rows.count * rows[0].count)).squareRoot()
  }

  /// Networks with other seeds are measured as if alone, with any number of threads.
  @Test(arguments: [Precision.f32, .f64], ["xavier_normal", "lsuv"])
  func manySeeds(_ precision: Precision, _ weights: String) throws {
    let options = Fixture.options(Fixture.initializer(weights), norm: .layer, precision: precision)
    let architecture = try Architecture.mlp([5, 8, 6, 3], Fixture.activation("tanh"), options)
    let data = Fixture.regression(20, 5, 3)
    let seeds = [3, 1, 4, 1, 5, 9].map { NetworkSeed($0) }
    let alone = try seeds.map {
      try Network(architecture, seed: $0).flow(data, loss: Fixture.mse, limit: 12, pool: Fixture.single)
    }
    let network = Network(architecture, seed: NetworkSeed(0))
    network.assign(layer: 1, .bias, [Double](repeating: 7, count: 8))
    for threads in 1...3 {
      let done = Guarded<[Int]>([])
      let flows = try network.flows(
        of: seeds, data, loss: Fixture.mse, limit: 12, pool: ThreadPool(threads: threads),
        progress: { count in done.withLock { $0.append(count) } })
      #expect(flows.count == seeds.count && flows[1][0].gradNorm == flows[3][0].gradNorm)
      for (own, other) in zip(flows.joined(), alone.joined()) {
        #expect(own.gradNorm == other.gradNorm && own.factor == other.factor && own.actStd == other.actStd)
        #expect(own.weightNorm == other.weightNorm && own.log10Total == other.log10Total)
      }
      #expect(done.withLock { $0 } == [1, 2, 3, 4, 5, 6])
    }
    #expect(network.numbers(layer: 1, .bias)![0] == 7)
    #expect(try stopped { try network.flows(of: seeds, data, loss: Fixture.mse, pool: Fixture.pool) }.isEmpty)
  }

  /// The rows contain the predictions that the caller provides, once the data are known to fit.
  @Test func predictions() throws {
    let network = try Fixture.mlp([5, 8, 3], "tanh")
    let data = Fixture.regression(20, 5, 3)
    let own = [
      LayerPrediction(factor: 0.5, limit: 0.25, band: (0.125, 2)), LayerPrediction(factor: nil, limit: nil, band: nil),
    ]
    var calls = 0
    func flow(_ data: DataSet, _ result: [LayerPrediction]) throws -> [LayerFlow] {
      try network.flow(
        data, loss: Fixture.mse, limit: 20, thresholds: Fixture.thresholds, isTraining: true,
        predictions: {
          calls += 1
          return result
        }, pool: Fixture.single)
    }
    let rows = try flow(data, own)
    #expect(rows.map(\.theory) == [0.5, nil] && rows.map(\.theoryLimit) == [0.25, nil])
    #expect(rows.map(\.theoryLow) == [0.125, nil] && rows.map(\.theoryHigh) == [2, nil])
    #expect(try flow(data, []).allSatisfy { $0.theory == nil && $0.theoryLow == nil })
    #expect(throws: NetworkError.self) { try flow(Fixture.regression(20, 4, 3), own) }
    #expect(calls == 2)
    let flows = try network.flows(
      of: [NetworkSeed(1), NetworkSeed(2)], data, loss: Fixture.mse, limit: 20, thresholds: Fixture.thresholds,
      isTraining: true,
      predictions: {
        calls += 1
        return own
      }, pool: Fixture.pool)
    #expect(calls == 3 && flows.allSatisfy { $0.map(\.theory) == [0.5, nil] })
  }

  /// The outputs of a layer without an activation are those of its normalisation.
  @Test func outputsOfANormalisation() throws {
    let dense = Fixture.dense(40, "identity", bias: Fixture.initializer("constant", 3))
    for norm: any Layer in [LayerNorm(), BatchNorm()] {
      let network = try Fixture.sequence(20, [dense, norm, Fixture.dense(3)])
      let rows = try network.flow(Fixture.regression(50, 20, 3), loss: Fixture.mse, pool: Fixture.pool)
      #expect(abs(rows[0].actMean) < 1e-12 && abs(rows[0].actStd - 1) < 1e-4)
    }
  }
}
