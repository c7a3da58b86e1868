// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

/// The measurements of a patient, and the severity of each symptom.
struct Signs {
  let rows: [LayerFlow]
  let network: Network
  /// The loss in training mode, like the rows.
  let loss: Double
  /// The loss of the best constant outputs.
  let baseline: Double
  /// The RMS of the inputs.
  let inputRMS: Double
  /// The RMS of the targets, if they are numbers.
  let targetRMS: Double
  /// The problems of the inputs, of the targets and of the output, if any.
  let inputs: ScaleTrouble?
  let targets: ScaleTrouble?
  /// The values that are very far from the others, and the samples without any.
  let strays: StrayValues
  let pairing: PairingTrouble?
  /// The hidden layers with units that are copies of each other.
  let copies: [UnitCopies]
  private let thresholds: FlowThresholds

  init(_ patient: Patient, _ rows: [LayerFlow], loss: Double) {
    self.rows = rows
    self.loss = loss
    baseline = patient.baseline
    network = patient.network
    thresholds = patient.thresholds.flow
    let samples = 0..<patient.samples
    let lengths = samples.untilStopped.map { norm(patient.data.inputs(ofSample: $0)) }
    inputRMS = norm(lengths) / Double(samples.count * network.inputs).squareRoot()
    let sizes = samples.untilStopped.map { norm(patient.data.targets(ofSample: $0)) }
    targetRMS = norm(sizes) / Double(samples.count * patient.data.outputWidth).squareRoot()
    let limit = patient.thresholds.scale
    inputs = patient.checksData ? .inputs(patient.data, samples, limit) : nil
    targets = patient.checksData ? .targets(patient.data, samples, limit) : nil
    strays = patient.checksData ? StrayValues(patient.data, samples) : StrayValues()
    pairing =
      patient.checksData ? PairingTrouble(network, patient.data, patient.loss, rows: samples, baseline: baseline) : nil
    copies = UnitCopies.all(in: network)
  }

  /// A symptom is present if its severity is above this number.
  static var present: Double { 1 }

  /// Returns the severity of a symptom relative to its threshold. It is 0 for a symptom that only shows during
  /// training.
  func severity(_ symptom: Diagnosis.Symptom) -> Double {
    switch symptom {
    case .overflow: !loss.isFinite || rows.contains { $0.state == .nan } ? .infinity : 0
    case .pairing: pairing == nil ? 0 : .infinity
    case .scale: 2 * Double([inputs != nil, targets != nil, !strays.isEmpty].count { $0 })
    case .symmetric: copies.isEmpty ? 0 : .infinity
    case .underflow: rows.contains { $0.state == .underflow } ? .infinity : 0
    case .dead: hidden.lazy.map(deadness).max() ?? 0
    case .saturated: hidden.lazy.map(saturation).max() ?? 0
    case .vanishing: max(decay, hiddenWeights.map(\.slowness).max() ?? 0)
    case .exploding: max(growth, excess, hiddenWeights.map(\.fastness).max() ?? 0)
    case .jumping, .oscillating, .stalled: 0
    }
  }

  /// The decay of the gradient relative to its threshold.
  var decay: Double { max(-(totals.map(\.total).min() ?? 0), 0) / Real.log10(thresholds.ratio) }

  /// The growth of the gradient relative to its threshold. It does no harm if no layer changes faster than the last one
  /// and the outputs have a usual size: then the growth of the signal or a normalisation compensates for it.
  var growth: Double {
    let growth = max(totals.map(\.total).max() ?? 0, 0) / Real.log10(thresholds.ratio)
    return changesFaster || loss > Self.largeLoss * baseline ? growth : min(growth, Self.present)
  }

  /// Whether the gradient of some layer, relative to its weights, is clearly larger than that of the last layer.
  private var changesFaster: Bool {
    func relative(_ row: LayerFlow) -> Double { row.gradNorm / row.weightNorm }
    guard let last = rows.last, let fastest = hidden.map(relative).max() else { return false }
    return !(fastest <= Self.faster * relative(last))
  }

  /// In networks that train well although δ grows from layer to layer, the ratio rarely exceeds this factor.
  private static let faster = 10.0

  /// How far the loss is above that of the best constant outputs, relative to its threshold. Targets of an unsuitable
  /// size are a symptom of their own.
  var excess: Double {
    targets == nil && pairing == nil && loss > baseline && baseline > 0
      ? Real.log10(loss / baseline) / Real.log10(Self.largeLoss) : 0
  }

  /// Whether only the signal explodes, but not the gradient.
  var isOfSignal: Bool { growth <= Self.present && excess > Self.present }

  /// Of networks that train well, 95 % begin below 4.4 times the loss of the best constant outputs.
  static var largeLoss: Double { 10 }

  /// The symptoms that are present, in their order.
  var symptoms: [Diagnosis.Symptom] {
    // If numbers are not finite, nothing else can be measured.
    if severity(.overflow) > Self.present { return [.overflow] }
    return Diagnosis.Symptom.allCases.filter { severity($0) > Self.present }
  }

  /// Almost any change brings a symptom that is barely present below its threshold.
  private static let clearly = 0.8

