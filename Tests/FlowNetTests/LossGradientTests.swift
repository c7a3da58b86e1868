// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Tests the gradients of the losses for logits, including cases where a probability is rounded to 1 and its difference
/// from the target to 0.
@Suite struct LossGradientTests {
  /// Tests with and without the activation that the loss is fused with.
  @Test(arguments: SlopeReference.lossGradients, [false, true])
  func areAccurate(_ reference: SlopeReference, isFused: Bool) throws {
    let width = reference.rows[0].count / 3
    let output = isFused ? reference.heading == "bce" ? "sigmoid" : "softmax" : "identity"
    let network = try Fixture.sequence(
      width,
      [
        Dense(
          width, Fixture.activation(output), weights: Fixture.initializer("zeros"), bias: Fixture.initializer("zeros"))
      ])
    network.assign(layer: 1, .weight, (0..<width * width).map { $0 % (width + 1) == 0 ? 1 : 0 })
    for row in reference.rows {
      let (z, t, exact) = (row[..<width], row[width..<2 * width], row[(2 * width)...])
      let data = DataSet(name: "z", inputs: Array(z), inputWidth: width, targets: Array(t), outputWidth: width)
      let pass = try network.pass(data, loss: .named(reference.heading)!, pool: Fixture.single)
      for (own, exact) in zip(pass.deltas[0][0], exact) where abs(exact) >= Double.leastNormalMagnitude {
        // If target and probability are close, only the digits of the logits remain.
        let condition = max(1, zip(z, t).map { abs($0.1) }.max()! / abs(exact))
        let tolerance = t.allSatisfy { $0 == 0 || $0 == 1 } ? 1e-14 : 1e-15 * condition
        #expect(relativeError(own, exact) <= max(tolerance, 1e-14), "\(reference) of \(z), \(t)")
      }
    }
  }

  /// Compares with finite differences too, in deeply saturated networks.
  @Test func finiteDifferences() throws {
    let network = try Fixture.chain(
      3, "sigmoid", Fixture.options(Fixture.initializer("constant", 1), bias: Fixture.initializer("constant", 38)))
    let data = DataSet(name: "one", inputs: [0], inputWidth: 1, targets: [1], outputWidth: 1)
    let errors = try network.gradientErrors(data, loss: .named("bce")!, pool: Fixture.single)
    #expect(errors.count == 6)
    #expect(errors.last!.maxError! < 1e-6)
  }
}
