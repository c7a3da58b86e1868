// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

extension Run {
  /// Returns the problems of this training run, the cause that acted first before the others. Returns no diagnoses if
  /// nothing is wrong.
  ///
  /// The start is examined first: what was wrong before the first step is the cause if it is still there at the end, or
  /// if the training failed. Otherwise settings are exchanged and a few steps are repeated.
  ///
  /// - Parameter other: The data to measure the network on. `nil` means the training data.
  public func diagnose(
    on other: DataSet? = nil, limit: Int, thresholds: RunThresholds, pool: ThreadPool
  ) throws(NetworkError) -> [Diagnosis] {
    try network.architecture.requireMemory(networks: 3)
    let measured = other ?? data
    func patient(_ network: Network) -> Patient {
      Patient(
        network: network, data: measured, loss: loss, samples: min(limit, measured.samples), checksData: true,
        thresholds: thresholds.network, pool: pool)
    }
    let (before, after) = (networkBefore(), networkAfter())
    let course = try RunCourse(
      self, before: before, after: after, samples: min(limit, data.samples), thresholds, pool)
    let reading = RunReading(run: self, before: before, after: after, thresholds: thresholds)
    let start = try Examination(patient(before))
    guard let end = try patient(after).signs() else { return [] }
    let hasFailed = fault != nil || !course.hasLearned
    let initial = start.diagnoses.filter { diagnosis in
      end.severity(diagnosis.symptom) > Signs.present || hasFailed
    }
    if StopToken.current.isRequested { return [] }
    if !initial.isEmpty { return initial.map { reading.following($0, fault, course) } }
    guard let symptom = reading.symptom(course, end) else { return [] }
    let trial = SettingTrial(
      reading: reading, course: course, symptom: symptom, end: end, patient: patient, pool: pool)
    let found = try trial.diagnosis()
    return StopToken.current.isRequested ? [] : found.map { [$0] } ?? []
  }
}
