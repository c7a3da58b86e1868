// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// Derives diagnoses from a flow table and its network.
struct FlowReading {
  let rows: [LayerFlow]
  let network: Network
  let inputRMS: Double
  /// Whether the size of the inputs was found to be unsuitable for the layers.
  let hasBadScale: Bool
  /// The loss in training mode, like the rows.
  let loss: Double
  let thresholds: DiagnosisThresholds
  private let means: StartFlow

  init(
    rows: [LayerFlow], network: Network, inputRMS: Double, hasBadScale: Bool, loss: Double,
    thresholds: DiagnosisThresholds
  ) {
    self.rows = rows
    self.network = network
    self.inputRMS = inputRMS
    self.hasBadScale = hasBadScale
    self.loss = loss
    self.thresholds = thresholds
    means = StartFlow(rows)
  }

  /// At most one diagnosis per symptom, in the order of the symptoms.
  var diagnoses: [Diagnosis] {
    if let broken { return [broken] }
    return [underflow, dead, saturated, tooSmall, tooLarge].compactMap(\.self)
  }

  private func first(_ state: FlowState) -> LayerFlow? { rows.first { $0.state == state } }

  /// A signal, gradient or loss that is not finite.
  private var broken: Diagnosis? {
    guard let row = first(.nan) else {
      guard !loss.isFinite, let last = rows.last else { return nil }
      return Diagnosis(
        .overflow, layer: last.layer, hasBadScale ? .data : .weights,
        "the loss is outside the range of \(network.precision.rawValue)",
        [.init("loss", loss), .init("act_mean", last.actMean), .init("act_std", last.actStd)])
    }
    guard let largest = rows.first(where: { !$0.actStd.isFinite }) else {
      return Diagnosis(
        .overflow, layer: row.layer, .weights, "the gradient is outside the range of \(network.precision.rawValue)",
        [.init("weight_norm", row.weightNorm), .init("delta_rms", row.deltaRMS)])
    }
    return Diagnosis(
      .overflow, layer: largest.layer, inputRMS.isFinite ? .weights : .data,
      "the signal is outside the range of \(network.precision.rawValue)",
      [.init("weight_norm", largest.weightNorm), .init("input_rms", inputRMS)])
  }

  private var underflow: Diagnosis? {
    guard let row = rows.last(where: { $0.state == .underflow }) else { return nil }
    return Diagnosis(
      .underflow, layer: row.layer, .precision,
      "the gradient of layers 1 to \(row.layer) is below the smallest number of \(network.precision.rawValue)",
      (row.log10Total.isNaN ? [] : [.init("log10_total", row.log10Total)]) + gains)
  }

  /// The dead layer nearest to the loss. The layers before it get no gradient either, unless a shortcut bypasses it.
  private var dead: Diagnosis? {
    guard let row = rows.dropLast().last(where: { $0.state == .dead }) else { return nil }
    if row.slopeMean != 0, let wall = rows[row.layer...].first(where: { $0.weightNorm == 0 }) {
      return Diagnosis(
        .dead, layer: wall.layer, .weights, "the weights of this layer are 0, so no gradient passes through",
        [.init("dead", row.dead), .init("weight_norm", 0)])
    }
    let z = preactivation(row.layer)
    let evidence = [.init("dead", row.dead)] + z.findings
    if hasBadScale {
      return Diagnosis(.dead, layer: row.layer, .data, "inputs of this size keep the units inactive", evidence)
    }
    return z.bias > z.signal
      ? Diagnosis(.dead, layer: row.layer, .bias, "\(z.biasName) keep the units inactive for every input", evidence)
      : Diagnosis(.dead, layer: row.layer, .weights, "the weights keep the units inactive for every input", evidence)
  }

  private var saturated: Diagnosis? {
    guard let row = rows.dropLast().first(where: isSaturated) else { return nil }
    let z = preactivation(row.layer)
    func found(_ cause: Diagnosis.Cause, _ why: String) -> Diagnosis {
      Diagnosis(
        .saturated, layer: row.layer, cause, "\(why) z far from 0, where \(row.activation.name) is flat",
        [.init("saturated", row.saturated ?? 0)] + z.findings)
    }
    if z.bias > z.signal { return found(.bias, "\(z.biasName) push") }
    // With inputs of size 1, these weights would produce a z of an ordinary size.
    let isOfInputs = row.layer == 1 && inputRMS > 1 && z.signal <= 2 * inputRMS
    return isOfInputs || hasBadScale ? found(.data, "large inputs push") : found(.weights, "large weights push")
  }

  /// A rectifier with an upper limit is flat for half of its inputs by design.
  private func isSaturated(_ row: LayerFlow) -> Bool {
    let share = thresholds.flow.share
    return row.saturated.map { $0 > (row.activation.isRectifier ? (1 + share) / 2 : share) } ?? false
  }

  /// The layers that can be compared with the last one.
  private var hidden: [LayerFlow] { rows.dropLast().filter { !$0.log10Total.isNaN } }

