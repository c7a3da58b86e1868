// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Glibc
import Testing

@testable import FlowNet

/// Numbers with an exponent of their own, and the slopes, losses and sums that are made of them.
@Suite struct WideNumberTests {
  /// Where f64 can say the result, it is the same.
  @Test func arithmeticOfOrdinaryNumbers() {
    var stream = RandomStream(seed: 1, purpose: .data)
    for _ in 0..<2000 {
      let (x, y) = (stream.normal(), exp(20 * stream.normal()) * stream.normal())
      let (a, b) = (WideNumber(x), WideNumber(y))
      #expect(a.plain == x && (a * b).plain == x * y && (a / b).plain == x / y)
      #expect((a + b).plain == x + y && (a - b).plain == x - y)
      #expect(a.magnitude.squareRoot().plain == abs(x).squareRoot())
      #expect(b.magnitude.isLarger(than: a.magnitude) == (abs(y) > abs(x)))
    }
  }

  @Test func numbersOutOfRange() {
    let small = WideNumber(1e-300)
    let power = (0..<9).reduce(small) { power, _ in power * small }
    #expect(power.plain == 0 && !power.isZero && abs(power.log10! + 3000) < 1e-9)
    #expect((WideNumber(1) / power).plain == .infinity && (WideNumber(1) / power).number == nil)
    #expect(relativeError((power * WideNumber(3) / power).plain, 3) < 1e-15)
    #expect(abs(power.squareRoot().log10! + 1500) < 1e-9)
    #expect((power + WideNumber(1)).plain == 1 && (power - power).isZero)
    #expect(WideNumber.zero.log10 == -.infinity && WideNumber.tiny.log10 == nil && !WideNumber.tiny.isZero)
    #expect((WideNumber.tiny * WideNumber(1e300)).plain == 0 && (WideNumber.tiny + WideNumber.tiny).plain == 0)
    #expect([power, power].norm.log10! - power.log10! - log10(2) / 2 < 1e-9)
    #expect([WideNumber(.nan), WideNumber(1)].norm.plain.isNaN && [WideNumber](repeating: .zero, count: 3).norm.isZero)
    // The square of this number is smaller than any of known size.
    let least = WideNumber.exp(-2e15)
    #expect(relativeError([least].norm.log10!, -2e15 / log(10)) < 1e-14 && (least * least).log10 == nil)
    // Nothing is known of numbers below, so there is no ratio of two of them.
    #expect(WideNumber.exp(-1e300) == .tiny && (WideNumber.exp(-1e300) / .tiny).number == nil)
  }

  @Test(arguments: [
    Double.leastNonzeroMagnitude, 1e-300 * 1e-10, .leastNormalMagnitude, 1e-300, 1, .greatestFiniteMagnitude,
  ])
  func everySizeOfDouble(_ x: Double) {
    #expect(WideNumber(x).plain == x && WideNumber(-x).plain == -x)
    for step in [-60, -3, 0, 3, 60] {
      #expect(WideNumber(x, timesTwoTo: Double(step)).plain == x * Glibc.exp2(Double(step)))
    }
  }

  @Test func exponentials() {
    for x in [0, 1, -1, 0.3, 40, -40, 700, -700] {
      #expect(relativeError(WideNumber.exp(x).plain, Glibc.exp(x)) < 4e-16)
    }
    for x in [-800, -1e3, 1e3, -12345.678, 1e5, -1e9, -1e15] {
      #expect(relativeError(WideNumber.exp(x).log10!, x * 0.43429448190325182765) < 1e-15)
    }
    #expect(WideNumber.exp(-.infinity) == .tiny && WideNumber.exp(.nan).plain.isNaN)
  }

  /// Against mpmath, where the slope is no normal number of f64.
  @Test(arguments: SlopeReference.tails)
  func tailsOfSlopes(_ reference: SlopeReference) {
    let activation = reference.activation
    for row in reference.rows {
      let slope = activation.wideSlope(row[0])
      #expect(relativeError(slope.log10 ?? .nan, row[1]) < 1e-14, "\(reference) at \(row[0])")
      #expect(!activation.isFlat(row[0], slope: activation.slope(row[0])))
    }
  }

