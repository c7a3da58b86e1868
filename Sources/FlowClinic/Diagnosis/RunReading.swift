// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// Derives diagnoses from the record of a training run, in addition to those of its final network.
struct RunReading {
  let run: Run
  let before: Network
  let after: Network
  let thresholds: RunThresholds

  /// Returns the diagnosis of the first value that is not finite. In the first step, only the initial values can be the
  /// cause.
  func overflow(_ fault: Fault, _ atStart: [Diagnosis]) -> Diagnosis {
    let causes = fault.causes.map { Diagnosis.Finding("largest \($0.quantity)", $0.value) }
    func found(_ cause: Diagnosis.Cause, _ why: String, _ evidence: [Diagnosis.Finding] = []) -> Diagnosis {
      Diagnosis(.overflow, layer: fault.layer, cause, why, [.init("step", Double(fault.step))] + evidence + causes)
    }
    if fault.quantity == .input { return found(.data, "an input is not finite") }
    if let scale = atStart.first(where: \.isOfLargeData) {
      return found(.data, scale.explanation, scale.evidence)
    }
    guard fault.step > 1 else {
      switch fault.quantity {
      case .weight: return found(.weights, "a weight or bias is not finite even before training")
      case .loss: return found(.weights, "the initial weights and biases make the outputs too large for the loss")
      default: return found(.weights, "the initial weights and biases make the signal or the gradient too large")
      }
    }
    if let exploding = largeWeights(atStart) { return found(.weights, exploding.explanation, exploding.evidence) }
    guard let update = strongestUpdate(in: max(fault.step - 10, 1)..<fault.step) else {
      return found(.rate, "the values grew from step to step")
    }
    return found(
      .rate, update.ratio > 1 ? "a step changed the weights by more than their own size" : "the steps were too large",
      [.init("update_ratio", update.ratio)])
  }

  /// Initial weights that are too large produce gradients of any size, so the learning rate is not to blame.
  private func largeWeights(_ atStart: [Diagnosis]) -> Diagnosis? {
    atStart.first { $0.symptom == .exploding && $0.cause == .weights }
  }

  /// Returns a diagnosis for a symptom that developed during training, with its cause in the training.
  func developed(_ diagnosis: Diagnosis) -> Diagnosis {
    let ofLayers: [Diagnosis.Symptom] = [.dead, .saturated, .vanishing, .exploding]
    guard ofLayers.contains(diagnosis.symptom) else { return diagnosis }
    func found(_ cause: Diagnosis.Cause, _ why: String, _ evidence: [Diagnosis.Finding]) -> Diagnosis {
      Diagnosis(diagnosis.symptom, layer: diagnosis.layer, cause, why, diagnosis.evidence + evidence)
    }
    let (old, new) = (weightNorm(before), weightNorm(after))
    if run.options.penalty != nil, new < old / 2 {
      return found(
        .penalty, "the penalty has more than halved the norm of the weights",
        [.init("weight_norm_before", old), .init("weight_norm_after", new)])
    }
    guard let update = strongestUpdate(in: 1..<run.stepCount + 1), update.ratio > thresholds.leap else {
      return diagnosis
    }
    let death = diagnosis.symptom == .dead ? death(of: diagnosis.layer ?? 1) : []
    return found(
      .rate,
      diagnosis.symptom == .dead
        ? "training steps moved the weights to where no sample activates the units"
        : "it developed in training, because the steps were too large",
      death + [.init("update_ratio", update.ratio)])
  }

  /// Returns the step from which most of a layer stayed dead, and how often units came back to life; nothing if this
  /// was not recorded. Smaller batches at the end of an epoch are ignored, because fewer samples activate fewer units.
  ///
  /// If steps are missing from the record, the death is only known to lie between two steps, and some revivals may be
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

