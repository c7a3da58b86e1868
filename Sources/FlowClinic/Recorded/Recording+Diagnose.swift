// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

extension Recording {
  /// Returns the problems that the record shows, the one that acts first before the others. Nothing can be exchanged and
  /// measured again, so no cause has been tested.
  public func diagnose(_ thresholds: RunThresholds) -> [Diagnosis] {
    let reading = RecordedReading(self, thresholds)
    if let overflow = reading.overflow { return [overflow] }
    // A rate that is too large ruins the layers, so what they show at the end follows from it.
    if let jump = reading.jump { return [jump] }
    let ofLayers = [reading.dead, reading.saturated, reading.vanishing ?? reading.exploding].compactMap(\.self)
    if !ofLayers.isEmpty { return ofLayers }
    return [reading.oscillating ?? reading.spikes ?? reading.stalled].compactMap(\.self)
  }

  /// The steps with numbers that are not finite from which the training recovered.
  public var recoveredSteps: [Int] {
    let finite = steps.lastIndex { !$0.entries.contains(where: \.isNonfinite) } ?? 0
    return steps[..<finite].filter { $0.entries.contains(where: \.isNonfinite) }.map(\.step)
  }

  /// What the record does not show, because columns are missing: phrases such as `dead layers (dead)`.
  public var blindSpots: [String] {
    func misses(_ column: RecordedQuantity) -> Bool { !columns.contains(column) }
    return [
      hasLayers && measure != nil ? nil : "vanishing and exploding gradients (layer, grad_norm, weight_norm)",
      hasLayers && misses(.dead) ? "dead units (dead)" : nil,
      hasLayers && misses(.saturated) ? "saturated units (saturated)" : nil,
      misses(.loss) ? "whether it learns (loss)" : nil,
      hasLayers && misses(.updateRatio) ? "the size of the steps (update_ratio)" : nil,
    ].compactMap(\.self)
  }
}

/// Derives diagnoses from a record.
private struct RecordedReading {
  let recording: Recording
  let thresholds: RunThresholds
  let course: RecordedCourse
  /// What each layer shows in the finite steps at the end, by which it is judged: a third of the record.
  private let end: [[RecordedFlow]]

  init(_ recording: Recording, _ thresholds: RunThresholds) {
    self.recording = recording
    self.thresholds = thresholds
    course = RecordedCourse(recording, thresholds)
    let finite = recording.steps.untilStopped.filter { !$0.entries.contains(where: \.isNonfinite) }
    var end = [[RecordedFlow]](repeating: [], count: recording.layers.count)
    for step in finite.suffix(max((finite.count + 2) / 3, 1)).untilStopped {
      for row in recording.flow(step.entries, thresholds.network.flow) { end[row.entry.layer].append(row) }
    }
    self.end = end
  }

  // MARK: Numbers that are not finite

  var overflow: Diagnosis? {
    guard let fault = course.fault else { return nil }
    let origin = origin(of: fault.entries)
    let layer = recording.layers[origin.layer]
    var evidence: [Diagnosis.Finding] = [.init("step", Double(fault.step))]
    if let count = origin[.nonfinite], count != 0 { evidence.append(.init("nonfinite", count)) }
    if let (quantity, value) = origin.values.sorted(by: { $0.key.rawValue < $1.key.rawValue })
      .first(where: { !$0.value.isFinite })
    {
      evidence.append(.init(quantity.rawValue, value))
    }
    let largest = largestBefore(fault.step)
    if let largest { evidence.append(.init("largest \(largest.quantity.rawValue) before", largest.value)) }
    if let last = course.losses.last(where: { $0.step < fault.step }) { evidence.append(.init("loss", last.loss)) }
    let place = "the first number that is not finite is in \(layer.phrase)"
    if let growth = growth(before: fault.step) {
      return Diagnosis(
        .overflow, layer: layer.number, .rate, "\(place), after the \(growth.name) grew steeply",
        evidence + [.init("\(growth.name) growth", growth.factor)], RecordedAdvice.smallerSteps)
    }
    let isHalf = largest.map { $0.value > Self.nearHalf } ?? false
    return Diagnosis(
      .overflow, layer: layer.number, isHalf ? .precision : .unknown,
      isHalf
        ? "\(place), where numbers are near 65504, the largest of float16"
        : place
          + (hasFewSteps(before: fault.step)
            ? "; too few steps were recorded before it to see what grew"
            : "; nothing that was recorded grew before"),
      evidence, RecordedAdvice.range)
  }

