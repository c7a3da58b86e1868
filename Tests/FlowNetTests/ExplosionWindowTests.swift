// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import Testing

/// Where one neuron enlarges a gradient.
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
    // No other weight has a wider one.
    let widest = stride(from: 4.0, through: 100, by: 0.01)
      .map { ExplosionWindow(Fixture.activation("sigmoid"), weight: $0).width }.max()!
    #expect(widest <= Self.file.window_maximum.width)
    #expect(widest > Self.file.window_maximum.width - 1e-6)
  }

  @Test func noWindow() {
    for weight in [0, 3.99, -4, 4, Double.nan] {
      let window = ExplosionWindow(Fixture.activation("sigmoid"), weight: weight)
      #expect(window.width == 0, "\(weight)")
      #expect(window.share(of: [0, 1]) == 0)
    }
  }

  @Test func shareOfValues() {
    let window = ExplosionWindow(Fixture.activation("relu"), weight: 2)
    #expect(window.share(of: [-1, 0.5, 1, 2]) == 0.75)
    #expect(window.share(of: [Double]()).isNaN)
  }

  private func expectClose(_ a: Double, _ b: Double) {
    #expect(a == b || abs(a - b) <= 1e-9 * max(1, abs(b)), "\(a) should be \(b)")
  }
}
