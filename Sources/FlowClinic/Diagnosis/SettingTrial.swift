// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

/// Repeats a few steps of a training run with other settings, to find the setting that causes a symptom.
struct SettingTrial {
  let reading: RunReading
  let course: RunCourse
  let symptom: Diagnosis.Symptom
  /// The signs of the network after the run.
  let end: Signs
  /// Whether only extreme settings are suspicious, because the training shows no symptom.
  var onlyExtremes = false
  /// Returns the patient with a network.
  let patient: (Network) -> Patient
  let pool: ThreadPool

  /// The number of steps that are repeated, from the start or up to the fault.
  private static let steps = 50
  /// A setting helps if it lowers the loss to at most this fraction of what the unchanged settings reach.
  private static let improvement = 0.9
  private static let movement = 0.99
  private static let harm = 0.5

  private var run: Run { reading.run }

  /// Returns the diagnosis of the symptom; nil if no setting is to blame and the symptom does no harm.
  func diagnosis() throws(NetworkError) -> Diagnosis? {
    let unchanged = run.fault == nil ? try replayed(nil) : nil
    for suspect in SettingSuspect.all(reading, hasLearned: course.hasLearned) {
      if suspect.isExtreme || !onlyExtremes {
        for (number, exchange) in suspect.exchanges.enumerated() {
          if StopToken.current.isRequested { return nil }
          guard let result = try replayed(exchange), try helps(result, unchanged, suspect) else { continue }
          return diagnosis(suspect, number, before: unchanged?.loss ?? .nan, after: result.loss)
        }
      }
      if let (before, after) = try brakes(suspect) { return diagnosis(suspect, 0, before: before, after: after) }
    }
    if onlyExtremes { return nil }
    if symptom == .overflow {
      return reading.diagnosis(symptom, end, course, .unknown, "no exchange of a setting prevents it")
    }
    if course.hasLearned { return nil }
    return reading.diagnosis(
      symptom, end, course, .model,
      "no other setting makes the loss fall: the network may not be able to fit better, or there is nothing to learn")
  }

  private func diagnosis(_ suspect: SettingSuspect, _ number: Int, before: Double, after: Double) -> Diagnosis {
    var helpful = suspect
    helpful.exchanges = Array(suspect.exchanges[number...])
    return reading.diagnosis(
      symptom, end, course, helpful, repair: .init(quantity: "loss", before: before, after: after),
      setting: (suspect.quantity, suspect.before, suspect.exchanges[number].value))
  }

  /// The fraction of the loss that is left if an exchange is worth a diagnosis. Most trainings could be a little better.
  /// If this one went well, that is no fault.
  private var share: Double { course.last < course.baseline / 2 ? Self.harm : Self.improvement }

  /// The end of a repetition.
  private struct Result {
    let loss: Double
    /// The network at the end; nil if the steps led up to a fault, and no network was kept.
    let network: Network?
  }

  private func helps(
    _ result: Result, _ unchanged: Result?, _ suspect: SettingSuspect
  ) throws(NetworkError) -> Bool {
    guard let unchanged else { return true }
    if suspect.isSlow { return result.loss < share * course.last }
    if Set.ofNetworks.contains(symptom), let network = result.network {
      // The symptom has to go, and the loss must not be the price.
      if !(result.loss < Self.improvement * unchanged.loss) { return false }
      return try patient(network).signs().map { $0.severity(symptom) <= Signs.present } ?? false
    }
    let isBelowBaseline = result.loss < (1 - reading.thresholds.stall) * course.baseline
    if suspect.cause == .clip, suspect.isExtreme { return result.loss < Self.movement * unchanged.loss }
    return result.loss < Self.improvement * unchanged.loss
      && (isBelowBaseline || unchanged.loss > 1.1 * course.baseline)
  }

  /// Returns what a repaired start does to the loss; nil unless training begins clearly better with it.
  func repair(from start: Network) throws(NetworkError) -> Diagnosis.Repair? {
    let unchanged = try replayed(nil)?.loss ?? .infinity
    guard let repaired = try replayed(nil, from: start), repaired.loss < share * unchanged,
      repaired.loss < (1 - reading.thresholds.stall) * course.baseline
    else { return nil }
    return Diagnosis.Repair(quantity: "loss", before: unchanged, after: repaired.loss)
  }

  /// Returns the losses after some more steps of the trained network, with a setting and without, if the setting keeps
  /// the loss up: if it is extreme, or if the noise of small batches does, which smaller steps lower too.
  private func brakes(_ suspect: SettingSuspect) throws(NetworkError) -> (before: Double, after: Double)? {
    guard suspect.isBrake, suspect.isExtreme || suspect.cause == .batch, run.fault == nil,
      let exchange = suspect.exchanges.first, let before = try continued(nil), let after = try continued(exchange),
      after < share * before
    else { return nil }
    if suspect.cause == .batch {
      let rate = decimalShift(run.options.optimizer.rate, by: -1)
      guard let slow = try continued((rate, { $0.optimizer = $0.optimizer.with(rate: rate) }, nil)),
        slow < share * before
      else { return nil }
    }
    return (before, after)
  }

  /// Returns the loss after some more steps of the trained network, with an exchange or without.
  private func continued(_ exchange: SettingSuspect.Exchange?) throws(NetworkError) -> Double? {
    var options = run.options.withoutRecords
    exchange?.change(&options)
    options.steps = Self.steps
    var network = reading.after.copy()
    if let blueprint = exchange?.network, let architecture = try? Architecture(blueprint) {
      network = network.transplanted(to: architecture, seed: Patient.seed)
    }
    guard try network.train(run.data, options, observer: SilentObserver(), pool: pool).state == .finished else {
      return nil
    }
    let loss = try network.evaluate(run.data, loss: run.loss, pool: pool).loss
    return loss.isFinite ? loss : nil
  }

  /// Repeats steps with an exchange, or unchanged. Returns nil if a value was not finite.
  private func replayed(
    _ exchange: SettingSuspect.Exchange?, from start: Network? = nil
  ) throws(NetworkError) -> Result? {
    var options = run.options.withoutRecords
    exchange?.change(&options)
    if let fault = run.fault, fault.step > Self.steps, start == nil, exchange?.network == nil,
      let point = run.resumePoint(afterSteps: fault.step - Self.steps, observer: SilentObserver(), pool: pool)
    {
      options.steps = fault.step + Self.steps
      let (steps, state) = point.resume(options, observer: SilentObserver(), pool: pool)
      return state == .finished ? Result(loss: steps.last?.loss ?? .nan, network: nil) : nil
    }
    options.steps = run.fault.map { $0.step + Self.steps } ?? min(run.stepCount, Self.steps)
    var network = (start ?? reading.before).copy()
    if let blueprint = exchange?.network, let architecture = try? Architecture(blueprint) {
      network = network.transplanted(to: architecture, seed: Patient.seed)
    }
    let other = try network.train(run.data, options, observer: SilentObserver(), pool: pool)
    guard other.state == .finished else { return nil }
    let loss = try network.evaluate(run.data, loss: run.loss, pool: pool).loss
    return loss.isFinite ? Result(loss: loss, network: network) : nil
  }
}

/// An observer of trainings that nobody watches.
private struct SilentObserver: TrainingObserver {
  var wantsToStop: Bool { StopToken.current.isRequested }
  func finished(_ step: StepRecord, of total: Int, epochs: Int, flow: () -> [FlowRecord]) {}
  func now() -> Double { 0 }
}
