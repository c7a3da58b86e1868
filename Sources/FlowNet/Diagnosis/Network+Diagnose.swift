// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension Network {
  /// What is wrong with this network as it is now, the symptom nearest to the root first; nothing where all is well.
  ///
  /// - Parameter judgesData: False where the data are only there to measure on, so that their size and how they go with
  ///   the loss say nothing.
  public func diagnose(
    _ data: DataSet, loss: Loss, judgesData: Bool, limit: Int = 1024,
    thresholds: DiagnosisThresholds = DiagnosisThresholds(), pool: ThreadPool, isStopped: () -> Bool = { false }
  ) throws(NetworkError) -> [Diagnosis] {
    let flow = try flow(
      data, loss: loss, limit: limit, thresholds: thresholds.flow, pool: pool, isStopped: isStopped)
    if flow.isEmpty { return [] }
    let samples = 0..<min(limit, data.samples)
    let numbers = samples.flatMap(data.inputs(ofSample:))
    let found =
      judgesData
      ? [Diagnosis.pairing(self, data, loss, rows: samples), .scale(data, rows: samples, thresholds)] : []
    let ofData = found.compactMap(\.self)
    let part = data.subset(0..<Int32(samples.count))
    let reading = FlowReading(
      rows: flow, network: self, inputRMS: norm(numbers) / Double(numbers.count).squareRoot(),
      hasBadScale: ofData.contains { $0.symptom == .scale },
      loss: try pass(part, loss: loss, pool: pool).loss, thresholds: thresholds)
    return inOrder(ofData + reading.diagnoses)
  }
}

/// By how near the symptom is to the root.
func inOrder(_ diagnoses: [Diagnosis]) -> [Diagnosis] {
  Diagnosis.Symptom.allCases.flatMap { symptom in diagnoses.filter { $0.symptom == symptom } }
}
