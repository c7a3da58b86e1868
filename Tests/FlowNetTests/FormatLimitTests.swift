// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Tests the limits of the number formats, where gradients underflow.
@Suite struct FormatLimitTests {
  static let limits = Dictionary(uniqueKeysWithValues: ChainReference.file.formats.map { ($0.format, $0) })

  /// Returns the first k for which 0.25^k is 0 when computed by repeated multiplication.
  private func quarterPowerZero<E: BinaryFloatingPoint>(_ type: E.Type) -> Int {
    var power: E = 1
    var k = 0
    while power != 0 {
      power *= 0.25
      k += 1
    }
    return k
  }

  @Test func powersOfAQuarter() {
    #expect(quarterPowerZero(Float16.self) == 13)
    #expect(quarterPowerZero(Float.self) == 75)
    #expect(quarterPowerZero(Double.self) == 538)
    for (format, own) in [
      ("f16", quarterPowerZero(Float16.self)), ("f32", quarterPowerZero(Float.self)),
      ("f64", quarterPowerZero(Double.self)),
    ] { #expect(Self.limits[format]?.quarter_power_zero == own) }
  }

  /// A network reaches the same limit: with slope 1 and weights 0.25, the gradient of layer 1 is 0.25^(depth - 1).
  @Test(arguments: [Precision.f32, .f64])
  func gradientsOfAQuarter(_ precision: Precision) throws {
    let first = Self.limits[precision.rawValue]!.quarter_power_zero
    for (depth, state) in [(first, FlowState.vanishing), (first + 1, .underflow)] {
      let network = try Fixture.chain(
        depth, "identity", Fixture.options(Fixture.initializer("constant", 0.25), precision: precision))
      // With mae and one output, the gradient of the output is 1.
      let rows = try network.flow(
        Fixture.regression(1, 1, 1), loss: .named("mae")!, pool: Fixture.single)
      #expect(rows[0].state == state)
      let trained = try network.train(
        Fixture.regression(1, 1, 1), TrainingOptions(loss: .named("mae")!, steps: 1), observer: NoObserver(),
        pool: Fixture.single)
      #expect(trained.flow[0].state == state)
      #expect((trained.flow[0].biasGradNorm == 0) == (state == .underflow))
    }
  }

  @Test func sigmoidRoundsToOne() {
    let single = Self.limits["f32"]!.sigmoid_one
    let double = Self.limits["f64"]!.sigmoid_one
    #expect(abs(single - 16.636) < 1e-3 && abs(double - 36.737) < 1e-3)
    func value<V: Lanes>(_ z: Double, _ type: V.Type) -> V.Scalar { V.sigmoid(V(repeating: V.Scalar(z)))[0] }
    #expect(value(single + 0.8, Float.Vector.self) == 1)
    #expect(value(single - 0.8, Float.Vector.self) < 1)
    #expect(value(double + 0.8, Double.Vector.self) == 1)
    #expect(value(double - 0.8, Double.Vector.self) < 1)
  }
}
