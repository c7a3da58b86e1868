// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Slopes are accurate wherever they are normal numbers, including where y is rounded to its limit and near zeros of
/// the slope.
@Suite struct ActivationSlopeTests {
  @Test func everySmoothActivationHasAReference() {
    let piecewiseLinear = ["identity", "relu", "leaky_relu", "hardtanh", "relu6"]
    let names = Set(SlopeReference.slopes.map(\.activation.name))
    #expect(names.union(piecewiseLinear) == Set(Fixture.activations))
    #expect(SlopeReference.slopes.allSatisfy { $0.rows.count > 400 })
  }

  /// Tests the slopes used by tables, theory and windows.
  @Test(arguments: SlopeReference.slopes)
  func functions(_ reference: SlopeReference) {
    let activation = reference.activation
    var worst = (error: 0.0, z: 0.0)
    for row in reference.rows {
      let error = relativeError(activation.slope(row[0]), row[1])
      if !(error <= worst.error) { worst = (error, row[0]) }
    }
    #expect(worst.error <= 1e-13, "\(reference) is off by \(worst)")
  }

  /// Tests the slopes used by measuring passes, in networks with one sample and with several.
  @Test(arguments: SlopeReference.slopes, [1, 2])
  func measuringPasses(_ reference: SlopeReference, samples: Int) throws {
    let worst = try worstError(reference, samples, .f64) { _ in true }
    #expect(worst.error <= 1e-13, "\(reference) is off by \(worst)")
  }

  /// Near a zero of the slope, the result in f32 depends on the rounding of z, so only values of z that f32 can
  /// represent are tested.
  @Test(arguments: SlopeReference.slopes, [1, 2])
  func measuringPassesInSinglePrecision(_ reference: SlopeReference, samples: Int) throws {
    let smallest = 2 * Double(Float.leastNormalMagnitude)
    let worst = try worstError(reference, samples, .f32) { Double(Float($0[0])) == $0[0] && abs($0[1]) >= smallest }
    #expect(worst.error <= 4e-6, "\(reference) is off by \(worst)")
  }

  /// With z = x, and mae with slope 1 above the target, δ of a sample is φ'(x).
  private func worstError(
    _ reference: SlopeReference, _ samples: Int, _ precision: Precision, _ isUsed: ([Double]) -> Bool
  ) throws -> (error: Double, z: Double) {
    let one = Dense(
      1, weights: Fixture.initializer("constant", 1), bias: Fixture.initializer("zeros"))
    let network = try Fixture.sequence(1, [one, ActivationLayer(reference.activation)], precision: precision)
    var worst = (error: 0.0, z: 0.0)
    for row in reference.rows where isUsed(row) {
      let data = DataSet(
        name: "z", inputs: [Double](repeating: row[0], count: samples), inputWidth: 1,
        targets: [Double](repeating: -1e9, count: samples), outputWidth: 1)
      let pass = try network.pass(data, loss: .named("mae")!, pool: Fixture.single)
      let error = relativeError(pass.deltas[0][samples - 1][0], row[1])
      if !(error <= worst.error) { worst = (error, row[0]) }
    }
    return worst
  }

  /// The gradient through softmax is just as accurate, even if one probability is rounded to 1: with slopes ±1/2 for
  /// two outputs, it is ±p₁p₂.
  @Test func softmax() throws {
    let network = try Fixture.sequence(
      2,
      [
        Dense(2, weights: Fixture.initializer("zeros"), bias: Fixture.initializer("zeros")),
        ActivationLayer(.named("softmax")!),
      ])
    network.assign(layer: 1, .weight, [1, 0, 0, 1])
    for (z, exact) in [(40.0, 4.248354255291589e-18), (-40, 4.248354255291589e-18), (37, 8.533047625744065e-17)] {
      let data = DataSet(name: "z", inputs: [z, 0], inputWidth: 2, targets: [-9, 9], outputWidth: 2)
      // The slopes of mae are 1/2 and -1/2.
      let deltas = try network.pass(data, loss: .named("mae")!, pool: Fixture.single).deltas[0][0]
      #expect(relativeError(deltas[0], exact) < 1e-14 && relativeError(deltas[1], -exact) < 1e-14)
    }
  }
}
