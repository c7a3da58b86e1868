// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// A unit on a flat part of a piecewise linear activation has gradient 0, even if an infinite one arrives. As in
/// PyTorch, the result is 0 and not 0·∞.
@Suite struct MaskedGradientTests {
  /// z, and whether the gradient passes. PyTorch 1.13 agrees for a gradient that is infinite or NaN.
  private static let cases: [(name: String, z: [Double], passes: [Bool])] = [
    ("relu", [-1, 0, 1], [false, false, true]),
    ("relu6", [-1, 0, 1, 6, 7], [false, false, true, false, false]),
    ("hardtanh", [-2, -1, 0, 1, 2], [false, false, true, false, false]),
    ("leaky_relu", [-1, 0, 1], [true, true, true]),
    ("identity", [-1, 0, 1], [true, true, true]),
  ]

  /// The gradient overflows in the layers after the activation, whose weights are large.
  @Test(arguments: cases.indices, [Precision.f32, .f64])
  func infiniteGradients(_ index: Int, _ precision: Precision) throws {
    let (name, z, passes) = Self.cases[index]
    let network = try Fixture.sequence(
      1, [Fixture.dense(1, name), Fixture.dense(1, "identity"), Fixture.dense(1, "identity")], precision: precision)
    let large = precision == .f32 ? 1e30 : 1e200
    for (layer, weight) in [(1, 1), (2, large), (3, large)] {
      network.assign(layer: layer, .weight, [weight])
      network.assign(layer: layer, .bias, [0])
    }
    for (z, passes) in zip(z, passes) {
      let data = DataSet(name: "z", inputs: [z, z], inputWidth: 1, targets: [-1, -1], outputWidth: 1)
      let deltas = try network.pass(data, loss: .named("mae")!, pool: Fixture.single).deltas
      #expect(deltas[0].allSatisfy { passes ? $0[0].isInfinite || $0[0].isNaN : $0[0] == 0 }, "\(name)(\(z))")
    }
  }

  /// If half of the relu units are closed, half precision loses only the gradients of the open half.
  @Test func halfPrecision() throws {
    let network = try Fixture.sequence(
      2, [Fixture.dense(2, "relu"), Fixture.dense(1, "identity"), Fixture.dense(1, "identity")])
    network.assign(layer: 1, .weight, [1, 0, 0, 1])
    network.assign(layer: 1, .bias, [0, 0])
    network.assign(layer: 2, .weight, [600, 600])
    network.assign(layer: 2, .bias, [0])
    network.assign(layer: 3, .weight, [600])
    network.assign(layer: 3, .bias, [0])
    let data = DataSet(name: "halves", inputs: [1e-3, -1], inputWidth: 2, targets: [-1], outputWidth: 1)
    let rows = try network.precisionFlow(
      data, formats: [NumberFormatTests.named("f16")], loss: .named("mae")!, pool: Fixture.single)
    #expect(rows[0].nonfinite == 0.5)
  }

  /// NaN does not close a unit: the output is NaN, the gradient passes, as in PyTorch, and no layer is reported as
  /// dead.
  @Test(arguments: Fixture.activations, [Precision.f32, .f64])
  func notANumber(_ name: String, _ precision: Precision) throws {
    let activation = Fixture.activation(name)
    #expect(activation.value(.nan).isNaN && (name == "identity" || activation.slope(.nan).isNaN))
    for (loss, samples) in [("mse", 1), ("mse", 3), ("huber", 3), ("mae", 3)] {
      let network = try Fixture.chain(2, name, Fixture.options(precision: precision))
      network.assign(layer: 1, .weight, [.nan])
      let data = Fixture.regression(samples, 1, 1)
      let loss = Loss.named(loss)!
      let pass = try network.pass(data, loss: loss, pool: Fixture.single)
      #expect(pass.loss.isNaN && pass.outputs.allSatisfy { $0[0].isNaN })
      #expect(pass.deltas.allSatisfy { $0.allSatisfy { $0[0] != 0 } })
      let flow = try network.flow(data, loss: loss, pool: Fixture.single)
      #expect(flow.allSatisfy { $0.state == .nan && $0.dead == 0 })
      let formats = try network.precisionFlow(
        data, formats: ["f16", "f32", "f64"].map(NumberFormatTests.named), loss: loss, pool: Fixture.single)
      #expect(formats.allSatisfy { $0.state == .nan && $0.zero == 0 }, "\(name) \(loss.name)")
      let window = try network.windows(data, pool: Fixture.single)[0]
      #expect(window.share.isNaN)
    }
  }

  /// A layer whose signal overflows is reported as `nan`, even if the activation makes the signal finite again.
  @Test(arguments: ["tanh", "sigmoid", "hardtanh", "relu6", "softsign"])
  func infiniteSignals(_ name: String) throws {
    let network = try Fixture.chain(2, name)
    network.assign(layer: 1, .weight, [1e308])
    let data = DataSet(name: "large", inputs: [1e10], inputWidth: 1, targets: [0], outputWidth: 1)
    let rows = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
    #expect(rows[0].state == .nan)
  }
}
