// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowNet

/// Remedies that change the data, and those that make the output, the loss and the targets fit together.
extension Remedy {
  static let ofData = [standardizeInputs, scaleTargets]
  static let ofOutputs = [identityOutput, otherLoss]

  static let standardizeInputs = data(
    "standardize inputs", "LeCun and others 1998", where: { !$0.inputMoments.areStandard }
  ) {
    $0.standardizesInputs = true
  }
  /// Targets that were already scaled keep their original unit, in which all losses are reported.
  static let scaleTargets = data(
    "scale targets", "LeCun and others 1998",
    where: { !$0.isClassification && $0.targetScaling == nil && !$0.targetMoments.areStandard }
  ) { $0.scalesTargets = true }

  private static let identityOutput = network("identity output", "a linear output reaches every target") {
    $0.with(output: .identity)
  }

  /// The loss designed for the targets, or one that is less sensitive to outliers. Cross entropies take logits.
  private static let otherLoss = plan("other loss", "Huber 1964; Bishop 1995, chapter 6") { plan, data in
    guard let outputs = (try? Architecture(plan.blueprint))?.outputs else { return nil }
    let automatic = Loss.automatic(for: data, outputs: outputs)
    let loss = plan.training.loss ?? automatic
    var changed = plan
    if loss != automatic {
      if data.isClassification, let other = plan.blueprint.with(output: .identity) { changed = plan.drawing(other) }
      changed.training.loss = nil
    } else if loss == .meanSquaredError {
      changed.training.loss = .huber
    }
    return changed
  }
}

extension DataSet {
  fileprivate var inputMoments: ColumnMoments {
    ColumnMoments(0..<samples, width: inputWidth, inputs(ofSample:))
  }
  fileprivate var targetMoments: ColumnMoments {
    ColumnMoments(0..<samples, width: outputWidth, targets(ofSample:))
  }
}
