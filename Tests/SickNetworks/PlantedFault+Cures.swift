// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures

extension PlantedFault {
  /// Whether a remedy removes the fault, as opposed to compensating for it.
  func isRemoved(by outcome: RemedyOutcome) -> Bool {
    guard let plan = outcome.plan else { return false }
    let parts = outcome.remedy.split(separator: " + ").map(String.init)
    func has(_ names: String...) -> Bool { parts.contains { names.contains($0) } }
    let isNormalized = has("batch normalisation", "layer normalisation")
    let isDrawn = plan.start == nil
    switch kind {
    case .inputsScaled, .inputsShifted: return plan.standardizesInputs || isNormalized
    case .targetsScaled, .targetsShifted: return plan.scalesTargets
    case .wrongOutput: return has("identity output")
    case .copiedUnits: return isDrawn
    case .layerBias, .layerWeightsSmall, .layerWeightsLarge: return isDrawn || !plan.edits.isEmpty
    case .constantWeights: return isDrawn && plan.blueprint.options.weights.name != "constant"
    case .allSmall, .allLarge, .tanhLarge, .weightsShifted:
      let starts = ["normal", "uniform", "constant"]
      return isNormalized || !plan.edits.isEmpty || isDrawn && !starts.contains(plan.blueprint.options.weights.name)
    case .deepSigmoid:
      return isNormalized || has("relu", "leaky_relu", "gelu", "selu", "tanh", "shortcuts", "fewer layers")
    case .shortcuts: return isNormalized || has("scaled branches", "no shortcuts", "fewer layers")
    case .rateLarge: return has("smaller rate", "adam", "clip by norm", "clip by value")
    case .rateSmall: return has("larger rate", "adam", "momentum")
    case .schedule: return has("constant rate", "larger rate")
    case .epsLarge: return has("smaller eps", "larger rate")
    case .decayLarge: return has("smaller decay", "adam", "smaller rate")
    case .momentum: return has("smaller momentum", "adam", "smaller rate")
    case .clip: return plan.training.clip == nil || has("clip by norm", "clip by value")
    case .dropout: return has("no dropout")
    case .penalty: return has("smaller penalty", "no penalty", "l1 penalty", "l2 penalty", "elastic penalty")
    case .batchSmall: return has("larger batch", "smaller rate")
    case .range:
      // In a layer, the fault is the size of its weights.
      return layer != nil && (isDrawn || !plan.edits.isEmpty)
        || isDrawn && plan.blueprint.options.precision == .f64 || isNormalized || plan.standardizesInputs
    }
  }

  /// Tries the remedies of a run, and returns the results of those that remove the fault.
  func cures(_ run: Run, thresholds: RunThresholds, _ pool: ThreadPool) throws -> Examined.Cures {
    let diagnoses = try run.diagnose(limit: 1024, thresholds: thresholds, pool: pool).diagnoses
    let comparison = RemedyComparison(
      run.plan, TrialData(run.data, validation: nil), prescriptions: diagnoses.flatMap(\.prescriptions),
      seeds: [1, 2, 3])
    let outcomes = try comparison.run(
      by: run.data.isClassification ? .accuracy : .loss, observer: NoObserver(), pool: pool
    ) { _, _ in }
    let cures = outcomes.indices.filter { outcomes[$0].helped && isRemoved(by: outcomes[$0]) }
    return Examined.Cures(helped: !cures.isEmpty, isAmongFirst: cures.first.map { $0 < 3 } ?? false)
  }
}
