// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Run {
  /// What went wrong in this training, the symptom nearest to the root first; nothing where all went well.
  ///
  /// It looks at the losses, the recorded flow, the fault if there is one, and at the network: as it is now, or as it
  /// was before the first step where the training broke.
  public func diagnose(
    limit: Int = 1024, thresholds: DiagnosisThresholds = DiagnosisThresholds(), pool: ThreadPool,
    isStopped: () -> Bool = { false }
  ) throws(NetworkError) -> [Diagnosis] {
    let subject = fault == nil ? network : networkAtStart()
    let ofNetwork = try subject.diagnose(
      data, loss: loss, judgesData: true, limit: limit, thresholds: thresholds, pool: pool, isStopped: isStopped)
    if isStopped() { return [] }
    let reading = RunReading(run: self, thresholds: thresholds)
    if let fault { return inOrder([reading.overflow(fault, ofNetwork)] + ofNetwork.filter { $0.symptom != .overflow }) }
    let symptomsAtStart = try networkAtStart().diagnose(
      data, loss: loss, judgesData: false, limit: limit, thresholds: thresholds, pool: pool, isStopped: isStopped
    ).map(\.symptom)
    if isStopped() { return [] }
    var diagnoses = ofNetwork.map { diagnosis in
      symptomsAtStart.contains(diagnosis.symptom) ? diagnosis : reading.developed(diagnosis)
    }
    if let died = reading.died { diagnoses = diagnoses.filter { $0.symptom != .dead } + [died] }
    if let restless = reading.jumping ?? reading.oscillating { diagnoses.append(restless) }
    // Where something else stops the gradient, that is what stalls the training.
    let isExplained = diagnoses.contains { $0.symptom != .exploding }
    if !isExplained, let stalled = reading.stalled { diagnoses.append(stalled) }
    return inOrder(diagnoses)
  }

  /// The network with the parameters from before the first step.
  func networkAtStart() -> Network {
    let copy = network.copy()
    switch start {
    case .f32(let values): copy.compiled(Float.self).memory.values.take(values)
    case .f64(let values): copy.compiled(Double.self).memory.values.take(values)
    }
    return copy
  }
}

/// What the record of a training says.
private struct RunReading {
  let run: Run
  let thresholds: DiagnosisThresholds
  private let losses: [Double]

  init(run: Run, thresholds: DiagnosisThresholds) {
    self.run = run
    self.thresholds = thresholds
    losses = run.steps.map(\.loss)
  }

  /// The first number that is not finite. In the first step nothing but the start can be blamed.
  func overflow(_ fault: Fault, _ atStart: [Diagnosis]) -> Diagnosis {
    let causes = fault.causes.map { Diagnosis.Finding("largest \($0.quantity)", $0.value) }
    func found(_ cause: Diagnosis.Cause, _ why: String, _ evidence: [Diagnosis.Finding]) -> Diagnosis {
      Diagnosis(.overflow, layer: fault.layer, cause, why, [.init("step", Double(fault.step))] + evidence + causes)
    }
    if fault.quantity == .input || atStart.contains(where: { $0.symptom == .scale }) {
      return found(.data, "the data are too large", [])
    }
    guard fault.step > 1 else {
      return found(.weights, "the initial weights enlarge the signal or the gradient in every layer", [])
    }
    let ratio = strongestUpdate(in: max(fault.step - 10, 1)..<fault.step)
    // Weights that are too large to begin with make gradients of any size; the rate only passes them on.
    if let exploding = atStart.first(where: { $0.symptom == .exploding && $0.cause == .weights }) {
      return found(.weights, exploding.explanation, exploding.evidence)
    }
    return found(
      .rate, "a step changed the weights by more than their own size",
      ratio.map { [.init("update_ratio", $0.ratio)] } ?? [])
  }

  /// A symptom that the network did not have before training: where steps were as large as the weights, they brought it.
  func developed(_ diagnosis: Diagnosis) -> Diagnosis {
    let ofLayers: [Diagnosis.Symptom] = [.dead, .saturated, .vanishing, .exploding]
    guard ofLayers.contains(diagnosis.symptom), let update = strongestUpdate(in: 1..<losses.count + 1),
      update.ratio > thresholds.leap
    else { return diagnosis }
    return Diagnosis(
      diagnosis.symptom, layer: diagnosis.layer, .rate, "it came with training, whose steps were too large",
      diagnosis.evidence + [.init("update_ratio", update.ratio)])
  }

