// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

extension Recording {
  /// Returns the problems that the record shows, the earliest cause first. Nothing can be changed and measured again,
  /// so no cause has been tested.
  public func diagnose(_ thresholds: RunThresholds) -> [Diagnosis] {
    let diagnoses = RecordedReading(self, thresholds).diagnoses
    guard layers.contains(where: \.isNormalisation) else { return diagnoses }
    return diagnoses.map { diagnosis in diagnosis.keeping { !RecordedAdvice.normalisations.contains($0.remedy) } }
  }

  /// The steps with non-finite numbers after which the training run recovered.
  public var recoveredSteps: [Int] {
    let finite = steps.lastIndex { !$0.entries.contains(where: \.isNonfinite) } ?? 0
    return steps[..<finite].filter { $0.entries.contains(where: \.isNonfinite) }.map(\.step)
  }

  /// Whether no layer has a gradient in any step.
  var hasNoGradients: Bool {
    quantities.contains(.gradNorm) && steps.allSatisfy { step in step.entries.allSatisfy { $0[.gradNorm] ?? 0 == 0 } }
  }

  /// Whether weights change in every step although no layer has a gradient, because it was cleared before it was
  /// recorded.
  public var hasClearedGradients: Bool {
    hasNoGradients && steps.contains { step in step.entries.contains { $0[.updateRatio] ?? 0 > 0 } }
  }

  /// The first and the last loss, if the loss has risen in so few records that this may be due to chance.
  public var risenLoss: (first: Double, last: Double)? {
    let losses = losses
    guard (3..<RecordedCourse.fewestSteps).contains(losses.count), losses[losses.count - 1].loss > losses[0].loss else {
      return nil
    }
    return (losses[0].loss, losses[losses.count - 1].loss)
  }

  /// What the record does not show because columns are missing, as phrases such as `dead layers (dead)`.
  public var blindSpots: [String] {
    func misses(_ column: RecordedQuantity) -> Bool { !columns.contains(column) }
    return [
      hasLayers && measure != nil ? nil : "vanishing and exploding gradients (layer, grad_norm, weight_norm)",
      hasLayers && misses(.dead) ? "dead units (dead)" : nil,
      hasLayers && misses(.saturated) ? "saturated units (saturated)" : nil,
      misses(.loss) ? "whether the network learns (loss)" : nil,
      hasLayers && misses(.updateRatio) ? "the size of the steps (update_ratio)" : nil,
    ].compactMap(\.self)
  }
}

/// Derives diagnoses from a record.
struct RecordedReading {
  let recording: Recording
  let thresholds: RunThresholds
  let course: RecordedCourse
  /// The entries of each layer in the finite steps of the last third of the record, from which the layer is judged.
  let end: [[RecordedFlow]]

  init(_ recording: Recording, _ thresholds: RunThresholds) {
    self.recording = recording
    self.thresholds = thresholds
    course = RecordedCourse(recording, thresholds)
    // If the whole gradient is 0, the batch was fitted perfectly, which reveals nothing about the layers.
    let finite = recording.steps.untilStopped.filter { step in
      !step.entries.contains(where: \.isNonfinite) && recording.gradNorm(of: step.entries) != 0
        && recording.value(.loss, of: step.entries) != 0
    }
    var end = [[RecordedFlow]](repeating: [], count: recording.layers.count)
    for step in finite.suffix(max((finite.count + 2) / 3, 1)).untilStopped {
      for row in recording.flow(step.entries, thresholds.network.flow) { end[row.entry.layer].append(row) }
    }
    self.end = end
  }

  /// The problems, the earliest cause first.
  var diagnoses: [Diagnosis] {
    if let overflow { return [overflow] }
    // A rate that is too large ruins the layers, so their state at the end is a consequence.
    if let jump { return [jump] }
    if let root = tiny ?? leaping ?? signal { return [root] }
    let ofLayers = [dead, saturated, vanishing ?? exploding].compactMap(\.self)
    if !ofLayers.isEmpty { return ofLayers }
    return [spikes ?? withoutRate ?? stalled].compactMap(\.self)
  }

  // MARK: Numbers that are not finite

