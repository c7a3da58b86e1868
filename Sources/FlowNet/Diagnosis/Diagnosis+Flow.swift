// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// What a flow table says of the hidden layers, worst first.
struct FlowReading {
  let rows: [LayerFlow]
  let network: Network
  let inputRMS: Double
  let thresholds: DiagnosisThresholds

  /// One per symptom, in the order of the symptoms.
  var diagnoses: [Diagnosis] {
    if let broken { return [broken] }
    return [underflow, dead, saturated, tooSmall, tooLarge].compactMap(\.self)
  }

  private func first(_ state: FlowState) -> LayerFlow? { rows.first { $0.state == state } }

  /// Numbers that are no numbers.
  private var broken: Diagnosis? {
    guard let row = first(.nan) else { return nil }
    guard let largest = rows.first(where: { !$0.actStd.isFinite }) else {
      return Diagnosis(
        .overflow, layer: row.layer, .weights, "the gradient leaves the range of \(network.precision.rawValue)",
        [.init("weight_norm", row.weightNorm), .init("delta_rms", row.deltaRMS)])
    }
    return Diagnosis(
      .overflow, layer: largest.layer, inputRMS.isFinite ? .weights : .data,
      "the signal leaves the range of \(network.precision.rawValue)",
      [.init("weight_norm", largest.weightNorm), .init("input_rms", inputRMS)])
  }

  private var underflow: Diagnosis? {
    guard let row = rows.last(where: { $0.state == .underflow }) else { return nil }
    return Diagnosis(
      .underflow, layer: row.layer, .precision,
      "the gradient of layers 1 to \(row.layer) is below the smallest number of \(network.precision.rawValue)",
      [.init("log10_total", row.log10Total)] + gains)
  }

  /// The dead layer nearest to the loss: no layer before it gets a gradient either.
  private var dead: Diagnosis? {
    guard let row = rows.dropLast().last(where: { $0.state == .dead }) else { return nil }
    let (bias, signal) = preactivation(row.layer)
    let evidence: [Diagnosis.Finding] = [
      .init("dead", row.dead), .init("bias_mean", bias), .init("signal_rms", signal),
    ]
    return -bias > signal
      ? Diagnosis(.dead, layer: row.layer, .bias, "the biases keep the units closed whatever comes in", evidence)
      : Diagnosis(.dead, layer: row.layer, .weights, "the weights keep the units closed for every sample", evidence)
  }

  private var saturated: Diagnosis? {
    let share = thresholds.flow.share
    guard let row = rows.dropLast().first(where: { $0.saturated.map { $0 > share } ?? false }) else { return nil }
    let (bias, signal) = preactivation(row.layer)
    let evidence: [Diagnosis.Finding] = [
      .init("saturated", row.saturated ?? 0), .init("signal_rms", signal), .init("bias_mean", bias),
    ]
    func found(_ cause: Diagnosis.Cause, _ why: String) -> Diagnosis {
      Diagnosis(
        .saturated, layer: row.layer, cause, "\(why) z far from 0, where \(row.activation.name) is flat", evidence)
    }
    if row.layer == 1, inputRMS > thresholds.scale { return found(.data, "large inputs bring") }
    return abs(bias) > signal ? found(.bias, "the biases bring") : found(.weights, "large weights bring")
  }

  private var tooSmall: Diagnosis? {
    guard let row = rows.dropLast().min(by: { $0.log10Total < $1.log10Total }), isWeaker(row) else { return nil }
    let (cause, why) = guilty(gains: means, shrinks: true)
    return Diagnosis(.vanishing, layer: row.layer, cause, why, [.init("log10_total", row.log10Total)] + gains)
  }

  private var tooLarge: Diagnosis? {
    guard let row = rows.dropLast().max(by: { $0.log10Total < $1.log10Total }), row.state == .exploding else {
      return nil
    }
    let (cause, why) = guilty(gains: means, shrinks: false)
    return Diagnosis(.exploding, layer: row.layer, cause, why, [.init("log10_total", row.log10Total)] + gains)
  }

  /// Vanishing, also where the layer has another state that is graver.
  private func isWeaker(_ row: LayerFlow) -> Bool {
    row.log10Total.isFinite && row.log10Total < -logarithm10(thresholds.flow.ratio)
  }

  private var means: StartFlow { StartFlow(rows) }

  private var gains: [Diagnosis.Finding] {
    [
      means.factor.map { .init("factor", $0) }, means.weightGain.map { .init("weight_gain", $0) },
      means.slopeGain.map { .init("slope_gain", $0) },
    ].compactMap(\.self)
  }

  /// Per layer a factor within this of 1 is as good as one gets; then it is the number of layers that does it.
  private static let mild = 1.0 / 3

  /// The term of the chain rule's product that makes most of it.
  private func guilty(gains: StartFlow, shrinks: Bool) -> (Diagnosis.Cause, String) {
    guard let factor = gains.factor, let weight = gains.weightGain, let slope = gains.slopeGain else {
      return (.depth, "")
    }
    let verb = shrinks ? "shrinks" : "grows"
    if abs(Double.log(factor)) < Double.log(1 + Self.mild) {
      return (.depth, "the gradient \(verb) little per layer, but there are \(rows.count) of them")
    }
    // Depth done with, the smaller of two gains shrinks the gradient, and the larger lets it grow.
    if (slope < weight) == shrinks {
      return (.slope, "the slopes of \(activationName) are what \(verb) the gradient in every layer")
    }
    return (
      .weights, "the weights are what \(verb) the gradient in every layer: they are too \(shrinks ? "small" : "large")"
    )
  }

  private var activationName: String {
    (rows.first { $0.activation.name != "identity" } ?? rows[0]).activation.name
  }

  /// The mean bias of a layer, and about the RMS of W·x.
  private func preactivation(_ layer: Int) -> (bias: Double, signal: Double) {
    let row = rows[layer - 1]
    let biases = network.numbers(layer: layer, .bias) ?? []
    let input =
      layer == 1
      ? inputRMS
      : (rows[layer - 2].actMean * rows[layer - 2].actMean
        + rows[layer - 2].actStd * rows[layer - 2].actStd).squareRoot()
    return (
      biases.reduce(0, +) / Double(max(biases.count, 1)), row.weightNorm / Double(row.outputs).squareRoot() * input
    )
  }
}
