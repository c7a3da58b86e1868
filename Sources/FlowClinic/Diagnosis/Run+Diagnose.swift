// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

extension Run {
  /// The number of samples that networks are measured on even if the training has processed fewer.
  private static let fewestMeasured = 128

  /// Returns the problems of this training run, ordered by when their causes act, the earliest first, or what there is
  /// to say about a run without any.
  ///
  /// The initial network is examined first. A problem that exists before the first step is the cause if it persists at
  /// the end, or if the training failed. A run whose loss cannot fall any further is healthy. Otherwise settings are
  /// changed and a few steps are repeated.
  ///
  /// - Parameter other: The data to measure the network on. `nil` means the training data.
  public func diagnose(
    on other: DataSet? = nil, limit: Int, thresholds: RunThresholds, pool: ThreadPool
  ) throws(NetworkError) -> RunVerdict {
    try network.architecture.requireMemory(networks: 3)
    let measured = other ?? data
    // Measuring many samples would take far longer than a short training.
    let processed = max(stepCount * options.batch, Self.fewestMeasured)
    func patient(_ network: Network) -> Patient {
      Patient(network, measured, loss, limit: min(limit, processed), checksData: true, thresholds.network, pool)
    }
    let (before, after) = (networkBefore(), networkAfter())
    let course = try RunCourse(
      self, before: before, after: after, samples: min(limit, data.samples), thresholds, pool)
    if fault == nil, course.isAtFloor { return RunVerdict(remark: .atFloor(course.floor)) }
    let reading = RunReading(run: self, before: before, after: after, thresholds: thresholds)
    let start = try Examination(patient(before))
    guard let end = try patient(after).signs() else { return .stopped }
    let replays = Replays(self, before: before, after: after, pool)
    func settings(_ symptom: Diagnosis.Symptom, onlyExtremes: Bool) -> SettingTrial {
      SettingTrial(
        reading: reading, course: course, symptom: symptom, end: end, onlyExtremes: onlyExtremes, patient: patient,
        replays: replays)
    }
    let hasFailed = fault != nil || !course.hasLearned
    var initial = start.diagnoses
    if !hasFailed {
      initial = initial.filter { course.wentWell ? end.shows($0.symptom) : end.severity($0.symptom) > Signs.present }
    }
    let trial = settings(.stalled, onlyExtremes: false)
    if !hasFailed, course.wentWell, !initial.isEmpty, try !trial.suffers(from: initial, start.repaired) { initial = [] }
    if initial.isEmpty, !start.diagnoses.isEmpty, try trial.repair(from: start.repaired.network) != nil {
      initial = start.diagnoses
    }
    if StopToken.current.isRequested { return .stopped }
    if !initial.isEmpty {
      if other == nil { initial = try trial.effects(of: start, on: initial) }
      if StopToken.current.isRequested { return .stopped }
      return RunVerdict(initial.map { reading.following($0, fault, course) })
    }
    if try reading.isTooShort(course, replays) { return RunVerdict(remark: .tooShort(steps: stepCount)) }
    // The initial values may be unsuitable even if nothing in the flow indicates it.
    func hiddenStart(matters: Bool) throws(NetworkError) -> Diagnosis? {
      guard let signs = start.signs else { return nil }
      let suspects =
        patient(before).hiddenStarts(signs, matters: matters && hasFailed)
        + (matters ? patient(before).flatness(signs) : [])
      for suspect in suspects {
        guard let repaired = suspect.repaired(),
          let repair = try trial.repair(from: repaired.network, isStrange: !matters && !course.wentVeryWell)
        else { continue }
        return reading.diagnosis(suspect, repair, course)
      }
      return nil
    }
    if let found = try hiddenStart(matters: false) { return RunVerdict([found]) }
    let symptom = reading.symptom(course, end)
    if let extreme = try settings(symptom ?? .stalled, onlyExtremes: true).diagnosis() {
      return StopToken.current.isRequested ? .stopped : RunVerdict([extreme])
    }
    // After large steps, little is left of the initial values.
    if !course.wentWell, !reading.leaps, let found = try hiddenStart(matters: true) {
      return RunVerdict([found])
    }
    let found = try symptom.flatMap { symptom throws(NetworkError) in
      try settings(symptom, onlyExtremes: false).diagnosis()
    }
    if StopToken.current.isRequested { return .stopped }
    if let found { return RunVerdict([found]) }
    if !course.hardlyLearned { return RunVerdict([]) }
    if !reading.isTelling { return RunVerdict(remark: .tooShort(steps: stepCount)) }
    return RunVerdict(
      remark: course.baseline > 0
        ? .unexplained(loss: course.last, baseline: course.baseline)
        : .unexplainedConstant(loss: course.last, before: course.before))
  }
}
