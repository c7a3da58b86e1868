// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

extension Network {
  /// Measures the gradient at every dense layer as `flow` with `predictions` does, and adds the predictions of
  /// mean-field theory for these data, which holds in training mode. In a small network, they take longer than
  /// the pass.
  public func flow(
    _ data: DataSet, loss: Loss, limit: Int, thresholds: FlowThresholds, isTraining: Bool, pool: ThreadPool
  ) throws(NetworkError) -> [LayerFlow] {
    try flow(
      data, loss: loss, limit: limit, thresholds: thresholds, isTraining: isTraining,
      predictions: predictions(data, loss, limit, isTraining), pool: pool)
  }

  /// Returns the flow of networks of this architecture with different initial values, with the predictions of
  /// mean-field theory, which are the same for all of them. See `flows` with `predictions`.
  public func flows(
    of seeds: [NetworkSeed], _ data: DataSet, loss: Loss, limit: Int, thresholds: FlowThresholds, isTraining: Bool,
    pool: ThreadPool, progress: (Int) -> Void = { _ in }
  ) throws(NetworkError) -> [[LayerFlow]] {
    try flows(
      of: seeds, data, loss: loss, limit: limit, thresholds: thresholds, isTraining: isTraining,
      predictions: predictions(data, loss, limit, isTraining), pool: pool,
      progress: progress)
  }

  /// Returns the function that predicts the flow, or nil if theory does not apply.
  private func predictions(
    _ data: DataSet, _ loss: Loss, _ limit: Int, _ isTraining: Bool
  ) -> (() -> [LayerPrediction])? {
    if !isTraining, architecture.graph.dependsOnMode { return nil }
    return { LayerPrediction.all(self, data, loss, samples: min(limit, data.samples)) }
  }
}
