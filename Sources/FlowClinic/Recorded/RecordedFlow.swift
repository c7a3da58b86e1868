// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// The gradient of a layer in a recorded step, in a form that can be compared between layers of any kind.
public struct RecordedFlow: Sendable {
  public let layer: Recording.Layer
  public let entry: Recording.Entry
  /// log10 of the size of the gradient relative to that of the last layer that can be compared; nil if it is not known,
  /// or if the layer cannot be compared.
  public let log10Total: Double?
  /// The state, or nil if nothing that was recorded indicates it.
  public let state: FlowState?
}

extension Recording {
  /// The quantity by which layers are compared.
  public enum Measure: String, Sendable {
    case relativeGradient = "grad_norm/weight_norm"
    case gradNorm = "grad_norm"
    case deltaRMS = "delta_rms"
  }

  /// The measure that the columns allow; nil if there is none.
  public var measure: Measure? {
    if quantities.isSuperset(of: [.gradNorm, .weightNorm]) { return .relativeGradient }
    return quantities.contains(.gradNorm) ? .gradNorm : quantities.contains(.deltaRMS) ? .deltaRMS : nil
  }

  /// Returns the flow of the entries of a step.
  public func flow(_ entries: [Entry], _ thresholds: FlowThresholds) -> [RecordedFlow] {
    let sizes = entries.untilStopped.map(size)
    // A layer without a gradient, such as an expert without samples, cannot be the reference.
    let last = sizes.last { $0 ?? 0 > 0 } ?? nil
    return zip(entries, sizes).untilStopped.map { entry, size in
      let total = size.flatMap { size in last.map { Real.log10(size / $0) } }
      return RecordedFlow(
        layer: layers[entry.layer], entry: entry, log10Total: total.flatMap { $0.isNaN ? nil : $0 },
        state: state(entry, total, thresholds))
    }
  }

  private func state(_ entry: Entry, _ total: Double?, _ thresholds: FlowThresholds) -> FlowState? {
    if entry.isNonfinite { return .nan }
    if let dead = entry[.dead], dead > thresholds.share { return .dead }
    if let total, total < -Real.log10(thresholds.ratio) { return .vanishing }
    if let total, total > Real.log10(thresholds.ratio) { return .exploding }
    if let saturated = entry[.saturated], saturated > thresholds.share { return .saturated }
    return total == nil && entry[.dead] == nil && entry[.saturated] == nil ? nil : .ok
  }

  /// Returns the quantity by which a layer is compared with others, or nil if it is unknown or the layer cannot be
  /// compared.
  ///
  /// It is the norm of the gradient divided by that of the weights, which shows how fast the layer changes. If that is
  /// not available, it is the norm of the gradient, or else the RMS of δ; these depend on the shapes of the layers.
  private func size(_ entry: Entry) -> Double? {
    guard layers[entry.layer].isComparable else { return nil }
    switch measure {
    case .relativeGradient:
      guard let gradient = entry[.gradNorm], let weight = entry[.weightNorm], weight > 0 else { return nil }
      return gradient / weight
    case .gradNorm: return entry[.gradNorm]
    case .deltaRMS: return entry[.deltaRMS]
    case nil: return nil
    }
  }
}

extension Recording.Entry {
  /// Whether a recorded value is not finite.
  var isNonfinite: Bool { (self[.nonfinite] ?? 0) != 0 || values.values.contains { !$0.isFinite } }
}

extension Recording.Entry {
  /// Whether a value of the layer is not finite.
  var hasLostValue: Bool {
    (self[.nonfinite] ?? 0) != 0 || values.contains { !$0.key.isOfStep && !$0.value.isFinite }
  }
}

extension Recording.Layer {
  /// Whether the weights of the layer are those of a linear map, whose size and gradient can be compared with those of
  /// other layers. The sizes and gradients of normalisation scales, biases, embeddings and single parameters differ.
  var isComparable: Bool {
    guard number != nil else { return false }
    let kind = (kind ?? "").lowercased()
    if ["norm", "embedding", "parameter"].contains(where: kind.contains) { return false }
    let name = (name ?? "").lowercased()
    return !["bias", "beta", "gamma"].contains { name == $0 || name.hasSuffix(".\($0)") }
  }

  /// Whether the layer itself preserves the size of the signal.
  var isNormalisation: Bool { (kind ?? "").lowercased().contains("norm") }

  /// Whether the layer is recurrent, so that its gradient is a product over the steps of a sequence.
  var isRecurrent: Bool {
    let words = [kind ?? "", name ?? ""].map { $0.lowercased() }
    return words.contains { word in ["lstm", "gru", "rnn"].contains(where: word.contains) }
  }

  /// A description of the layer.
  var phrase: String {
    let number = number.map { "layer \($0)" } ?? "the network"
    let words = [name, kind].compactMap(\.self)
    return words.isEmpty ? number : "\(number) (\(words.joined(separator: ", ")))"
  }
}
