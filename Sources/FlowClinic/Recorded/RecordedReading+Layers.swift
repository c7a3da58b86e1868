// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// Diagnoses of layers.
extension RecordedReading {
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
    // The output layer may saturate by design, if its targets are at the limits.
    let shares = recording.layers.indices.dropLast().map { ($0, value: typical(quantity, $0) ?? 0) }
    guard var first = shares.first(where: { $0.value > limit }) else { return nil }
    // The layers before a completely dead layer get no gradient either, and those after it no signal.
    if symptom == .dead, first.value > Self.whole {
      let whole = shares.filter { $0.value > Self.whole }
      first = whole.first { typical(.actStd, $0.0) == 0 } ?? whole[whole.count - 1]
    }
    let sick = shares.count { $0.value > limit }
    return Diagnosis(
      symptom, layer: recording.layers[first.0].number, cause,
      "\(recording.layers[first.0].phrase): \(explanation)" + (sick > 1 ? "; \(sick) layers show it" : ""),
      [.init(quantity.rawValue, first.value)], advice)
  }

  private static let whole = 0.99

  /// The diagnosis of a layer whose weights are far smaller than those of the others, so that hardly any signal or
  /// gradient passes through.
  var tiny: Diagnosis? {
    guard !course.hasHalved else { return nil }
    let norms = end.indices.dropLast().compactMap { layer in
      recording.layers[layer].isComparable ? typical(.weightNorm, layer).map { (layer: layer, norm: $0) } : nil
    }
    guard norms.count > 2, let usual = median(norms.map(\.norm)),
      let smallest = norms.min(by: { $0.norm < $1.norm }), smallest.norm < usual / thresholds.network.flow.ratio
    else { return nil }
    let layer = recording.layers[smallest.layer]
    return Diagnosis(
      .vanishing, layer: layer.number, .weights,
      "the weights of \(layer.phrase) are far smaller than those of other layers",
      [
        .init("weight_norm", smallest.norm), .init("median weight_norm", usual),
      ], RecordedAdvice.start)
  }

  /// The diagnosis of a signal that grows or shrinks from layer to layer, along with the gradient in the backward pass,
  /// or, if the gradient of outputs was not recorded, in a run that fails. The gradient relative to the weights may be
  /// the same in all layers, because it is the product of both.
  var signal: Diagnosis? {
    let outputs = hiddenOutputs.filter { $0.std > 0 }
    guard outputs.count > 2, let first = outputs.first, let last = outputs.last, let factor = signalFactor else {
      return nil
    }
    let total = Real.log10(last.std / first.std)
    guard abs(total) > decades,
      course.hasFailed || deltaTotals.contains(where: { ($0.total > 0) == (total > 0) && abs($0.total) > decades })
    else { return nil }
    return Diagnosis(
      total > 0 ? .exploding : .vanishing, layer: recording.layers[first.layer].number, .weights,
      "the signal \(total > 0 ? "grows" : "shrinks") from layer to layer: the initial weights are too "
        + (total > 0 ? "large" : "small"),
      [.init("act_std", last.std), .init("first act_std", first.std), .init("act_std factor", factor)],
      RecordedAdvice.start)
  }

  /// The diagnosis of steps that are so large that training fails from the start, whatever the layers show at the end.
  var leaping: Diagnosis? {
    guard course.hasFailed && course.leaps || course.hasFailedByLeaps, let strongest = course.strongestUpdate else {
      return nil
    }
    return Diagnosis(
      course.isUneven ? .oscillating : .stalled, layer: recording.layers[strongest.layer].number, .rate,
      "single steps change weights by a large fraction of their norm",
      losses + [.init("update_ratio", strongest[.updateRatio] ?? .nan)], RecordedAdvice.smallerSteps)
  }

  var vanishing: Diagnosis? {
    guard let extreme = totals.min(by: { $0.total < $1.total }), extreme.total < -limit else { return nil }
    let layer = recording.layers[extreme.layer]
    let evidence = evidence(extreme)
    let size = "\(phrase(layer)) \(isRelative ? "far more slowly" : "far smaller") than \(reference)"
    if let (mean, std) = flatOutputs {
      return Diagnosis(
        .vanishing, layer: layer.number, .slope,
        "\(size); activations hardly vary around their mean",
        evidence + [.init("act_mean", mean), .init("act_std", std)], RecordedAdvice.slope)
    }
    if let factor = signalFactor, factor < 1 / Self.clearFactor {
      return Diagnosis(
        .vanishing, layer: layer.number, .weights,
        "\(size); the signal also shrinks from layer to layer",
        evidence + [.init("act_std factor", factor)], RecordedAdvice.start)
    }
    return Diagnosis(
      .vanishing, layer: layer.number, .unknown,
      "\(size); without a network, no factor can be measured",
      evidence, RecordedAdvice.vanishing)
  }

  /// The diagnosis of a recurrent layer with huge outputs. Everything that is compared between layers may be the same
  /// before and after it, because the signal and the gradient explode inside it.
  private var explodingRecurrence: Diagnosis? {
    let huge = recording.layers.indices.first { layer in
      recording.layers[layer].isRecurrent && (typical(.actStd, layer) ?? 0) > thresholds.network.flow.ratio
    }
    guard let huge, let std = typical(.actStd, huge) else { return nil }
    let layer = recording.layers[huge]
    return Diagnosis(
      .exploding, layer: layer.number, .weights,
      "the outputs of \(layer.phrase) are huge; recurrent weights multiply them in every step of the sequence",
      [.init("act_std", std)] + (typical(.gradNorm, huge).map { [.init("grad_norm", $0)] } ?? []),
      RecordedAdvice.recurrent)
  }

  var exploding: Diagnosis? {
    if let explodingRecurrence { return explodingRecurrence }
    guard let largest = totals.max(by: { $0.total < $1.total }), largest.total > limit else { return nil }
    // The layers before a recurrent layer receive the gradient that has exploded in it.
    let recurrent = unconfirmedTotals.last {
      $0.layer >= largest.layer && recording.layers[$0.layer].isRecurrent && $0.total > limit
    }
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
        .exploding, layer: layer.number, .weights, "\(size); the signal also grows from layer to layer",
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

  /// The reference that other layers are compared with, in words.
  private var reference: String { isRelative ? "the last one" : "that of the last one" }

  /// The median log10 of the size of each layer's gradient relative to that of the last one. If the gradient of outputs
  /// was recorded, only the layers that it confirms are included. If it is small, the gradient of the weights is small,
  /// too; but the latter is also small compared with that of a last layer with tiny weights.
  private var totals: [(layer: Int, total: Double)] {
    let deltas = Dictionary(uniqueKeysWithValues: deltaTotals.map { ($0.layer, $0.total) })
    guard isRelative, !deltas.isEmpty else { return unconfirmedTotals }
    return unconfirmedTotals.compactMap { layer, total in
      guard let delta = deltas[layer] else { return nil }
      // Such a gradient is a fault even if large weights compensate for it.
      if delta > Self.certain * decades { return (layer, max(delta, total)) }
      return (delta > 0) == (total > 0) && abs(delta) > decades ? (layer, total) : nil
    }
  }

  private var unconfirmedTotals: [(layer: Int, total: Double)] {
    recording.layers.indices.compactMap { layer in
      median(end[layer].compactMap(\.log10Total)).map { (layer: layer, total: $0) }
    }
  }

  /// Healthy networks with large last weights stay below this multiple of the threshold's decades.
  private static let certain = 1.5

  /// The log10 of each layer's `delta_rms` relative to that of the last layer.
  private var deltaTotals: [(layer: Int, total: Double)] {
    let sizes = recording.layers.indices.compactMap { layer in
      recording.layers[layer].isComparable ? typical(.deltaRMS, layer).map { (layer: layer, size: $0) } : nil
    }
    guard let last = sizes.last(where: { $0.size > 0 })?.size else { return [] }
    return sizes.map { ($0.layer, Real.log10($0.size / last)) }
  }

  /// The threshold in decades.
  private var decades: Double { Real.log10(thresholds.network.flow.ratio) }

  /// The threshold of vanishing and exploding. In a network that learns well, layers that change at very different
  /// rates may be intended, so the threshold is twice as many decades.
  private var limit: Double { decades * (course.hasHalved ? 2 : 1) }

  private func evidence(_ extreme: (layer: Int, total: Double)) -> [Diagnosis.Finding] {
    [.init("log10_total", extreme.total)]
      + [RecordedQuantity.gradNorm, .weightNorm, .deltaRMS].compactMap { quantity in
        typical(quantity, extreme.layer).map { .init(quantity.rawValue, $0) }
      }
  }

  /// The outputs of the hidden layers, if their mean is far larger than their deviation. The activation then adds a
  /// constant and flattens the signal, as a sigmoid does.
  private var flatOutputs: (mean: Double, std: Double)? {
    let hidden = hiddenOutputs
    let flat = hidden.filter { abs($0.mean) > Self.flatness * $0.std }
    guard hidden.count > 1, 2 * flat.count > hidden.count else { return nil }
    return (median(flat.map(\.mean)) ?? .nan, median(flat.map(\.std)) ?? .nan)
  }

  /// The mean of a rectifier's outputs is about as large as their deviation.
  private static let flatness = 3.0

  /// The factor per layer by which the deviation of the outputs changes, from the first to the last hidden layer.
  private var signalFactor: Double? {
    let sizes = hiddenOutputs.map(\.std).filter { $0 > 0 }
    guard sizes.count > 2, let first = sizes.first, let last = sizes.last else { return nil }
    return Real.power(last / first, 1 / Double(sizes.count - 1))
  }

  /// A factor per layer that clearly differs from 1.
  private static let clearFactor = 1.2

  private var hiddenOutputs: [(layer: Int, mean: Double, std: Double)] {
    recording.layers.indices.dropLast().compactMap { layer in
      guard recording.layers[layer].isComparable, let mean = typical(.actMean, layer),
        let std = typical(.actStd, layer)
      else { return nil }
      return (layer, mean, std)
    }
  }

  /// The median of a quantity of a layer at the end of the record; nil if it was not recorded.
  private func typical(_ quantity: RecordedQuantity, _ layer: Int) -> Double? {
    median(end[layer].compactMap { $0.entry[quantity] })
  }
}
