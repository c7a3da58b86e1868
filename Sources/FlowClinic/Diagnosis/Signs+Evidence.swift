// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

extension Signs {
  /// Returns the row in which a symptom is strongest, or appears first; nil if it does not concern a layer.
  func row(_ symptom: Diagnosis.Symptom) -> LayerFlow? {
    func row(_ layer: Int?) -> LayerFlow? { layer.map { rows[$0 - 1] } }
    return switch symptom {
    case .overflow: rows.first { !$0.actStd.isFinite } ?? rows.first { $0.state == .nan } ?? rows.last
    case .pairing: rows.last
    case .scale: inputs == nil || !strays.isEmpty ? nil : rows.first
    case .symmetric: row(copies.first?.layer)
    case .underflow: rows.last { $0.state == .underflow } ?? rows.first
    // The layers before a dead layer get no gradient either, unless a shortcut bypasses it.
    case .dead: hidden.max { deadness($0) <= deadness($1) }
    case .saturated: hidden.first { saturation($0) > Self.present }
    case .vanishing where isHidden(symptom), .exploding where isHidden(symptom): row(hiddenWeights.first?.layer)
    case .vanishing: row(totals.min { $0.total < $1.total }?.layer)
    case .exploding where isOfSignal: rows.first
    case .exploding: row(totals.max { $0.total < $1.total }?.layer)
    case .jumping, .oscillating, .stalled: nil
    }
  }

  /// Returns the quantity that measures a symptom.
  func measure(_ symptom: Diagnosis.Symptom) -> Diagnosis.Finding? {
    switch symptom {
    case .overflow: .init("loss", loss)
    case .pairing: pairing?.evidence.first
    case .scale where !strays.isEmpty: .init("stray_values", Double(strays.count))
    case .scale: inputs != nil ? .init("input_rms", inputRMS) : .init("target_rms", targetRMS)
    case .symmetric: copies.first.map { .init("different_units", Double($0.different)) }
    case .exploding where isOfSignal: .init("loss", loss)
    case .vanishing where isHidden(symptom), .exploding where isHidden(symptom):
      hiddenWeights.first.map { .init("variance_ratio", $0.ratio) }
    case .underflow, .vanishing, .exploding: row(symptom).map { .init("log10_total", $0.log10Total, layer: $0.layer) }
    case .dead: row(.dead).map { .init("dead", $0.dead) }
    case .saturated: row(.saturated)?.saturated.map { .init("saturated", $0) }
    case .jumping, .oscillating, .stalled: nil
    }
  }

  /// Returns the quantity of a finding after a repair; nil if it can no longer be measured.
  func measure(_ symptom: Diagnosis.Symptom, like old: Diagnosis.Finding) -> Double? {
    switch symptom {
    case .overflow: loss
    case .pairing: pairing == nil ? 0 : nil
    case .scale where old.quantity == "stray_values": Double(strays.count)
    case .scale: old.quantity == "input_rms" ? inputRMS : targetRMS
    case .symmetric: copies.isEmpty ? hidden.map { Double($0.outputs) }.max() : nil
    case .vanishing where old.quantity == "variance_ratio", .exploding where old.quantity == "variance_ratio":
      hiddenWeights.first?.ratio ?? 1
    case .underflow, .vanishing, .exploding: old.quantity == "loss" ? loss : row(symptom)?.log10Total
    case .dead: hidden.map(\.dead).max()
    case .saturated: hidden.compactMap(\.saturated).max()
    case .jumping, .oscillating, .stalled: nil
    }
  }

  /// Returns the values that support a symptom, starting with its measure.
  ///
  /// - Parameter cause: The layer with the cause, if it is known.
  func evidence(_ symptom: Diagnosis.Symptom, cause: Int? = nil) -> [Diagnosis.Finding] {
    switch symptom {
    case .overflow:
      guard let row = row(.overflow) else { return [] }
      if row.state != .nan {
        return [.init("loss", loss), .init("act_mean", row.actMean), .init("act_std", row.actStd)]
      }
      return row.actStd.isFinite
        ? [.init("weight_norm", row.weightNorm), .init("delta_rms", row.deltaRMS)]
        : [.init("weight_norm", row.weightNorm), .init("input_rms", inputRMS)]
    case .pairing: return pairing?.evidence ?? []
    case .scale: return strays.columns.first?.evidence ?? (inputs ?? targets)?.evidence ?? []
    case .symmetric:
      return copies.first.map { [.init("different_units", Double($0.different)), .init("units", Double($0.units))] }
        ?? []
    case .exploding where isOfSignal:
      return [.init("loss", loss), .init("baseline", baseline)]
        + (rows.last.map { [.init("act_std", $0.actStd)] } ?? [])
    case .vanishing where isHidden(symptom), .exploding where isHidden(symptom):
      let row = row(symptom)
      return [
        measure(symptom), row.map { .init("grad_norm", $0.gradNorm) }, row.map { .init("weight_norm", $0.weightNorm) },
      ]
      .compactMap(\.self)
    case .underflow, .vanishing, .exploding:
      return (measure(symptom).map { $0.value.isNaN ? [] : [$0] } ?? []) + gains
    case .dead, .saturated:
      guard let row = row(symptom) else { return [] }
      let share = symptom == .dead ? row.dead : row.saturated ?? 0
      return [.init(symptom.rawValue, share)] + preactivation(cause ?? row.layer).findings
    case .jumping, .oscillating, .stalled: return []
    }
  }

  /// Whether the symptom is only due to weights that a normalisation hides from the flow.
  func isHidden(_ symptom: Diagnosis.Symptom) -> Bool {
    switch symptom {
    case .vanishing: !hiddenWeights.isEmpty && decay <= Self.present
    case .exploding: !hiddenWeights.isEmpty && max(growth, excess) <= Self.present
    default: false
    }
  }

  /// Whether the flow shows the symptom. Hidden weights are ignored after training, because it succeeded in spite of
  /// them.
  func shows(_ symptom: Diagnosis.Symptom) -> Bool { severity(symptom) > Self.present && !isHidden(symptom) }

  private var gains: [Diagnosis.Finding] {
    let means = StartFlow(rows)
    return [
      means.factor.map { .init("factor", $0) }, means.weightGain.map { .init("weight_gain", $0) },
      means.slopeGain.map { .init("slope_gain", $0) }, means.shortcutGain.map { .init("shortcut_gain", $0) },
      means.normGain.map { .init("norm_gain", $0) }, means.dropoutGain.map { .init("dropout_gain", $0) },
    ].compactMap(\.self)
  }

  /// Whether every layer changes the gradient only slightly, so that the number of layers is the cause.
  var isMild: Bool { StartFlow(rows).factor.map { abs(Real.log($0)) < Real.log(1 + Self.mild) } ?? false }

  /// A per-layer factor this close to 1 is as good as possible.
  private static let mild = 1.0 / 3

  var activationName: String { (rows.first { $0.activation != .identity } ?? rows[0]).activation.name }
}
