// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

/// The losses of a training run, prepared for comparing steps of different batch sizes.
struct LossCurve {
  /// The losses of all kept steps with a full batch.
  let losses: [Double]
  /// Mean losses over consecutive kept steps with at least 32 samples in total, each with the number of its first step.
  let windows: [(step: Int, loss: Double)]

  init(_ run: Run) {
    let batches = run.batches
    losses = run.steps.untilStopped.filter { batches.samples(inStep: $0.step) == batches.size }.map(\.loss)
    var windows: [(step: Int, loss: Double)] = []
    var (first, sum, count) = (0, 0.0, 0)
    for step in run.steps.untilStopped {
      let size = batches.samples(inStep: step.step)
      if count == 0 { first = step.step }
      sum += step.loss * Double(size)
      count += size
      if count >= 32 || step.step == run.stepCount && windows.isEmpty {
        windows.append((first, sum / Double(count)))
        (sum, count) = (0, 0)
      }
    }
    self.windows = windows
  }
}