  /// Returns whether a symptom is clearly weaker after a repair: absent, or at most half as severe.
  func isWeakened(_ symptom: Diagnosis.Symptom, by after: Signs) -> Bool {
    if after.severity(.overflow) > Self.present { return false }
    let (old, new) = (severity(symptom), after.severity(symptom))
    switch symptom {
    case .vanishing, .exploding:
      // It is no improvement if the opposite symptom appears.
      let opposite: Diagnosis.Symptom = symptom == .vanishing ? .exploding : .vanishing
      let size = max(new, after.severity(opposite) > severity(opposite) ? after.severity(opposite) : 0)
      return !after.totals.isEmpty && after.severity(.dead) <= max(Self.present, severity(.dead))
        && size <= max(old / 2, min(Self.present, Self.clearly * old))
    case .scale: return new < old
    case .overflow, .pairing, .symmetric, .underflow, .dead, .saturated, .jumping, .oscillating, .stalled:
      return new <= Self.present
    }
  }

  /// Returns whether a symptom is clearly less severe after a repair, even if it is not absent.
  func mayBeRepaired(_ symptom: Diagnosis.Symptom, by after: Signs) -> Bool {
    after.severity(.overflow) <= Self.present && after.severity(symptom) <= Self.clearly * severity(symptom)
  }

  /// The rows before the last one.
  var hidden: ArraySlice<LayerFlow> { rows.dropLast() }

  /// log10(rms(δ_l)/rms(δ_last)) of the hidden layers that can be compared with the last one, minus
  /// ½·log10(n_last/n_l), the value for independent weights that preserve the size of the signal with these numbers of
  /// units.
  var totals: [(layer: Int, total: Double)] {
    guard let last = rows.last else { return [] }
    return hidden.filter(\.log10Total.isFinite).map { row in
      (row.layer, row.log10Total - Real.log10(Double(last.outputs) / Double(row.outputs)) / 2)
    }
  }

  /// Returns the saturation of a row relative to its threshold. A rectifier with an upper limit is flat for half of its
  /// inputs by design.
  func saturation(_ row: LayerFlow) -> Double {
    let share = thresholds.share
    return row.saturated.map { $0 / (row.activation.isRectifier ? (1 + share) / 2 : share) } ?? 0
  }

  /// Returns the fraction of dead units of a row relative to its threshold. If a shortcut carries the gradient around
  /// the layer, only the loss of almost all of its units matters.
  func deadness(_ row: LayerFlow) -> Double {
    let share = thresholds.share
    return row.dead / (row.shortcutGain == nil ? share : (3 + share) / 4)
  }

  /// The sizes of the components of a pre-activation.
  struct Preactivation {
    /// The approximate RMS of the part that depends on the inputs: W·x, or the scales of a normalisation.
    let signal: Double
    /// The RMS of the biases or of the shifts.
    let bias: Double
    let isNormalized: Bool

    var biasName: String { isNormalized ? "the shifts of the normalisation" : "the biases" }
    var findings: [Diagnosis.Finding] { [.init("signal_estimate", signal), .init("bias_rms", bias)] }
  }

  /// Weights that a normalisation hides from the flow. The gradient of such weights falls with their size, so large
  /// ones change too slowly, and small ones too fast.
  var hiddenWeights: [LayerVariance] {
    hidden.filter { preactivation($0.layer).isNormalized && network.isDense($0) }
      .map { LayerVariance($0, $0.activation) }.filter { !LayerVariance.harmless.contains($0.ratio) }
  }

  /// Measures a layer, after its normalisation, if it has one, or before it.
  func preactivation(_ layer: Int, beforeNorm: Bool = false) -> Preactivation {
    func rms(_ kind: ParameterKind) -> Double? {
      network.numbers(layer: layer, kind).map { norm($0) / Double($0.count).squareRoot() }
    }
    if !beforeNorm, let scale = rms(.scale) {
      return Preactivation(signal: scale, bias: rms(.shift) ?? 0, isNormalized: true)
    }
    let row = rows[layer - 1]
    let input = layer == 1 ? inputRMS : norm([rows[layer - 2].actMean, rows[layer - 2].actStd])
    return Preactivation(
      signal: row.weightNorm / Double(row.outputs).squareRoot() * input, bias: rms(.bias) ?? 0, isNormalized: false)
  }
}

extension Signs {
  /// Returns whether the squares of a row's pre-activations, which normalisations add up, exceed the range of the
  /// element type.
  func leavesRange(_ row: LayerFlow) -> Bool {
    let largest =
      network.precision == .f32 ? Double(Float.greatestFiniteMagnitude) : Double.greatestFiniteMagnitude
    let z = preactivation(row.layer, beforeNorm: true).signal
    return !(z * z * Double(row.outputs) < largest)
  }
}

/// Returns √Σx² without overflow; NaN if any number is NaN.
func norm(_ numbers: [Double]) -> Double {
  if numbers.contains(where: \.isNaN) { return .nan }
  let largest = numbers.reduce(0) { max($0, abs($1)) }
  guard largest > 0, largest.isFinite else { return largest }
  return largest * numbers.reduce(0) { $0 + $1 / largest * ($1 / largest) }.squareRoot()
}
