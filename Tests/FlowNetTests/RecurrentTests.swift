// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import NetworkFixtures
import Testing

@testable import FlowNet

/// Tests kernels that go through the time steps of a sequence, each of which is a stage.
@Suite struct RecurrentTests {
  private static let steps = 10_000

  /// Returns a network with a single recurrent unit, whose gradient is known: δ_{t−1} = φ'(z_{t−1})·u·δ_t.
  private func network(_ u: Double, _ activation: String, _ precision: Precision) throws -> Network {
    let layer = RecurrentLayer(
      units: 1, steps: Self.steps, activation: Fixture.activation(activation), weights: Fixture.initializer("zeros"))
    let network = try Fixture.sequence(Self.steps, [layer, Fixture.dense(1)], precision: precision)
    network.allParameters = [[0.3], [u], [0.1], [1], [0]]
    return network
  }

  private static let inputs: [Double] = {
    var stream = RandomStream(seed: 3, purpose: .data)
    return (0..<3 * steps).map { _ in stream.normal() }
  }()
  private static let targets = [1, -1, 0.5]
  private let data = DataSet(name: "noise", inputs: inputs, inputWidth: steps, targets: targets, outputWidth: 1)

  /// Returns log10(rms(δ_t)/rms(δ_output)) for each step, from a recursion in logarithms.
  private func expected(_ u: Double, _ activation: String) -> [Double] {
    let activation = Fixture.activation(activation)
    var logarithms = [[Double]](repeating: [], count: 3)
    var outputs: [Double] = []
    for sample in 0..<3 {
      var h = 0.0
      var slopes: [Double] = []
      for step in 0..<Self.steps {
        let z = 0.3 * Self.inputs[sample * Self.steps + step] + u * h + 0.1
        h = activation.value(z)
        slopes.append(activation.slope(z))
      }
      outputs.append(h - Self.targets[sample])
      var logarithm = 0.0
      for step in (0..<Self.steps).reversed() {
        logarithm += slopes[step].magnitude.logarithm + (step < Self.steps - 1 ? u.magnitude.logarithm : 0)
        logarithms[sample].append(logarithm)
      }
      logarithms[sample].reverse()
    }
    let reference = norm(outputs)
    return (0..<Self.steps).map { step in
      let own = (0..<3).map { logarithms[$0][step] + outputs[$0].magnitude.logarithm }
      let top = own.max()!
      let sum = own.reduce(0) { $0 + Real.exp(2 * ($1 - top) * Real.log(10)) }
      return top + sum.logarithm / 2 - reference.logarithm
    }
  }

  /// The gradient of a long sequence is far outside the range of f32.
  @Test(arguments: [(0.5, "tanh"), (0.95, "tanh"), (1.5, "tanh"), (1.008, "identity"), (0.9, "identity")])
  func tenThousandSteps(_ u: Double, _ activation: String) throws {
    let flow = try network(u, activation, .f32).flow(data, loss: Fixture.mse, pool: Fixture.single)
    let expected = expected(u, activation)
    #expect(flow.count == Self.steps + 1)
    for step in stride(from: 0, to: Self.steps, by: 97) {
      #expect(abs(flow[step].log10Total - expected[step]) < 1e-3 * max(1, abs(expected[step])))
    }
  }

  /// With a barrier before every time step, the results are bit-identical for any number of threads. The batch is large
  /// enough for seven parts. Each pass runs on a new copy of the network, because values that an earlier pass left in
  /// memory would hide a missing barrier.
  @Test(arguments: Precision.allCases)
  func barriers(_ precision: Precision) throws {
    let layers: [any Layer] = [Fixture.dense(256), BatchScanLayer(steps: 4), Fixture.dense(2)]
    let network = try Fixture.sequence(256, layers, precision: precision)
    let data = Fixture.regression(900, 256, 2)
    let one = try network.pass(data, loss: Fixture.mse, pool: Fixture.single)
    for threads in [2, 3, 7] {
      let other = try network.copy().pass(data, loss: Fixture.mse, pool: ThreadPool(threads: threads))
      #expect(other.loss == one.loss && other.outputs == one.outputs && other.gradients == one.gradients)
    }
    func visited<E: Element>(_ engine: Engine<E>) -> [[Double]] {
      let plan = engine.plan(.measuring(data.samples), Fixture.mse)
      let pass = Pass.measuring(ThreadPool(threads: 7))
      plan.load(data, from: 0, pass.pool)
      #expect(plan.forwardVisiting(pass))
      _ = plan.loss(Fixture.mse, isPrecise: true)
      #expect(plan.backwardVisiting(pass))
      plan.setParameterGradients(pass)
      return engine.parameters.map { $0.numbers($0.gradients) }
    }
    switch precision {
    case .f32: #expect(visited(network.copy().compiled(Float.self)) == one.gradients)
    case .f64: #expect(visited(network.copy().compiled(Double.self)) == one.gradients)
    }
  }
}

extension Double {
  fileprivate var logarithm: Double { Real.log10(self) }
}