  /// Activations and gradients of this size, averaged over a layer, leave the range of float16 at their extremes.
  private static let nearHalf = 1000.0

  /// The entry with the first number in the order of computation that is not finite: forward, and otherwise backward.
  private func origin(of entries: [Recording.Entry]) -> Recording.Entry {
    if let counted = entries.first(where: { ($0[.nonfinite] ?? 0) != 0 }) { return counted }
    func first(_ quantities: RecordedQuantity...) -> Recording.Entry? {
      entries.first { entry in quantities.contains { entry[$0]?.isFinite == false } }
    }
    if let forward = first(.actMean, .actStd, .weightNorm) { return forward }
    // Without activations, the values of all layers may have been lost in the forward pass.
    let isBackward = !recording.quantities.isDisjoint(with: [.actMean, .actStd])
    let backward = entries.filter { entry in entry.values.contains { !$0.key.isOfStep && !$0.value.isFinite } }
    return (isBackward ? backward.last : backward.first) ?? entries[0]
  }

  private func largestBefore(_ step: Int) -> (quantity: RecordedQuantity, value: Double)? {
    let ofLayers: [RecordedQuantity] = [.actMean, .actStd, .gradNorm, .deltaRMS]
    return recording.steps.last { $0.step < step }?.entries.flatMap { entry in
      ofLayers.compactMap { quantity in entry[quantity].map { (quantity, abs($0)) } }
    }.max { $0.1 < $1.1 }
  }

  /// By how much the loss or the gradient grew before a step, if it is much.
  private func growth(before step: Int) -> (name: String, factor: Double)? {
    func factor(_ values: [Double]) -> Double? {
      guard let first = median(Array(values.prefix(3))), let last = values.max(), first > 0, values.count > 1 else {
        return nil
      }
      return last / first > Self.muchGrowth ? last / first : nil
    }
    let earlier = recording.steps.filter { $0.step < step && !$0.entries.contains(where: \.isNonfinite) }
    if let factor = factor(course.losses.filter { $0.step < step }.map(\.loss)) { return ("loss", factor) }
    return factor(earlier.compactMap { recording.gradNorm(of: $0.entries) }).map { ("grad_norm", $0) }
  }

  private static let muchGrowth = 10.0

  private func hasFewSteps(before step: Int) -> Bool { recording.steps.prefix { $0.step < step }.count < 3 }

  // MARK: The course of the loss

  var jump: Diagnosis? {
    guard let jump = course.jump, course.hasLearned != true || (course.last ?? 0) > (course.first ?? 0) / 2 else {
      return nil
    }
    let strongest = course.strongestUpdate
    return Diagnosis(
      .jumping, layer: strongest.flatMap { recording.layers[$0.layer].number }, .rate,
      "the loss rises far above its first value: the steps are too large",
      [.init("step", Double(jump.step)), .init("loss", jump.loss), .init("first_loss", course.first ?? .nan)]
        + (strongest.flatMap { $0[.updateRatio] }.map { [.init("update_ratio", $0)] } ?? []),
      RecordedAdvice.smallerSteps)
  }

  var oscillating: Diagnosis? {
    guard course.hasLearned == false, course.isUneven, course.leaps, let strongest = course.strongestUpdate else {
      return nil
    }
    return Diagnosis(
      .oscillating, layer: recording.layers[strongest.layer].number, .rate,
      "single steps change weights by a large part of their norm",
      losses + [.init("update_ratio", strongest[.updateRatio] ?? .nan)], RecordedAdvice.smallerSteps)
  }

