// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Glibc
import NetworkFixtures
import Testing

@testable import FlowNet

/// Tests the slopes of activations and losses as wide numbers.
@Suite struct WideSlopeTests {
  /// Compares slopes that are not normal numbers of f64 with mpmath.
  @Test(arguments: SlopeReference.tails)
  func tailsOfSlopes(_ reference: SlopeReference) {
    let activation = reference.activation
    for row in reference.rows {
      let slope = activation.wideSlope(row[0])
      #expect(relativeError(slope.log10 ?? .nan, row[1]) < 1e-14, "\(reference) at \(row[0])")
      #expect(!activation.isFlat(row[0], slope: activation.slope(row[0])))
    }
  }

  /// If f64 can represent a slope, the wide slope is the same. Only flat pieces have a slope of 0, and NaN never has.
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

  /// A parameter of 0 results in a flat piece, a subnormal one does not.
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

  /// The wide gradients of losses equal those of the loops where f64 can represent them.
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

  /// If logits are so far apart that a probability is below the range of f64, the derivative is still known.
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
