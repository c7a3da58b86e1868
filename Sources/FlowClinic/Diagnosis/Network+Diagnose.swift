// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

extension Network {
  /// Returns the problems of this network in its current state, the symptom nearest to the root cause first. Returns no
  /// diagnoses if nothing is wrong.
  ///
  /// - Parameter checksData: Whether to check the data and the loss too. Pass false if the data only serve to measure
  ///   the network.
  public func diagnose(
    _ data: DataSet, loss: Loss, checksData: Bool, limit: Int,
    thresholds: DiagnosisThresholds, pool: ThreadPool
  ) throws(NetworkError) -> [Diagnosis] {
    let flow = try flow(
      data, loss: loss, limit: limit, thresholds: thresholds.flow, predictions: nil, pool: pool)
    if flow.isEmpty { return [] }
    let samples = 0..<min(limit, data.samples)
    let lengths = samples.untilStopped.map { norm(data.inputs(ofSample: $0)) }
    let found =
      checksData
      ? [Diagnosis.pairing(self, data, loss, rows: samples), .scale(data, rows: samples, thresholds)] : []
    let ofData = found.compactMap(\.self)
    let reading = FlowReading(
      rows: flow, network: self, inputRMS: norm(lengths) / Double(samples.count * inputs).squareRoot(),
      hasBadScale: ofData.contains { $0.symptom == .scale },
      loss: trainingLoss(data, samples: samples.count, loss, pool), thresholds: thresholds)
    return inOrder(ofData + reading.diagnoses)
  }
}

/// Returns the diagnoses ordered by how near the symptom is to the root cause.
func inOrder(_ diagnoses: [Diagnosis]) -> [Diagnosis] {
  Diagnosis.Symptom.allCases.flatMap { symptom in diagnoses.filter { $0.symptom == symptom } }
}