  /// Single gradients that are far larger than the others, as at the cliffs of recurrent networks.
  var spikes: Diagnosis? {
    let norms = recording.steps.compactMap { step in recording.gradNorm(of: step.entries).map { (step.step, $0) } }
    guard norms.count >= 10, let usual = median(norms.map(\.1)), let largest = norms.max(by: { $0.1 < $1.1 }),
      largest.1 > thresholds.network.flow.ratio * usual, course.hasLearned == false || isAnyRecurrent
    else { return nil }
    return Diagnosis(
      .exploding, layer: recording.layers.first(where: \.isRecurrent)?.number, isAnyRecurrent ? .depth : .rate,
      isAnyRecurrent
        ? "the gradient is a product over the steps of the sequence, and some products are far larger than others"
        : "single gradients are far larger than the others",
      [.init("step", Double(largest.0)), .init("grad_norm", largest.1), .init("median grad_norm", usual)],
      RecordedAdvice.clip)
  }

  private var isAnyRecurrent: Bool { recording.layers.contains(where: \.isRecurrent) }

  var stalled: Diagnosis? {
    guard course.hasLearned == false else { return nil }
    let evidence = losses + (course.drift.map { [.init("drift", $0)] } ?? [])
    if let drift = course.drift, drift < thresholds.drift {
      return Diagnosis(
        .stalled, .rate, "the loss stays where it was, and the weights have hardly moved", evidence,
        RecordedAdvice.largerRate)
    }
    return Diagnosis(
      .stalled, .unknown, "the loss stays where it was, and nothing that was recorded shows why", evidence,
      RecordedAdvice.whenStalled)
  }

  private var losses: [Diagnosis.Finding] {
    [.init("first_loss", course.first ?? .nan), .init("loss", course.last ?? .nan)]
  }

  // MARK: Layers

  var dead: Diagnosis? {
    ofShare(.dead, .dead, .bias, "most units get no gradient from any sample", RecordedAdvice.dead)
  }

  var saturated: Diagnosis? {
    ofShare(
      .saturated, .saturated, .weights, "most outputs are at the limits of the activation, where its slope is near 0",
      RecordedAdvice.saturated)
  }

  private func ofShare(
    _ symptom: Diagnosis.Symptom, _ quantity: RecordedQuantity, _ cause: Diagnosis.Cause, _ explanation: String,
    _ advice: [Prescription]
  ) -> Diagnosis? {
    let limit = thresholds.network.flow.share
    // The output layer may saturate by design: its targets are at the limits.
    let shares = recording.layers.indices.dropLast().map { layer in
      (layer, value: median(end[layer].compactMap { $0.entry[quantity] }) ?? 0)
    }
    guard let first = shares.first(where: { $0.value > limit }) else { return nil }
    let sick = shares.count { $0.value > limit }
    return Diagnosis(
      symptom, layer: recording.layers[first.0].number, cause,
      "\(recording.layers[first.0].phrase): \(explanation)" + (sick > 1 ? "; \(sick) layers show it" : ""),
      [.init(quantity.rawValue, first.value)], advice)
  }

  var vanishing: Diagnosis? {
    guard let extreme = totals.min(by: { $0.total < $1.total }), extreme.total < -limit else { return nil }
    let layer = recording.layers[extreme.layer]
    let evidence = evidence(extreme)
    if let (mean, std) = flatOutputs {
      return Diagnosis(
        .vanishing, layer: layer.number, .slope,
        "\(phrase(layer)) \(isRelative ? "far more slowly" : "far smaller") than \(reference); activations hardly vary around their mean",
        evidence + [.init("act_mean", mean), .init("act_std", std)], RecordedAdvice.slope)
    }
    if let factor = signalFactor, factor < 1 / Self.clearFactor {
      return Diagnosis(
        .vanishing, layer: layer.number, .weights,
        "\(phrase(layer)) \(isRelative ? "far more slowly" : "far smaller") than \(reference); the signal shrinks from layer to layer, too",
        evidence + [.init("act_std factor", factor)], RecordedAdvice.start)
    }
    return Diagnosis(
      .vanishing, layer: layer.number, .unknown,
      "\(phrase(layer)) \(isRelative ? "far more slowly" : "far smaller") than \(reference); without a network, no factor can be measured",
      evidence, RecordedAdvice.vanishing)
  }

