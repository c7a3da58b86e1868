// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

@Suite struct StartFlowTests {
  /// The mean gains must multiply to the mean factor, even if a branch passes no gradient.
  @Test(arguments: ["relu", "hardtanh"])
  func meansMultiplyToTheFactor(_ activation: String) throws {
    let closed = Fixture.residual(Fixture.dense(4, activation))
    let network = try Fixture.sequence(4, [Fixture.dense(4, activation), closed, Fixture.dense(2)])
    network.assign(layer: 2, .bias, [Double](repeating: -100, count: 4))
    let data = Fixture.regression(6, 4, 2)
    let flow = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
    let means = StartFlow(flow)
    let factor = Real.power(10, flow[0].log10Total / Double(flow.count - 1))
    #expect(relativeError(means.factor!, factor) < 1e-12)
    let gains = [means.weightGain, means.slopeGain, means.shortcutGain, means.normGain].compactMap(\.self)
    #expect(relativeError(gains.reduce(1, *), factor) < 1e-12)
    let diagnoses = try network.diagnose(data, loss: Fixture.mse, checksData: false, pool: Fixture.single)
    #expect(!diagnoses.isEmpty)
    for diagnosis in diagnoses { #expect(diagnosis.evidence.allSatisfy { $0.value.isFinite }) }
  }
}
