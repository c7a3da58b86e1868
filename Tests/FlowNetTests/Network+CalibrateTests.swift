// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Tests layer-sequential unit variance: every z has variance 1 on the first data that the network processes.
@Suite struct NetworkCalibrateTests {
  private let lsuv = Fixture.initializer("lsuv")

  /// Returns the variance of each layer's z over the data, computed independently of the network.
  private func variances(_ network: Network, _ data: DataSet) -> [Double] {
    var y = data.inputLists
    return (1...network.depth).map { layer in
      let info = network.layer(layer)
      let weights = network.numbers(layer: layer, .weight)!
      let bias = network.numbers(layer: layer, .bias)!
      let z = y.map { sample in
        (0..<info.outputs).map { unit in
          (0..<info.inputs).reduce(bias[unit]) { $0 + weights[unit * info.inputs + $1] * sample[$1] }
        }
      }
      y = z.map { $0.map(info.activation.value) }
      let all = z.flatMap { $0 }
      let mean = all.reduce(0, +) / Double(all.count)
      return all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)
    }
  }

  @Test(arguments: ["relu", "tanh", "sigmoid", "selu"], [Precision.f32, .f64])
  func unitVariance(_ name: String, _ precision: Precision) throws {
    let network = try Fixture.mlp(
      [10, 40, 20, 30, 5], name, Fixture.options(lsuv, bias: .named("normal", [0.3, 0.5])!, precision: precision))
    let data = Fixture.regression(200, 10, 5)
    _ = try network.flow(data, loss: Fixture.mse, pool: Fixture.pool)
    // The biases add a variance of their own to that of W·x. The variance of all of z must be 1.
    for variance in variances(network, data) {
      #expect(abs(variance - 1) < (precision == .f64 ? 1e-9 : 1e-5))
    }
  }

  /// Only the first data set that is used determines the scale.
  @Test func onlyOnce() throws {
    let network = try Fixture.mlp([10, 20, 5], "tanh", Fixture.options(lsuv))
    let data = Fixture.regression(100, 10, 5, seed: 1)
    let fresh = network.allParameters
    _ = try network.flow(data, loss: Fixture.mse, pool: Fixture.pool)
    let calibrated = network.allParameters
    #expect(calibrated != fresh)
    _ = try network.flow(Fixture.regression(100, 10, 5, seed: 2, scale: 10), loss: Fixture.mse, pool: Fixture.pool)
    #expect(network.allParameters == calibrated)
    // Drift is measured from the calibrated weights.
    let run = try network.train(
      data, TrainingOptions(optimizer: .named("sgd", [0, 0, 0])!, steps: 1), observer: NoObserver(),
      pool: Fixture.pool)
    #expect(run.flow.allSatisfy { $0.drift == 0 })
  }

  /// Assigned weights stay, and the other layers are still scaled.
  @Test func assignedWeightsStay() throws {
    let network = try Fixture.mlp([4, 3, 3], "tanh", Fixture.options(lsuv))
    let own = [Double](repeating: 0.1, count: 12)
    network.assign(layer: 1, .weight, own)
    network.assign(layer: 2, .bias, [0.1, 0.2, 0.3])
    let before = network.numbers(layer: 2, .weight)!
    let data = Fixture.regression(100, 4, 3)
    _ = try network.flow(data, loss: Fixture.mse, pool: Fixture.pool)
    #expect(network.numbers(layer: 1, .weight)! == own)
    #expect(network.numbers(layer: 2, .weight)! != before)
    #expect(abs(variances(network, data)[1] - 1) < 1e-9)
  }

  /// Calibration uses samples of all classes of a sorted data set of any size.
  @Test func samplesAreSpread() throws {
    let network = try Fixture.mlp([1, 4, 2], "tanh", Fixture.options(lsuv))
    let inputs = (0..<4096).map { Double($0) / 1000 }
    let data = DataSet(
      name: "sorted", inputs: inputs, inputWidth: 1, targets: inputs + inputs, outputWidth: 2)
    let options = TrainingOptions(optimizer: .named("sgd", [0, 0, 0])!, steps: 1, batch: 8)
    _ = try network.train(data, options, observer: NoObserver(), pool: Fixture.pool)
    #expect(abs(variances(network, data)[0] - 1) < 1e-3)
  }

  /// A copy made before the calibration is calibrated separately.
  @Test func copies() throws {
    let network = try Fixture.mlp([10, 20, 5], "tanh", Fixture.options(lsuv))
    let copy = network.copy()
    let data = Fixture.regression(100, 10, 5)
    _ = try network.flow(data, loss: Fixture.mse, pool: Fixture.pool)
    #expect(copy.allParameters != network.allParameters)
    _ = try copy.flow(data, loss: Fixture.mse, pool: Fixture.pool)
    #expect(copy.allParameters == network.allParameters)
  }

  /// Calibration works inside blocks, after a normalisation, and for some of the layers only.
  @Test func withinBlocks() throws {
    let network = try Fixture.sequence(
      6,
      [
        Fixture.dense(8, "tanh"), Fixture.residual(Fixture.dense(8, "tanh", lsuv), BatchNorm()),
        Fixture.dense(8, "relu", lsuv),
      ])
    let first = network.numbers(layer: 1, .weight)!
    let data = Fixture.regression(100, 6, 8)
    let rows = try network.flow(data, loss: Fixture.mse, pool: Fixture.pool)
    #expect(network.numbers(layer: 1, .weight)! == first)
    #expect(rows.count == 3)
    let second = network.allParameters
    #expect(abs(norm(second[2]) - 8.0.squareRoot()) > 1e-3)
  }

  /// Constant inputs have no variance. The weights must stay finite.
  @Test func withoutVariance() throws {
    let network = try Fixture.mlp([2, 3, 1], "tanh", Fixture.options(lsuv))
    let data = DataSet(name: "same", inputs: [1, 1], inputWidth: 2, targets: [0], outputWidth: 1)
    _ = try network.flow(data, loss: Fixture.mse, pool: Fixture.pool)
    #expect(network.allParameters.allSatisfy { $0.allSatisfy { $0.isFinite } })
  }
}