  private var tooSmall: Diagnosis? {
    guard let row = hidden.min(by: { $0.log10Total < $1.log10Total }), isWeaker(row) else { return nil }
    let (cause, why) = culprit(shrinks: true)
    return Diagnosis(.vanishing, layer: row.layer, cause, why, [.init("log10_total", row.log10Total)] + gains)
  }

  private var tooLarge: Diagnosis? {
    guard let row = hidden.max(by: { $0.log10Total < $1.log10Total }), row.state == .exploding else {
      return nil
    }
    let (cause, why) = culprit(shrinks: false)
    return Diagnosis(.exploding, layer: row.layer, cause, why, [.init("log10_total", row.log10Total)] + gains)
  }

  /// Whether the gradient vanishes in a layer, even if the layer has a more severe state.
  private func isWeaker(_ row: LayerFlow) -> Bool {
    row.log10Total.isFinite && row.log10Total < -Real.log10(thresholds.flow.ratio)
  }

  private var gains: [Diagnosis.Finding] {
    [
      means.factor.map { .init("factor", $0) }, means.weightGain.map { .init("weight_gain", $0) },
      means.slopeGain.map { .init("slope_gain", $0) }, means.shortcutGain.map { .init("shortcut_gain", $0) },
      means.normGain.map { .init("norm_gain", $0) }, means.dropoutGain.map { .init("dropout_gain", $0) },
    ].compactMap(\.self)
  }

  /// A per-layer factor this close to 1 is as good as possible. Then the number of layers is the cause.
  private static let mild = 1.0 / 3

  /// Returns the term of the chain rule that contributes most, and an explanation.
  private func culprit(shrinks: Bool) -> (Diagnosis.Cause, String) {
    guard let factor = means.factor, let weight = means.weightGain, let slope = means.slopeGain else {
      return (.depth, "")
    }
    let verb = shrinks ? "shrink" : "amplify"
    if abs(Real.log(factor)) < Real.log(1 + Self.mild) {
      return (.depth, "the layers \(verb) the gradient only slightly, but there are \(rows.count) of them")
    }
    // A normalisation divides by the size of the signal, which depends on the weights, so only the product of the two
    // gains is meaningful.
    let scale = weight * (means.normGain ?? 1)
    let terms: [(gain: Double, cause: Diagnosis.Cause)] = [
      (scale, means.normGain == nil ? .weights : .norm), (slope, .slope), (means.shortcutGain ?? 1, .shortcut),
    ]
    // The smallest term shrinks the gradient most, the largest amplifies it most.
    let culprit = terms.dropFirst().reduce(terms[0]) { (($1.gain < $0.gain) == shrinks) ? $1 : $0 }
    switch culprit.cause {
    case .slope: return (.slope, "the slopes of \(activationName) \(verb) the gradient in every layer")
    case .norm:
      return (.norm, "the normalisation and the weights before it \(verb) the gradient in every layer")
    case .shortcut: return (.shortcut, "the shortcuts add to the gradient in every layer")
    default:
      let size = shrinks ? "small" : "large"
      return (.weights, "the weights \(verb) the gradient in every layer: they are too \(size)")
    }
  }

  private var activationName: String {
    (rows.first { $0.activation != .identity } ?? rows[0]).activation.name
  }

  /// The sizes of the parts of a pre-activation.
  private struct Preactivation {
    /// The approximate RMS of the part that depends on the inputs: W·x, or the scales of a normalisation.
    let signal: Double
    /// The RMS of the biases or of the shifts.
    let bias: Double
    let isNormalized: Bool

    var biasName: String { isNormalized ? "the shifts of the normalisation" : "the biases" }
    var findings: [Diagnosis.Finding] { [.init("signal_estimate", signal), .init("bias_rms", bias)] }
  }

  private func preactivation(_ layer: Int) -> Preactivation {
    func rms(_ kind: ParameterKind) -> Double? {
      network.numbers(layer: layer, kind).map { norm($0) / Double($0.count).squareRoot() }
    }
    if let scale = rms(.scale), let shift = rms(.shift) {
      return Preactivation(signal: scale, bias: shift, isNormalized: true)
    }
    let row = rows[layer - 1]
    let input = layer == 1 ? inputRMS : norm([rows[layer - 2].actMean, rows[layer - 2].actStd])
    return Preactivation(
      signal: row.weightNorm / Double(row.outputs).squareRoot() * input, bias: rms(.bias) ?? 0, isNormalized: false)
  }
}

/// Returns √Σx² without overflow; NaN if any number is NaN.
func norm(_ numbers: [Double]) -> Double {
  if numbers.contains(where: \.isNaN) { return .nan }
  let largest = numbers.reduce(0) { max($0, abs($1)) }
  guard largest > 0, largest.isFinite else { return largest }
  return largest * numbers.reduce(0) { $0 + $1 / largest * ($1 / largest) }.squareRoot()
}
