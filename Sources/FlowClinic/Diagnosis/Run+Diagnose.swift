// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

extension Run {
  /// Returns the problems of this training run, the symptom nearest to the root cause first. Returns no diagnoses if
  /// nothing is wrong.
  ///
  /// Examines the losses, the recorded flow, the fault, if any, and the network: as it is after training, or as it was
  /// before the first step if the training failed.
  ///
  /// - Parameter other: The data to measure the network on. `nil` means the training data.
  public func diagnose(
    on other: DataSet? = nil, limit: Int, thresholds: RunThresholds, pool: ThreadPool
  ) throws(NetworkError) -> [Diagnosis] {
    func examine(_ network: Network, checksData: Bool) throws(NetworkError) -> [Diagnosis] {
      try network.diagnose(
        other ?? data, loss: loss, checksData: checksData, limit: limit, thresholds: thresholds.network, pool: pool)
    }
    try network.architecture.requireMemory(networks: 2)
    let (before, after) = (networkBefore(), networkAfter())
    let reading = RunReading(run: self, before: before, after: after, thresholds: thresholds)
    if let fault {
      let atStart = try examine(before, checksData: true)
      return inOrder([reading.overflow(fault, atStart)] + atStart.filter { $0.symptom != .overflow })
    }
    let atStart = try examine(before, checksData: false)
    var diagnoses = try examine(after, checksData: true).map { diagnosis in
      atStart.contains { $0.symptom == diagnosis.symptom } ? diagnosis : reading.developed(diagnosis)
    }
    if StopToken.current.isRequested { return [] }
    if let restless = reading.jumping(atStart) ?? reading.oscillating { diagnoses.append(restless) }
    // If something else stops the gradient, that is why the training stalls.
    let isExplained = diagnoses.contains { $0.symptom != .exploding }
    if !isExplained, let stalled = reading.stalled { diagnoses.append(stalled) }
    return inOrder(diagnoses)
  }
}
