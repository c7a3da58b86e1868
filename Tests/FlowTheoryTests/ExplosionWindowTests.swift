// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import FlowTheory
import Glibc
import NetworkFixtures
import Testing

/// Tests the inputs for which one neuron enlarges a gradient.
@Suite struct ExplosionWindowTests {
  static let file = TheoryReference.file

  @Test(arguments: file.windows)
  func ends(_ reference: TheoryReference.Window) {
    let window = ExplosionWindow(
      .of(reference.activation, reference.arguments), weight: reference.w, bias: reference.b)
    guard let low = reference.low?.value, let high = reference.high?.value else {
      #expect(window.low.isNaN && window.high.isNaN && window.width == 0)
      return
    }
    expectClose(window.low, low)
    expectClose(window.high, high)
    expectClose(window.width, reference.width.value)
  }

  @Test func widthsOfTheSigmoid() {
    for reference in Self.file.window_widths + [Self.file.window_maximum] {
      let window = ExplosionWindow(Fixture.activation("sigmoid"), weight: reference.w)
      #expect(relativeError(window.width, reference.width) < 1e-12)
    }
    #expect(abs(ExplosionWindow(Fixture.activation("sigmoid"), weight: 100).width - 0.09170) < 1e-5)
    // No other weight has a wider window.
    let widest = stride(from: 4.0, through: 100, by: 0.01)
      .map { ExplosionWindow(Fixture.activation("sigmoid"), weight: $0).width }.max()!
    #expect(widest <= Self.file.window_maximum.width)
    #expect(widest > Self.file.window_maximum.width - 1e-6)
  }

  @Test func noWindow() {
    for weight in [0, 3.99, -4, 4, Double.nan] {
      let window = ExplosionWindow(Fixture.activation("sigmoid"), weight: weight)
      #expect(window.width == 0, "\(weight)")
      // At w = 4 the window is the single point 0.
      #expect(window.share(of: [0, 1]) == (abs(weight) == 4 ? 0.5 : 0))
    }
  }

  @Test func shareOfValues() {
    let window = ExplosionWindow(Fixture.activation("relu"), weight: 2)
    #expect(window.share(of: [-1, 0.5, 1, 2]) == 0.75)
    #expect(window.share(of: [Double]()).isNaN)
  }

  /// Every input counts, not only those in the interval around the steepest place.
  @Test func sharesOfWavesAndOfTwoIntervals() {
    let sin = ExplosionWindow(Fixture.activation("sin"), weight: 20)
    #expect(sin.share(of: [0, 1, .pi / 2 / 20, .pi / 20]) == 0.75)
    // P(|cos(20x)| ≥ 1/20) is 1 − 2 arcsin(1/20)/π if the wave is fast.
    #expect(abs(sin.normalShare - 0.968155) < 1e-5)
    let fast = ExplosionWindow(Fixture.activation("sin"), weight: 1e5)
    #expect(abs(fast.width - Double.pi / 1e5) < 1e-9)
    #expect(abs(fast.normalShare - 1) < 1e-4)
    // gelu'(z) ≥ 1/20 or ≤ −1/20, computed by quadrature of the indicator function in another program.
    #expect(abs(ExplosionWindow(Fixture.activation("gelu"), weight: 20).normalShare - 0.54201) < 1e-5)
    #expect(ExplosionWindow(Fixture.activation("relu"), weight: 1).normalShare == 0.5)
    #expect(ExplosionWindow(Fixture.activation("relu"), weight: 0.5).normalShare == 0)
  }

  @Test func extremes() {
    // At the threshold itself, the window is one point.
    let tanh = ExplosionWindow(Fixture.activation("tanh"), weight: 1)
    #expect(tanh.width == 0 && tanh.low == 0 && tanh.normalShare == 0)
    let huge = ExplosionWindow(Fixture.activation("sigmoid"), weight: 1e308)
    #expect(relativeError(huge.width, 2e-308 * log(1e308)) < 1e-12)
    #expect(relativeError(huge.normalShare, huge.width * 0.3989422804014327) < 1e-6)
  }

  /// Places can be steep far out, where the activation itself is rounded to its limit: sech² z ≥ 1/|w| up to
  /// z = arcosh √|w|.
  @Test(arguments: [1e3, 1e16, 1e40, 1e300])
  func farOut(_ weight: Double) {
    let window = ExplosionWindow(Fixture.activation("tanh"), weight: weight)
    let end = acosh(weight.squareRoot()) / weight
    #expect(relativeError(window.high, end) < 1e-9 && relativeError(window.low, -end) < 1e-9)
  }

  private func expectClose(_ a: Double, _ b: Double) {
    #expect(a == b || abs(a - b) <= 1e-9 * max(1, abs(b)), "\(a) should be \(b)")
  }
}
