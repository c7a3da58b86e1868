// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import NetworkFixtures
import Testing

@testable import FlowNet

/// Tests `Pass.truncation` on seven time steps.
@Suite struct TruncationTests {
  private let units = 2
  private let features = 2
  private let steps = 7
  private let data = Fixture.regression(3, 14, 14)

  private func recurrent() throws -> Network {
    let layer = RecurrentLayer(
      units: units, steps: steps, activation: Fixture.activation("tanh"), weights: Fixture.initializer("xavier_normal"),
      returnsAll: true)
    return try Fixture.sequence(14, [layer])
  }

  private func scan() throws -> Network { try Fixture.sequence(14, [Fixture.dense(14), BatchScanLayer(steps: steps)]) }

  /// Runs a pass and returns its plan and the gradients of the parameters.
  private func pass(_ network: Network, _ truncation: Int?) -> (plan: Plan<Double>, gradients: [[Double]]) {
    let engine = network.compiled(Double.self)
    let plan = engine.plan(.measuring(data.samples), Fixture.mse)
    var pass = Pass.measuring(Fixture.single)
    pass.truncation = truncation
    plan.load(data, from: 0, pass.pool)
    plan.forward(pass)
    _ = plan.loss(Fixture.mse, isPrecise: true)
    plan.backward(pass)
    return (plan, engine.parameters.map { $0.numbers($0.gradients) })
  }

  /// Returns the gradients of W, U and b: those of the loss at each time step, carried back to the first step of its
  /// window and added up.
  private func expected(_ network: Network, window: Int) -> [[Double]] {
    let values = network.allParameters
    let (w, u, b) = (values[0], values[1], values[2])
    let count = Double(data.samples * units * steps)
    var sums = values.map { [Double](repeating: 0, count: $0.count) }
    for sample in 0..<data.samples {
      func x(_ step: Int, _ feature: Int) -> Double { data.inputs(ofSample: sample)[feature * steps + step] }
      // The states before each step, and the last one.
      var h = [[Double](repeating: 0, count: units)]
      for step in 0..<steps {
        h.append(
          (0..<units).map { unit in
            var z = b[unit]
            for feature in 0..<features { z += w[unit * features + feature] * x(step, feature) }
            for other in 0..<units { z += u[unit * units + other] * h[step][other] }
            return Real.tanh(z)
          })
      }
      for last in 0..<steps {
        var gradient = (0..<units).map { unit in
          2 * (h[last + 1][unit] - data.targets(ofSample: sample)[unit * steps + last]) / count
        }
        for step in (last / window * window...last).reversed() {
          let delta = (0..<units).map { gradient[$0] * (1 - h[step + 1][$0] * h[step + 1][$0]) }
          for unit in 0..<units {
            for feature in 0..<features { sums[0][unit * features + feature] += delta[unit] * x(step, feature) }
            for other in 0..<units { sums[1][unit * units + other] += delta[unit] * h[step][other] }
            sums[2][unit] += delta[unit]
          }
          gradient = (0..<units).map { other in (0..<units).reduce(0) { $0 + u[$1 * units + other] * delta[$1] } }
        }
      }
    }
    return sums
  }

  @Test(arguments: [1, 3, 7])
  func windows(_ window: Int) throws {
    let network = try recurrent()
    let own = pass(network, window).gradients.flatMap(\.self)
    let expected = expected(network, window: window).flatMap(\.self)
    #expect(norm(zip(own, expected).map { $0 - $1 }) < 1e-13 * norm(expected))
    #expect((own == pass(network, nil).gradients.flatMap(\.self)) == (window == 7))
  }

  @Test func longWindows() throws {
    for network in [try recurrent(), try scan()] {
      let plain = pass(network, nil).gradients
      #expect(pass(network, 7).gradients == plain && pass(network, 100).gradients == plain)
    }
  }

  /// In windows of one step, each element of the output only depends on the input of its own step.
  @Test func singleSteps() throws {
    let plan = pass(try scan(), 1).plan
    let gradient = plan.gradient(0)!
    for row in 0..<data.samples {
      for column in 0..<14 {
        let slope = 1 - plan.output[row, column] * plan.output[row, column]
        #expect(relativeError(gradient[row, column], plan.lossGradient[row, column] * slope) < 1e-13)
      }
    }
  }
}
