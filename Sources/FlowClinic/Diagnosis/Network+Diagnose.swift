// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

extension Network {
  /// Returns the problems of this network in its current state, ordered by when their causes act, the earliest first.
  /// Returns no diagnoses if nothing is wrong.
  ///
  /// - Parameter checksData: Whether to check the data and the loss too. Pass false if the data only serve to measure
  ///   the network.
  public func diagnose(
    _ data: DataSet, loss: Loss, checksData: Bool, limit: Int,
    thresholds: DiagnosisThresholds, pool: ThreadPool
  ) throws(NetworkError) -> [Diagnosis] {
    try check(data, rows: limit)
    try check(loss, on: data)
    let patient = Patient(self, data, loss, limit: limit, checksData: checksData, thresholds, pool)
    let found = try Examination(patient).diagnoses
    return StopToken.current.isRequested ? [] : found
  }
}
