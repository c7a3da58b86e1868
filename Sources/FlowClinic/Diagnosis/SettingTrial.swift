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
  /// Whether only extreme settings are suspicious, because the training run shows no symptom.
  var onlyExtremes = false
  /// Returns the patient that consists of a network and the data of the run.
  let patient: (Network) -> Patient
  let replays: Replays

  /// A setting is to blame if changing it lowers the loss to at most this fraction of the loss with unchanged settings.
  private static let improvement = 0.9
  private static let movement = 0.99
  private static let harm = 0.5
  /// Batches are too noisy if larger ones lower the loss of a run that has stopped making progress to this fraction.
  private static let noise = 0.8
  /// A setting is also to blame if, with the change, the loss falls this many times as far below that of the best
  /// constant outputs.
  private static let progress = 2.0

  private var run: Run { replays.run }

  /// Returns the diagnosis of the symptom; nil if no setting is to blame and the symptom does no harm.
  func diagnosis() throws(NetworkError) -> Diagnosis? {
    for suspect in SettingSuspect.all(reading, symptom, course) {
      if suspect.isExtreme || !onlyExtremes {
        let unchanged = run.fault == nil ? try replays.unchanged() : nil
        var first: Diagnosis?
        for (number, exchange) in suspect.exchanges.enumerated() {
          if StopToken.current.isRequested { return nil }
          guard let result = try replays.replayed(exchange, steps: suspect.steps), try helps(result, unchanged, suspect)
          else { continue }
          let before = suspect.steps == Replays.steps ? unchanged?.loss ?? .nan : course.last
          let found = diagnosis(suspect, number, before: before, after: result.loss)
          if !suspect.isFast || result.loss <= min(course.before, course.reference) { return found }
          first = first ?? found
        }
        if let first { return first }
      }
      if let (before, after) = try brakes(suspect) { return diagnosis(suspect, 0, before: before, after: after) }
    }
    if onlyExtremes { return nil }
    if symptom == .overflow {
      return reading.diagnosis(symptom, end, course, .unknown, "no change to a single setting prevents it")
    }
    if course.hasLearned { return nil }
    if let dead = try deadUnits() { return dead }
    if symptom == .stalled, !reading.isTelling { return nil }
    return reading.diagnosis(
      symptom, end, course, .model,
      "no other setting makes the loss fall: the network may not be able to fit the data, or there is nothing to learn")
  }

  /// Returns the diagnosis of units that stay inactive, if the loss falls from the start with rectifiers that have a
  /// slope everywhere, or with other initial weights.
  private func deadUnits() throws(NetworkError) -> Diagnosis? {
    guard symptom == .dead, let row = end.row(.dead) else { return nil }
    let unchanged = try replays.unchanged()?.loss ?? .infinity
    func repair(_ result: Replays.Result?) -> Diagnosis.Repair? {
      guard let loss = result?.loss, isBetter(loss, unchanged), isBelowReference(loss) else { return nil }
      return Diagnosis.Repair(quantity: "loss", before: unchanged, after: loss)
    }
    let prescriptions = NetworkPrescriptions(reading.before, for: reading.run.loss)
    for prescription in [prescriptions.leakyReLU, prescriptions.shortcuts].compactMap(\.self) {
      guard case .network(let other) = prescription.change,
        let repair = repair(try replays.replayed((.nan, { _ in }, other)))
      else { continue }
      return reading.diagnosis(
        .dead, end, course, .slope,
        "the slope of \(row.activation.name) is 0 for negative z, so a unit that is inactive for every input stays so",
        repair, prescription)
    }
    for seed: UInt64 in 1...3 {
      guard
        let repair = repair(
          try replays.replayed(nil, from: patient(reading.before).independentDraw(seed: seed).network))
      else { continue }
      return reading.diagnosis(
        .dead, end, course, .weights, "with this draw, the units become inactive for every input", repair)
    }
    return nil
  }

  private func diagnosis(_ suspect: SettingSuspect, _ number: Int, before: Double, after: Double) -> Diagnosis {
    var helpful = suspect
    helpful.exchanges = Array(suspect.exchanges[number...])
    return reading.diagnosis(
      symptom, end, course, helpful, repair: .init(quantity: "loss", before: before, after: after),
      setting: (suspect.quantity, suspect.before, suspect.exchanges[number].value))
  }

  private func helps(
    _ result: Replays.Result, _ unchanged: Replays.Result?, _ suspect: SettingSuspect
  ) throws(NetworkError) -> Bool {
    // Where the run failed, any loss that is not larger than at the start is better.
    guard let unchanged else { return result.loss <= course.before }
    if suspect.isSlow {
      return result.loss < share * course.last && (suspect.isExtreme || isBelowReference(result.loss))
    }
    if suspect.cause == .penalty, suspect.isExtreme, shrinks(unchanged, result) { return true }
    // With an extreme setting, the loss may fall at first and rise later.
    let old = suspect.isExtreme ? max(unchanged.loss, reading.loss(atEndOf: course)) : unchanged.loss
    if Set.ofNetworks.contains(symptom), let network = result.network {
      // The symptom has to disappear, but not at the expense of the loss.
      if !isBetter(result.loss, old, isExtreme: suspect.isExtreme) { return false }
      return try patient(network).signs().map { !$0.shows(symptom) } ?? false
    }
    if suspect.cause == .clip, suspect.isExtreme { return result.loss < Self.movement * old }
    return isBetter(result.loss, old, isExtreme: suspect.isExtreme)
      && (isBelowReference(result.loss) || old > 1.1 * course.reference)
  }

  /// Whether the weights of some layer shrink clearly more with the unchanged settings, in a run that learns nothing.
  private func shrinks(_ unchanged: Replays.Result, _ result: Replays.Result) -> Bool {
    guard !course.hasLearned, let small = unchanged.network, let large = result.network else { return false }
    return (1...small.depth).contains { layer in
      norm(small.numbers(layer: layer, .weight) ?? []) < Self.harm * norm(large.numbers(layer: layer, .weight) ?? [])
    }
  }

  private func isBelowReference(_ loss: Double) -> Bool { loss < (1 - reading.thresholds.stall) * course.reference }

  /// Whether a loss is so much better that it is worth a diagnosis. Most training runs could be a little better, which
  /// is no fault if this one went well. After a few steps of a slow run, the loss has not fallen far in any case.
  private func isBetter(_ loss: Double, _ unchanged: Double, isExtreme: Bool = false) -> Bool {
    if loss < (isExtreme ? Self.improvement : share) * unchanged { return true }
    return !course.wentWell && isBelowReference(loss)
      && course.reference - loss > Self.progress * (course.reference - unchanged)
  }

  private var share: Double { course.wentWell ? Self.harm : Self.improvement }

  /// Returns the effect of repaired initial values on the loss; nil unless training starts clearly better with them.
  ///
  /// - Parameter isStrange: Whether the initial values are suspicious even if the training went well.
  func repair(from start: Network, isStrange: Bool = false) throws(NetworkError) -> Diagnosis.Repair? {
    let unchanged = try replays.unchanged()?.loss ?? .infinity
    guard let repaired = try replays.replayed(nil, from: start),
      isBetter(repaired.loss, unchanged, isExtreme: isStrange),
      isBelowReference(repaired.loss)
    else { return nil }
    return Diagnosis.Repair(quantity: "loss", before: unchanged, after: repaired.loss)
  }

  /// Returns the losses after some more steps of the trained network, with a setting and without, if the setting keeps
  /// the loss high: because it is extreme, or because small batches are noisy.
  private func brakes(_ suspect: SettingSuspect) throws(NetworkError) -> (before: Double, after: Double)? {
    guard suspect.isBrake, suspect.isExtreme || isNoisy && [.batch, .rate].contains(suspect.cause), run.fault == nil,
      let exchange = suspect.exchanges.first,
      let before = try replays.continued(), let after = try replays.continued(exchange),
      after < Self.improvement * before
    else { return nil }
    guard suspect.cause == .batch else { return (before, after) }
    // The noise of batch normalisation does not depend on the rate, and larger batches always lower it.
    if reading.after.architecture.graph.normalizesBatches { return course.hardlyLearned ? (before, after) : nil }
    // Either noise has ended the progress, or smaller steps lower the loss, too. In an unfinished training run, more
    // samples may lower the loss without small batches being to blame.
    if before > Self.improvement * course.after, after < Self.noise * before { return (before, after) }
    let rate = decimalShift(run.options.optimizer.rate, by: -1)
    let slow = try replays.continued((rate, { $0.optimizer = $0.optimizer.with(rate: rate) }, nil))
    return slow.map { $0 < Self.improvement * before } ?? false ? (before, after) : nil
  }

  /// Whether noise may be what keeps the loss high.
  private var isNoisy: Bool {
    run.options.batch < SettingSuspect.smallBatch && !course.wentWell && [.oscillating, .stalled].contains(symptom)
  }

  /// Returns some diagnoses of an examination of the start with the effects of their repairs on the loss. An effect on
  /// the start alone remains if the loss does not fall.
  func effects(of start: Examination, on diagnoses: [Diagnosis]) throws(NetworkError) -> [Diagnosis] {
    var result = diagnoses
    var before = try replays.unchanged()?.loss ?? .infinity
    for stage in start.stages {
      let own = stage.diagnosis
      guard let after = try replays.replayed(nil, from: stage.after.network, on: stage.after.data)?.loss else {
        continue
      }
      // The losses of targets of different sizes cannot be compared.
      if after < (own.repair == nil ? 1 : Self.movement) * before,
        stage.after.data.targetScaling == stage.before.data.targetScaling,
        let place = result.firstIndex(where: { ($0.symptom, $0.cause, $0.layer) == (own.symptom, own.cause, own.layer) }
        )
      {
        result[place].repair = Diagnosis.Repair(quantity: "loss", before: before, after: after)
      }
      before = after
    }
    return result
  }

  /// Whether a training run that went well starts clearly worse because of an initial problem. Losses of targets of
  /// different sizes cannot be compared.
  func suffers(from diagnoses: [Diagnosis], _ repaired: Patient) throws(NetworkError) -> Bool {
    if diagnoses.contains(where: { $0.cause == .data && $0.layer == nil }) || repaired.data.samples != run.data.samples
    {
      return true
    }
    let unchanged = try replays.unchanged()?.loss ?? .infinity
    let other = try replays.replayed(nil, from: repaired.network, on: repaired.data)?.loss ?? .infinity
    return other < Self.improvement * unchanged
  }
}
