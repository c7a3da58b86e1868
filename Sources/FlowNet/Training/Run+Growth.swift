// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// How much the gradient grew in one of the last steps of a training run.
public struct GrowthStep: Sendable {
  /// The step, counted from 1.
  public let step: Int
  /// The mean loss of the batch before the step.
  public let loss: Double
  /// The norm of the whole gradient before clipping.
  public let gradNorm: Double
  /// `gradNorm` divided by that of the previous step; `nil` for the first step, and if the previous step is not kept.
  public let growth: Double?
  /// The layer with the largest update ratio, to which `weightNorm` and `updateRatio` refer. `nil` if the flow of the
  /// step was not recorded, if the step ended before an update, or if no weight changed.
  public let layer: Int?
  /// ‖W‖ of that layer after the step.
  public let weightNorm: Double?
  /// ‖ΔW‖/‖W‖ of that layer.
  public let updateRatio: Double?
}

extension Run {
  /// Returns the last kept steps, up to and including the one at which the training diverged.
  public func growth(last count: Int = 20) -> [GrowthStep] {
    let first = max(steps.count - count, 0)
    var strongest: [Int: FlowRecord] = [:]
    let begin = steps.isEmpty ? 0 : steps[first].step
    for index in flow.indices.reversed() {
      let record = flow[index]
      if record.step < begin { break }
      // The loop visits the last layer first. Among equal layers, choose the one nearest to the input.
      if record.updateRatio == 0 || record.updateRatio.isNaN { continue }
      if let known = strongest[record.step], known.updateRatio > record.updateRatio { continue }
      strongest[record.step] = record
    }
    return (first..<steps.count).map { index in
      let step = steps[index]
      let layer = strongest[step.step]
      let before = index > 0 ? steps[index - 1] : nil
      return GrowthStep(
        step: step.step, loss: step.loss, gradNorm: step.gradNorm,
        growth: before.flatMap { $0.step == step.step - 1 ? step.gradNorm / $0.gradNorm : nil }, layer: layer?.layer,
        weightNorm: layer?.weightNorm, updateRatio: layer?.updateRatio)
    }
  }

  /// The last kept step before the fault at which the gradient was still of normal size: at most ten times its median
  /// over the first half of the steps before the fault. `nil` if the training did not diverge, or if it diverged in its
  /// first step.
  public var lastGoodStep: Int? {
    guard let fault, fault.step > 1 else { return nil }
    let before = steps.prefix(steps.partitioningIndex { $0.step >= fault.step })
    let usual = before.prefix((before.count + 1) / 2).untilStopped.map(\.gradNorm).sortedUntilStopped(by: <)
    guard !usual.isEmpty else { return nil }
    let limit = 10 * usual[(usual.count - 1) / 2]
    return before.reversed().untilStopped.first { $0.gradNorm <= limit }?.step
  }
}