  /// Where f64 has a slope it is that one; only flat pieces have a slope of 0, and NaN never has.
  @Test(arguments: Fixture.activations)
  func slopesOfOrdinarySize(_ name: String) {
    let activation = Fixture.activation(name)
    for z in [-30, -7, -1.5, -1, -0.25, 0, 0.25, 1, 1.5, 6, 7, 30] {
      let slope = activation.slope(z)
      #expect(activation.wideSlope(z).plain == slope && activation.isFlat(z, slope: slope) == (slope == 0))
    }
    #expect(activation.wideSlope(.nan).plain.isNaN || name == "identity")
    #expect(!activation.isFlat(.nan, slope: activation.slope(.nan)))
    let isPiecewiseLinear = ["identity", "relu", "leaky_relu", "hardtanh", "relu6"].contains(name)
    for z in [-Double.infinity, -1.7e308, -1e150, -1e20, 1e150, 1.7e308, .infinity]
    where !isPiecewiseLinear && name != "sin" {
      #expect(!activation.isFlat(z, slope: activation.slope(z)), "\(name)(\(z))")
      #expect(activation.wideSlope(z).isFinite || z.isInfinite)
    }
  }

  /// A parameter of 0 makes a flat piece, and one that is not a normal number does not.
  @Test(arguments: ["leaky_relu", "elu"])
  func parameters(_ name: String) {
    let recipe = Activation.catalogue.first { $0.name == name }!
    #expect(recipe.make([0]).isFlat(-1, slope: recipe.make([0]).slope(-1)))
    #expect(!recipe.make([0]).isFlat(.nan, slope: recipe.make([0]).slope(.nan)))
    let small = recipe.make([1e-300 * 1e-10])
    #expect(!small.isFlat(-1e3, slope: small.slope(-1e3)))
    #expect(!small.wideSlope(-1e3).isZero)
    // In f32 the parameter itself is rounded to 0.
    #expect(!small.isFlat(-1, slope: 0))
  }

  /// The wide gradients of losses are those of the loops where these have them.
  @Test(arguments: Loss.catalogue.map(\.name))
  func slopesOfLosses(_ name: String) {
    let loss = Loss.named(name)!
    var stream = RandomStream(seed: 3, purpose: .data)
    let (rows, columns) = (5, 3)
    let buffers = (0..<3).map { _ in Buffer<Double>(rows: rows, columns: columns) }
    defer { withExtendedLifetime(buffers) {} }
    let matrices = buffers.map { Matrix($0.pointer, rows: rows, columns: columns) }
    for row in 0..<rows {
      let label = stream.below(columns)
      for column in 0..<columns {
        matrices[0][row, column] = 3 * stream.normal()
        matrices[1][row, column] = loss.entry.targets == .numbers ? stream.normal() : column == label ? 1 : 0
      }
    }
    _ = loss.entry.f64.evaluate(matrices[0], matrices[1], matrices[2], loss.arguments, true)
    for row in 0..<rows {
      let own = loss.entry.slopes(
        (0..<columns).map { matrices[0][row, $0] }, (0..<columns).map { matrices[1][row, $0] }, rows, loss.arguments)
      for column in 0..<columns {
        #expect(relativeError(own[column].plain, matrices[2][row, column]) < 1e-14)
      }
    }
  }

  /// With logits so far apart a probability is below the range of f64; the derivative is known all the same.
  @Test func slopesOfLossesOutOfRange() {
    let bce = Loss.named("bce")!.entry.slopes([-800, 800, 800], [0, 1, 0], 1, [0])
    let each = -800 * 0.43429448190325182765
    #expect(abs(bce[0].log10! - each + log10(3)) < 1e-9 && abs(bce[1].log10! - each + log10(3)) < 1e-9)
    #expect(relativeError(bce[2].plain, 1.0 / 3) < 1e-15 && bce[1].mantissa < 0)
    let entropy = Loss.named("cross_entropy")!.entry.slopes([0, 900, -100], [0, 1, 0], 2, [])
    #expect(abs(entropy[0].log10! + 900 * 0.43429448190325182765 + log10(2)) < 1e-9)
    #expect(abs(entropy[2].log10! + 1000 * 0.43429448190325182765 + log10(2)) < 1e-9)
    let squares = Loss.named("mse")!.entry.slopes([1e308, .leastNonzeroMagnitude], [-1e308, 0], 1, [])
    #expect(abs(squares[0].log10! - 308 - log10(2)) < 1e-12 && !squares[1].isZero)
  }
}