  /// Units that died in training, and the step at which most of a layer was dead for good.
  var died: Diagnosis? {
    let layers = run.network.depth
    let share = thresholds.flow.share
    for layer in stride(from: layers - 1, through: 1, by: -1) {
      let own = run.flow.lazy.filter { $0.layer == layer }
      guard let first = own.first, let last = own.last, last.dead > share, first.dead <= share else { continue }
      var died = last.step
      var revivals = 0
      var before = 0.0
      for record in own {
        if record.dead > share, before <= share { died = record.step }
        if record.dead < before { revivals += 1 }
        before = record.dead
      }
      let update = strongestUpdate(in: max(died - 3, 1)..<died + 1)
      return Diagnosis(
        .dead, layer: layer, .rate, "a step threw the weights to where no sample opens the units",
        [.init("dead", last.dead), .init("died_at_step", Double(died)), .init("revivals", Double(revivals))]
          + (update.map { [.init("update_ratio", $0.ratio)] } ?? []))
    }
    return nil
  }

  /// The loss shoots up far beyond where it began, seen over as many steps as make 32 samples.
  var jumping: Diagnosis? {
    let window = max(32 / max(run.options.batch, 1), 1)
    let means = stride(from: 0, to: losses.count, by: window).map { start in
      let part = losses[start..<min(start + window, losses.count)]
      return part.reduce(0, +) / Double(part.count)
    }
    guard let beginning = means.first, let top = means.indices.max(by: { means[$0] < means[$1] }),
      means[top] > thresholds.jump * beginning
    else { return nil }
    let step = top * window
    let update = strongestUpdate(in: max(step - 2, 1)..<step + 1)
    return Diagnosis(
      .jumping, layer: update?.layer, .rate, "a step went too far",
      [.init("step", Double(step + 1)), .init("loss", means[top]), .init("first_loss", beginning)]
        + (update.map { [.init("update_ratio", $0.ratio)] } ?? []))
  }

  /// From step to step the loss changes by a good part of itself, and for all the size of the steps the second half is no
  /// better than the first steps.
  var oscillating: Diagnosis? {
    guard losses.count >= 20, let beginning = median(Array(losses.prefix(10))) else { return nil }
    let later = Array(losses.suffix(losses.count / 2))
    let level = median(later)!
    let changes = median(zip(later, later.dropFirst()).map { abs($1 - $0) })!
    guard level > (1 - thresholds.stall) * beginning, changes > level / 10,
      let update = strongestUpdate(in: 1..<losses.count + 1), update.ratio > thresholds.leap
    else { return nil }
    return Diagnosis(
      .oscillating, layer: update.layer, .rate, "the steps go from one side of the valley to the other",
      [.init("loss", level), .init("change_per_step", changes), .init("update_ratio", update.ratio)])
  }

  /// The loss stays where it was, or the weights do.
  var stalled: Diagnosis? {
    guard losses.count >= 20 else { return nil }
    let tenth = max(losses.count / 10, 5)
    let (first, last) = (median(Array(losses.prefix(tenth)))!, median(Array(losses.suffix(tenth)))!)
    let drift = run.flow.suffix(run.network.depth).map(\.drift).max()
    let evidence: [Diagnosis.Finding] = [.init("first_loss", first), .init("loss", last)]
    let isSlow = last > (1 - 5 * thresholds.stall) * first
    if isSlow, let drift, drift < thresholds.drift {
      return Diagnosis(
        .stalled, .rate, "the steps are too small: no layer has moved by \(percent(thresholds.drift)) of its size",
        evidence + [.init("drift", drift)])
    }
    guard last > (1 - thresholds.stall) * first else { return nil }
    let update = strongestUpdate(in: 1..<losses.count + 1)
    return Diagnosis(
      .stalled, .rate, "the weights move, but the loss does not follow",
      evidence + (drift.map { [.init("drift", $0)] } ?? []) + (update.map { [.init("update_ratio", $0.ratio)] } ?? []))
  }

  private func strongestUpdate(in steps: Range<Int>) -> (layer: Int, ratio: Double)? {
    run.flow.lazy.filter { steps.contains($0.step) }.map { ($0.layer, $0.updateRatio) }.max { $0.1 < $1.1 }
  }

  private func percent(_ share: Double) -> String { "\(numberText(100 * share)) %" }
}