  /// Returns a diagnosis if the loss rises far above its initial value.
  func jumping(_ atStart: [Diagnosis]) -> Diagnosis? {
    let curve = LossCurve(run)
    guard let first = curve.windows.first,
      let jump = curve.windows.first(where: { $0.loss > thresholds.jump * first.loss })
    else { return nil }
    // If no step was large enough, the samples differ and not the network.
    let update = strongestUpdate(in: 1..<jump.step + 1)
    if let update, update.ratio < thresholds.leap / 10 { return nil }
    let evidence: [Diagnosis.Finding] =
      [
        .init("step", Double(jump.step)), .init("loss", jump.loss), .init("first_loss", first.loss),
        .init("largest_loss", curve.windows.lazy.map(\.loss).max() ?? jump.loss),
      ] + (update.map { [.init("update_ratio", $0.ratio)] } ?? []) + keptSteps
    if let exploding = largeWeights(atStart) {
      return Diagnosis(.jumping, layer: exploding.layer, .weights, exploding.explanation, evidence)
    }
    return Diagnosis(.jumping, layer: update?.layer, .rate, "a step was too large", evidence)
  }

  /// The stride of the steps whose losses are known, if the record was thinned out.
  private var keptSteps: [Diagnosis.Finding] {
    run.strides.steps == 1 ? [] : [.init("kept_every", Double(run.strides.steps))]
  }

  /// A diagnosis if the loss changes by a large fraction of itself from step to step, and the second half is no better
  /// than the first steps although the steps are large.
  var oscillating: Diagnosis? {
    // Steps between the kept ones are missing.
    guard run.strides.steps == 1 else { return nil }
    let losses = LossCurve(run).losses
    guard losses.count >= 20, let beginning = median(Array(losses.prefix(10))) else { return nil }
    let later = Array(losses.suffix(losses.count / 2))
    let level = median(later)!
    let changes = median(zip(later, later.dropFirst()).map { abs($1 - $0) })!
    guard level > (1 - thresholds.stall) * beginning, changes > level / 10,
      let update = strongestUpdate(in: 1..<run.stepCount + 1), update.ratio > thresholds.leap
    else { return nil }
    return Diagnosis(
      .oscillating, layer: update.layer, .rate, "the steps jump back and forth across the minimum",
      [.init("loss", level), .init("change_per_step", changes), .init("update_ratio", update.ratio)])
  }

  /// A diagnosis if the loss does not fall.
  var stalled: Diagnosis? {
    let losses = LossCurve(run).losses
    guard losses.count >= 10 else { return nil }
    let part = max(losses.count / 10, 5)
    let (first, last) = (median(Array(losses.prefix(part)))!, median(Array(losses.suffix(part)))!)
    let evidence = [Diagnosis.Finding("first_loss", first), .init("loss", last), .init("drift", drift)] + keptSteps
    if last > (1 - 5 * thresholds.stall) * first, drift < thresholds.drift {
      return Diagnosis(
        .stalled, .rate,
        "the steps are too small: no layer's weights changed by \(numberText(100 * thresholds.drift)) % of their norm",
        evidence)
    }
    guard last > (1 - thresholds.stall) * first else { return nil }
    if let update = strongestUpdate(in: 1..<run.stepCount + 1), update.ratio > thresholds.leap {
      return Diagnosis(
        .stalled, .rate, "the steps are large, but the loss does not fall",
        evidence + [.init("update_ratio", update.ratio)])
    }
    return Diagnosis(
      .stalled, .model, "the weights change, but the loss does not fall: the network may not be able to fit better",
      evidence)
  }

  /// Returns the recorded update that changed a layer's weights most, relative to their norm. Updates of weights of
  /// norm 0 are ignored. If the record was thinned out, only the remaining steps and those with a larger update than
  /// all before them are considered.
  private func strongestUpdate(in steps: Range<Int>) -> (layer: Int, ratio: Double)? {
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
  private var drift: Double {
    (1...run.network.depth).lazy.map { layer in
      let (old, new) = (before.numbers(layer: layer, .weight) ?? [], after.numbers(layer: layer, .weight) ?? [])
      let moved = zip(old, new).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      let size = old.reduce(0) { $0 + $1 * $1 }
      return moved == 0 ? 0 : (moved / size).squareRoot()
    }.max() ?? 0
  }

  private func weightNorm(_ network: Network) -> Double {
    (1...network.depth).reduce(0) { sum, layer in
      (network.numbers(layer: layer, .weight) ?? []).reduce(sum) { $0 + $1 * $1 }
    }.squareRoot()
  }
}
