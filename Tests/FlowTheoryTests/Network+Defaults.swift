// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import FlowTheory
import NetworkFixtures

extension Network {
  /// Returns the flow with predictions. Those of the fixtures have none.
  func predictedFlow(
    _ data: DataSet, loss: Loss, limit: Int = 1024, pool: ThreadPool
  ) throws(NetworkError) -> [LayerFlow] {
    try flow(data, loss: loss, limit: limit, thresholds: Fixture.thresholds, isTraining: true, pool: pool)
  }

  /// Returns the flows of several seeds with predictions.
  func predictedFlows(
    of seeds: [NetworkSeed], _ data: DataSet, loss: Loss, limit: Int = 1024, pool: ThreadPool
  ) throws(NetworkError) -> [[LayerFlow]] {
    try flows(of: seeds, data, loss: loss, limit: limit, thresholds: Fixture.thresholds, isTraining: true, pool: pool)
  }
}
