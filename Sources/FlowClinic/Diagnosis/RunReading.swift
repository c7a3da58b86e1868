// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// Derives diagnoses from the record of a training run, in addition to those of its final network.
struct RunReading {
  let run: Run
  let before: Network
  let after: Network
  let thresholds: RunThresholds

  /// The symptom of a run that is nearest to its cause; nil if there is none.
  func symptom(_ course: RunCourse, _ end: Signs) -> Diagnosis.Symptom? {
    if run.fault != nil { return .overflow }
    if course.jump != nil, !course.hasLearned || course.last > course.reference / 2 { return .jumping }
    if let lasting = end.symptoms.first(where: { Set.ofNetworks.contains($0) && end.shows($0) }) { return lasting }
    if oscillates { return .oscillating }
    return course.hasLearned ? nil : .stalled
  }

  /// Returns the diagnosis of a cause that existed before the first step, with its consequences in the run.
  func following(_ diagnosis: Diagnosis, _ fault: Fault?, _ course: RunCourse) -> Diagnosis {
    var other = diagnosis
    if let fault {
      other.evidence += faultEvidence(fault)
    } else if let jump = course.jump {
      other.evidence += [.init("step", Double(jump.step)), .init("loss", jump.loss)]
    }
    // Badly scaled data are a symptom of their own.
    if diagnosis.cause == .dropout, fault == nil, !course.hasLearned {
      other.symptom = .stalled
    } else if Set.ofNetworks.contains(diagnosis.symptom) {
      if fault != nil { other.symptom = .overflow } else if course.jump != nil { other.symptom = .jumping }
    }
    return other
  }

  /// Returns the diagnosis of a symptom that a setting causes.
  func diagnosis(
    _ symptom: Diagnosis.Symptom, _ end: Signs, _ course: RunCourse, _ suspect: SettingSuspect,
    repair: Diagnosis.Repair, setting: Diagnosis.Setting
  ) -> Diagnosis {
    // A setting that leaves nothing to learn from shows in the loss. Its effect on the layers is a consequence.
    let starves = [.clip, .penalty, .dropout].contains(suspect.cause) && !course.hasLearned && run.fault == nil
    let symptom = starves || suspect.isSlow ? .stalled : symptom
    return Diagnosis(
      symptom, layer: layer(symptom, end), suspect.cause, suspect.explanation,
      evidence(symptom, end, course) + suspect.evidence, repair: repair, setting: setting,
      Prescription.list(suspect, run.options))
  }

  /// Returns the diagnosis of initial values that prevent the network from learning.
  func diagnosis(_ suspect: Suspect, _ repair: Diagnosis.Repair, _ course: RunCourse) -> Diagnosis {
    Diagnosis(
      .stalled, layer: suspect.layer, suspect.cause, suspect.explanation(.stalled),
      [.init("first_loss", course.before)] + course.lossEvidence,
      repair: repair, NetworkPrescriptions(before, for: run.loss).list(.stalled, suspect))
  }

  /// Returns the diagnosis of a symptom that another start would have prevented.
  func diagnosis(
    _ symptom: Diagnosis.Symptom, _ end: Signs, _ course: RunCourse, _ cause: Diagnosis.Cause, _ explanation: String,
    _ repair: Diagnosis.Repair, _ prescription: Prescription? = nil
  ) -> Diagnosis {
    let suspect = Suspect(
      cause: cause, explains: [symptom], prescription: prescription, explanation: { _ in explanation },
      repaired: { nil })
    return Diagnosis(
      symptom, layer: layer(symptom, end), cause, explanation, evidence(symptom, end, course), repair: repair,
      NetworkPrescriptions(before, for: run.loss).list(symptom, suspect))
  }

  /// Returns the diagnosis of a symptom that no setting causes.
  func diagnosis(
    _ symptom: Diagnosis.Symptom, _ end: Signs, _ course: RunCourse, _ cause: Diagnosis.Cause, _ explanation: String
  ) -> Diagnosis {
    Diagnosis(
      symptom, layer: layer(symptom, end), cause, explanation, evidence(symptom, end, course), Prescription.ofModel)
  }

  /// Returns the loss of the trained network, even if those of the last steps were lower, unless its running statistics
  /// may lag behind.
  func loss(atEndOf course: RunCourse) -> Double {
    after.architecture.graph.normalizesBatches ? course.last : course.after
  }

  /// The fewest steps after which the course of the training says anything.
  private static let fewestSteps = 5

  /// Whether the training run ended before it could show anything: after a few steps, or while the loss was falling.
  func isTooShort(_ course: RunCourse, _ replays: Replays) throws(NetworkError) -> Bool {
    guard run.fault == nil, run.stepCount < Replays.steps, !course.wentWell else { return false }
    if run.stepCount < Self.fewestSteps { return course.last < Self.wildLoss * course.before }
    if course.jump != nil { return false }
    guard let further = try replays.continued() else { return false }
    return further < Self.clearFall * course.last && further < (1 - thresholds.stall) * course.reference
  }

  /// Whether the run failed, or took enough steps for a suitable model to learn something.
  var isTelling: Bool { run.fault != nil || run.stepCount >= Self.tellingSteps }

  private static let tellingSteps = 20

  /// A few steps of a healthy network may raise the loss, but not by this factor.
  private static let wildLoss = 100.0

  /// A loss that continues to fall falls to at most this fraction.
  private static let clearFall = 0.9