  var overflow: Diagnosis? {
    guard let fault = course.fault else { return nil }
    guard fault.entries.contains(where: \.hasLostValue) else {
      return Diagnosis(
        .overflow, .unknown, "the loss is not finite, although the layers are: the loss function or its targets are",
        [.init("step", Double(fault.step)), .init("loss", recording.value(.loss, of: fault.entries) ?? .nan)],
        RecordedAdvice.ofLoss)
    }
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
        ? "\(place), where numbers are near 65504, the largest float16 number"
        : place
          + (hasFewSteps(before: fault.step)
            ? "; too few steps were recorded before it to show what grew"
            : "; nothing that was recorded grew before it"),
      evidence, isHalf ? RecordedAdvice.range : RecordedAdvice.lostNumbers)
  }

  /// Activations and gradients of this mean size have extreme values outside the range of float16.
  private static let nearHalf = 1000.0

  /// Returns the entry with the first non-finite number in the order of computation: forward, and otherwise backward.
  private func origin(of entries: [Recording.Entry]) -> Recording.Entry {
    if let counted = entries.first(where: { ($0[.nonfinite] ?? 0) != 0 }) { return counted }
    func first(_ quantities: RecordedQuantity...) -> Recording.Entry? {
      entries.first { entry in quantities.contains { entry[$0]?.isFinite == false } }
    }
    if let forward = first(.actMean, .actStd, .weightNorm) { return forward }
    // Without activations, the values of all layers may have been lost in the forward pass.
    let isBackward = !recording.quantities.isDisjoint(with: [.actMean, .actStd])
    let backward = entries.filter(\.hasLostValue)
    return (isBackward ? backward.last : backward.first) ?? entries[0]
  }

  private func largestBefore(_ step: Int) -> (quantity: RecordedQuantity, value: Double)? {
    let ofLayers: [RecordedQuantity] = [.actMean, .actStd, .gradNorm, .deltaRMS]
    return recording.steps.last { $0.step < step }?.entries.flatMap { entry in
      ofLayers.compactMap { quantity in entry[quantity].map { (quantity, abs($0)) } }
    }.max { $0.1 < $1.1 }
  }

  /// Returns by how much the loss or the gradient grew before a step, if it grew considerably.
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
    guard let jump = course.jump else { return nil }
    let strongest = course.strongestUpdate
    return Diagnosis(
      .jumping, layer: strongest.flatMap { recording.layers[$0.layer].number }, .rate,
      "the loss rises far above its first value: the steps are too large",
      [.init("step", Double(jump.step)), .init("loss", jump.loss), .init("first_loss", course.initial ?? .nan)]
        + (strongest.flatMap { $0[.updateRatio] }.map { [.init("update_ratio", $0)] } ?? []),
      RecordedAdvice.smallerSteps)
  }

  /// The diagnosis of single gradients that are far larger than the others, as at the cliffs of recurrent networks.
  var spikes: Diagnosis? {
    let norms = recording.steps.compactMap { step in recording.gradNorm(of: step.entries).map { (step.step, $0) } }
    guard norms.count >= 10, let usual = median(norms.map(\.1)), let largest = norms.max(by: { $0.1 < $1.1 }),
      largest.1 > thresholds.network.flow.ratio * usual, course.hasFailed || isAnyRecurrent && !course.hasHalved
    else { return nil }
    return Diagnosis(
      .exploding, layer: recording.layers.first(where: \.isRecurrent)?.number, isAnyRecurrent ? .depth : .rate,
      isAnyRecurrent
        ? "the gradient is a product over the steps of the sequence, and some products are far larger than others"
        : "some gradients are far larger than the others",
      [.init("step", Double(largest.0)), .init("grad_norm", largest.1), .init("median grad_norm", usual)],
      RecordedAdvice.clip)
  }

  private var isAnyRecurrent: Bool { recording.layers.contains(where: \.isRecurrent) }

  /// The diagnosis of a rate that falls to almost nothing long before the end.
  var withoutRate: Diagnosis? {
    guard let end = course.rateLoss else { return nil }
    return Diagnosis(
      .stalled, .rate, "from step \(end.step) on, the rate is so low that nothing can be learned",
      [.init("step", Double(end.step)), .init("rate", end.rate)] + losses, RecordedAdvice.schedule)
  }

  var stalled: Diagnosis? {
    guard course.hasFailed || course.isFrozen else { return nil }
    let evidence = losses + (course.drift.map { [.init("drift", $0)] } ?? [])
    if course.hasRisen {
      return Diagnosis(
        .jumping, .unknown, "the loss ends far above its first value, although individual steps are small", evidence,
        RecordedAdvice.whenRisen)
    }
    if recording.hasNoGradients {
      return Diagnosis(
        .stalled, .unknown, "all gradients are 0, so the loss does not depend on the weights", evidence,
        RecordedAdvice.whenDetached)
    }
    if course.isFrozen {
      return Diagnosis(
        .stalled, .rate, "the loss does not change, and the weights have hardly moved", evidence,
        RecordedAdvice.largerRate)
    }
    return Diagnosis(
      .stalled, .unknown, "the loss does not change, and nothing that was recorded shows why", evidence,
      RecordedAdvice.whenStalled)
  }

  var losses: [Diagnosis.Finding] {
    [.init("first_loss", course.first ?? .nan), .init("loss", course.last ?? .nan)]
  }
}
