// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// What the record of a training says beside the network that it left.
struct RunReading {
  let run: Run
  let before: Network
  let after: Network
  let thresholds: DiagnosisThresholds

  /// The first number that is not finite. In the first step nothing but the start can be blamed.
  func overflow(_ fault: Fault, _ atStart: [Diagnosis]) -> Diagnosis {
    let causes = fault.causes.map { Diagnosis.Finding("largest \($0.quantity)", $0.value) }
    func found(_ cause: Diagnosis.Cause, _ why: String, _ evidence: [Diagnosis.Finding] = []) -> Diagnosis {
      Diagnosis(.overflow, layer: fault.layer, cause, why, [.init("step", Double(fault.step))] + evidence + causes)
    }
    if fault.quantity == .input { return found(.data, "an input is not a finite number") }
    if let scale = atStart.first(where: { $0.symptom == .scale && $0.isOfLargeData }) {
      return found(.data, scale.explanation, scale.evidence)
    }
    guard fault.step > 1 else {
      switch fault.quantity {
      case .weight: return found(.weights, "a weight or a bias is not a finite number from the start")
      case .loss: return found(.weights, "the initial weights and biases make outputs too large for the loss")
      default: return found(.weights, "the initial weights and biases make the signal or the gradient too large")
      }
    }
    if let exploding = largeWeights(atStart) { return found(.weights, exploding.explanation, exploding.evidence) }
    guard let update = strongestUpdate(in: max(fault.step - 10, 1)..<fault.step) else {
      return found(.rate, "the numbers grew from step to step")
    }
    return found(
      .rate, update.ratio > 1 ? "a step changed the weights by more than their own size" : "the steps were too large",
      [.init("update_ratio", update.ratio)])
  }

  /// Weights that are too large to begin with make gradients of any size; the rate only passes them on.
  private func largeWeights(_ atStart: [Diagnosis]) -> Diagnosis? {
    atStart.first { $0.symptom == .exploding && $0.cause == .weights }
  }

  /// A symptom that the network did not have before training: what of the training brought it.
  func developed(_ diagnosis: Diagnosis) -> Diagnosis {
    let ofLayers: [Diagnosis.Symptom] = [.dead, .saturated, .vanishing, .exploding]
    guard ofLayers.contains(diagnosis.symptom) else { return diagnosis }
    func found(_ cause: Diagnosis.Cause, _ why: String, _ evidence: [Diagnosis.Finding]) -> Diagnosis {
      Diagnosis(diagnosis.symptom, layer: diagnosis.layer, cause, why, diagnosis.evidence + evidence)
    }
    let (old, new) = (weightNorm(before), weightNorm(after))
    if run.options.penalty != nil, new < old / 2 {
      return found(
        .penalty, "the penalty has taken most of the weights away",
        [.init("weight_norm_before", old), .init("weight_norm_after", new)])
    }
    guard let update = strongestUpdate(in: 1..<run.stepCount + 1), update.ratio > thresholds.leap else {
      return diagnosis
    }
    let death = diagnosis.symptom == .dead ? death(of: diagnosis.layer ?? 1) : []
    return found(
      .rate,
      diagnosis.symptom == .dead
        ? "steps threw the weights to where no sample opens the units"
        : "it came with training, whose steps were too large", death + [.init("update_ratio", update.ratio)])
  }

  /// From which step on most of a layer was dead for good, and how often units came back before; nothing where it is not
  /// recorded. Smaller batches at the end of an epoch do not count: fewer samples open fewer units.
  ///
  /// Where steps are missing from the record, the death is only known to lie between two of them, and units may have
  /// come back unseen.
  private func death(of layer: Int) -> [Diagnosis.Finding] {
    var died: Int?
    var alive: Int?
    var revivals = 0
    var last = 0.0
    for place in stride(from: layer - 1, to: run.flow.count, by: run.network.depth) {
      let record = run.flow[place]
      if record.samples < min(run.options.batch, run.data.samples) { continue }
      if record.dead <= thresholds.flow.share {
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

  /// The loss shoots up far beyond where it began.
  func jumping(_ atStart: [Diagnosis]) -> Diagnosis? {
    let curve = LossCurve(run)
    guard let first = curve.windows.first,
      let jump = curve.windows.first(where: { $0.loss > thresholds.jump * first.loss })
    else { return nil }
    // Without a step of some size it is the samples that differ, and not the network.
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
    return Diagnosis(.jumping, layer: update?.layer, .rate, "a step went too far", evidence)
  }

  /// The stride of the steps whose losses are known, where the record was thinned out.
  private var keptSteps: [Diagnosis.Finding] {
    run.strides.steps == 1 ? [] : [.init("kept_every", Double(run.strides.steps))]
  }

  /// From step to step the loss changes by a good part of itself, and for all the size of the steps the second half is no
  /// better than the first steps.
  var oscillating: Diagnosis? {
    // Steps that were not kept lie between those that were.
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
      .oscillating, layer: update.layer, .rate, "the steps go from one side of the valley to the other",
      [.init("loss", level), .init("change_per_step", changes), .init("update_ratio", update.ratio)])
  }

  /// The loss stays where it was.
  var stalled: Diagnosis? {
    let losses = LossCurve(run).losses
    guard losses.count >= 10 else { return nil }
    let part = max(losses.count / 10, 5)
    let (first, last) = (median(Array(losses.prefix(part)))!, median(Array(losses.suffix(part)))!)
    let evidence = [Diagnosis.Finding("first_loss", first), .init("loss", last), .init("drift", drift)] + keptSteps
    if last > (1 - 5 * thresholds.stall) * first, drift < thresholds.drift {
      return Diagnosis(
        .stalled, .rate,
        "the steps are too small: no layer has moved by \(numberText(100 * thresholds.drift)) % of its size",
        evidence)
    }
    guard last > (1 - thresholds.stall) * first else { return nil }
    if let update = strongestUpdate(in: 1..<run.stepCount + 1), update.ratio > thresholds.leap {
      return Diagnosis(
        .stalled, .rate, "the steps are large, and they lead nowhere", evidence + [.init("update_ratio", update.ratio)])
    }
    return Diagnosis(
      .stalled, .model, "the weights move, but the loss does not follow: the network may not be able to say more",
      evidence)
  }

  /// The recorded update that changed a layer's weights most for their size, with a norm that was not 0 before. Where the
  /// record was thinned out it is one of the steps that are left, or one that was larger than all before it.
  private func strongestUpdate(in steps: Range<Int>) -> (layer: Int, ratio: Double)? {
    let layers = run.network.depth
    // Recorded steps stand in their order.
    let first = (0..<run.flow.count / layers).partitioningIndex { run.flow[$0 * layers].step >= steps.lowerBound }
    let kept = run.flow[(first * layers)...].lazy.prefix { $0.step < steps.upperBound }.filter(\.updateRatio.isFinite)
      .map { (layer: $0.layer, ratio: $0.updateRatio) }.max { $0.ratio < $1.ratio }
    let known = run.flow.largestUpdates.last { steps.contains($0.step) }.map { (layer: $0.layer, ratio: $0.ratio) }
    guard let kept, let known else { return kept ?? known }
    return known.ratio > kept.ratio ? known : kept
  }

  /// The largest ‖W − W₀‖/‖W₀‖ of a layer over the training.
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