  private func layer(_ symptom: Diagnosis.Symptom, _ end: Signs) -> Int? {
    switch symptom {
    case .overflow: run.fault?.layer
    case .jumping, .oscillating: strongestUpdate(in: 1..<run.stepCount + 1)?.layer
    case .stalled: nil
    case .pairing, .scale, .symmetric, .underflow, .dead, .saturated, .vanishing, .exploding: end.row(symptom)?.layer
    }
  }

  private func evidence(_ symptom: Diagnosis.Symptom, _ end: Signs, _ course: RunCourse) -> [Diagnosis.Finding] {
    let first = course.curve.windows.first?.loss ?? .nan
    switch symptom {
    case .overflow: return run.fault.map(faultEvidence) ?? []
    case .jumping:
      return [
        .init("step", Double(course.jump?.step ?? 0)), .init("loss", course.jump?.loss ?? .nan),
        .init("first_loss", first), .init("largest_loss", course.curve.windows.lazy.map(\.loss).max() ?? .nan),
      ] + keptSteps
    case .dead: return end.evidence(.dead) + (end.row(.dead).map { death(of: $0.layer) } ?? [])
    case .stalled, .oscillating:
      // A single batch says little.
      let first = run.epochCount > 1 ? run.epochs.first?.loss : nil
      return [.init("first_loss", first ?? course.before)] + course.lossEvidence + [.init("drift", drift)] + keptSteps
    case .pairing, .scale, .symmetric, .underflow, .saturated, .vanishing, .exploding: return end.evidence(symptom)
    }
  }

  private func faultEvidence(_ fault: Fault) -> [Diagnosis.Finding] {
    [.init("step", Double(fault.step))] + fault.causes.map { .init("largest \($0.quantity)", $0.value) }
  }

  /// Returns the step from which most of a layer stayed dead, and how often units recovered; nothing if this was not
  /// recorded. Smaller batches at the end of an epoch are ignored, because fewer samples activate fewer units.
  ///
  /// If steps are missing from the record, the death is only known to lie between two steps, and some recoveries may be
  /// missed.
  private func death(of layer: Int) -> [Diagnosis.Finding] {
    var died: Int?
    var alive: Int?
    var revivals = 0
    var last = 0.0
    for place in stride(from: layer - 1, to: run.flow.count, by: run.network.depth) {
      let record = run.flow[place]
      if record.samples < min(run.options.batch, run.data.samples) { continue }
      if record.dead <= thresholds.network.flow.share {
        (died, alive) = (nil, record.step)
      } else if died == nil {
        died = record.step
      }
      if record.dead < last { revivals += 1 }
      last = record.dead
    }
    let isComplete = run.recordedSteps.count == run.stepCount
    let death: [Diagnosis.Finding] =
      switch (died, alive) {
      case (let died?, _) where isComplete: [.init("died_at_step", Double(died))]
      case (let died?, let alive?): [.init("alive_at_step", Double(alive)), .init("dead_at_step", Double(died))]
      case (let died?, nil): [.init("dead_at_step", Double(died))]
      case (nil, _): []
      }
    return death + [.init(isComplete ? "revivals" : "revivals_seen", Double(revivals))]
  }

  /// The stride of the kept steps, if the record was thinned out.
  private var keptSteps: [Diagnosis.Finding] {
    run.strides.steps == 1 ? [] : [.init("kept_every", Double(run.strides.steps))]
  }

  /// Whether some step changed the weights of a layer by a large fraction of their norm.
  var leaps: Bool { strongestUpdate(in: 1..<run.stepCount + 1).map { $0.ratio > thresholds.leap } ?? false }

  /// Whether the loss changes by a large fraction from step to step, and the second half is no better than the first
  /// steps although the steps are large.
  private var oscillates: Bool {
    // Losses cannot be compared from step to step if steps are missing from the record.
    guard run.strides.steps == 1 else { return false }
    let losses = LossCurve(run).losses
    guard losses.count >= 20, let beginning = median(Array(losses.prefix(10))) else { return false }
    let later = Array(losses.suffix(losses.count / 2))
    let level = median(later)!
    let changes = median(zip(later, later.dropFirst()).map { abs($1 - $0) })!
    return level > (1 - thresholds.stall) * beginning && changes > level / 10 && leaps
  }

  /// Returns the recorded update that changed a layer's weights most, relative to their norm. Updates of weights of
  /// norm 0 are ignored. If the record was thinned out, only the kept steps and those with a larger update than all
  /// before them are considered.
  func strongestUpdate(in steps: Range<Int>) -> (layer: Int, ratio: Double)? {
    let layers = run.network.depth
    // Recorded steps are in ascending order.
    let first = (0..<run.flow.count / layers).partitioningIndex { run.flow[$0 * layers].step >= steps.lowerBound }
    let kept = run.flow[(first * layers)...].lazy.prefix { $0.step < steps.upperBound }.filter(\.updateRatio.isFinite)
      .map { (layer: $0.layer, ratio: $0.updateRatio) }.max { $0.ratio < $1.ratio }
    let known = run.flow.largestUpdates.last { steps.contains($0.step) }.map { (layer: $0.layer, ratio: $0.ratio) }
    guard let kept, let known else { return kept ?? known }
    return known.ratio > kept.ratio ? known : kept
  }

  /// The largest ‖W − W₀‖/‖W₀‖ of any layer over the training run.
  var drift: Double {
    (1...run.network.depth).lazy.map { layer in
      let (old, new) = (before.numbers(layer: layer, .weight) ?? [], after.numbers(layer: layer, .weight) ?? [])
      let moved = zip(old, new).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      let size = old.reduce(0) { $0 + $1 * $1 }
      return moved == 0 ? 0 : (moved / size).squareRoot()
    }.max() ?? 0
  }
}