  var exploding: Diagnosis? {
    guard let largest = totals.max(by: { $0.total < $1.total }), largest.total > limit else { return nil }
    // What is before a recurrent layer gets the gradient that has exploded in it.
    let recurrent = totals.last { recording.layers[$0.layer].isRecurrent && $0.total > limit }
    let extreme = recurrent ?? largest
    let layer = recording.layers[extreme.layer]
    let evidence = evidence(extreme)
    let size = "\(phrase(layer)) \(isRelative ? "far faster" : "far larger") than \(reference)"
    if layer.isRecurrent {
      return Diagnosis(
        .exploding, layer: layer.number, .weights,
        "\(size); recurrent weights multiply the gradient in every step of the sequence", evidence,
        RecordedAdvice.recurrent)
    }
    if let factor = signalFactor, factor > Self.clearFactor {
      return Diagnosis(
        .exploding, layer: layer.number, .weights, "\(size); the signal grows from layer to layer, too",
        evidence + [.init("act_std factor", factor)], RecordedAdvice.start + RecordedAdvice.clip)
    }
    return Diagnosis(
      .exploding, layer: layer.number, .unknown, "\(size); without a network, no factor can be measured", evidence,
      RecordedAdvice.exploding)
  }

  private var isRelative: Bool { recording.measure == .relativeGradient }

  private func phrase(_ layer: Recording.Layer) -> String {
    isRelative ? "\(layer.phrase) changes" : "the gradient of \(layer.phrase) is"
  }

  /// What other layers are compared with, in words.
  private var reference: String { isRelative ? "the last one" : "that of the last one" }

  /// The median log10 of the size of each layer's gradient relative to that of the last one.
  private var totals: [(layer: Int, total: Double)] {
    recording.layers.indices.compactMap { layer in
      median(end[layer].compactMap(\.log10Total)).map { (layer, $0) }
    }
  }

  /// The threshold of vanishing and exploding. A network that learns well, and yet has layers that change at a very
  /// different rate, may be meant to: the threshold is then twice as many decades.
  private var limit: Double {
    let isWell = course.hasLearned == true && (course.last ?? .infinity) < (course.first ?? 0) / 2
    return Real.log10(thresholds.network.flow.ratio) * (isWell ? 2 : 1)
  }

  private func evidence(_ extreme: (layer: Int, total: Double)) -> [Diagnosis.Finding] {
    let entry = end[extreme.layer].last?.entry
    return [.init("log10_total", extreme.total)]
      + [RecordedQuantity.gradNorm, .weightNorm, .deltaRMS].compactMap { quantity in
        entry?[quantity].map { .init(quantity.rawValue, $0) }
      }
  }

  /// The outputs of the hidden layers, if their mean is far larger than their deviation: the activation then adds a
  /// constant and flattens the signal, as a sigmoid does.
  private var flatOutputs: (mean: Double, std: Double)? {
    let hidden = hiddenOutputs
    let flat = hidden.filter { abs($0.mean) > Self.flatness * $0.std }
    guard hidden.count > 1, 2 * flat.count > hidden.count else { return nil }
    return (median(flat.map(\.mean)) ?? .nan, median(flat.map(\.std)) ?? .nan)
  }

  /// The outputs of a rectifier have a mean of about their deviation.
  private static let flatness = 3.0

  /// The factor per layer by which the deviation of the outputs changes, from the first to the last hidden layer.
  private var signalFactor: Double? {
    let sizes = hiddenOutputs.map(\.std).filter { $0 > 0 }
    guard sizes.count > 2, let first = sizes.first, let last = sizes.last else { return nil }
    return Real.power(last / first, 1 / Double(sizes.count - 1))
  }

  /// A factor per layer that is clearly not 1.
  private static let clearFactor = 1.2

  private var hiddenOutputs: [(mean: Double, std: Double)] {
    end.dropLast().compactMap(\.last).filter(\.layer.isComparable).compactMap { row in
      guard let mean = row.entry[.actMean], let std = row.entry[.actStd] else { return nil }
      return (mean, std)
    }
  }
}
