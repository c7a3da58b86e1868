// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// One of the last steps of a training, seen as growth.
public struct GrowthStep: Sendable {
  /// The step, counted from 1.
  public let step: Int
  /// The mean loss of the batch before the step.
  public let loss: Double
  /// The norm of the whole gradient before clipping.
  public let gradNorm: Double
  /// That norm over the one of the step before; nil in the first step, and where the step before is not kept.
  public let growth: Double?
  /// The layer whose weights changed most for their size, and what is recorded of it; nil where the step was not
  /// recorded, did not get as far as an update, or changed no weight.
  public let layer: Int?
  /// ‖W‖ of that layer after the step.
  public let weightNorm: Double?
  /// ‖ΔW‖/‖W‖ of that layer.
  public let updateRatio: Double?
}

extension Run {
  /// The last steps that are kept, up to the one that broke the training if one did.
  public func growth(last count: Int = 20) -> [GrowthStep] {
    let first = max(steps.count - count, 0)
    var strongest: [Int: FlowRecord] = [:]
    let begin = steps.isEmpty ? 0 : steps[first].step
    for index in flow.indices.reversed() {
      let record = flow[index]
      if record.step < begin { break }
      // Layers come last first; of equals the one nearest to the input is named.
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

  /// The last kept step before the fault whose gradient was still of the size that it had in the first half of the way
  /// there: at most ten times its median. Nil where the training did not break, or broke in its first step.
  public var lastGoodStep: Int? {
    guard let fault, fault.step > 1 else { return nil }
    let before = steps.prefix(steps.partitioningIndex { $0.step >= fault.step })
    let usual = before.prefix((before.count + 1) / 2).untilStopped.map(\.gradNorm).sortedUntilStopped(by: <)
    guard !usual.isEmpty else { return nil }
    let limit = 10 * usual[(usual.count - 1) / 2]
    return before.reversed().untilStopped.first { $0.gradNorm <= limit }?.step
  }
}
