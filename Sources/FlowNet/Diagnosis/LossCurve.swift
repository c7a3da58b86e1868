// SPDX-License-Identifier: GPL-3.0-or-later

/// The losses of a training, so that steps of different size can be compared.
struct LossCurve {
  /// The loss of every kept step with a full batch.
  let losses: [Double]
  /// Means over as many kept steps in a row as make 32 samples at least, each with its first step.
  let windows: [(step: Int, loss: Double)]

  init(_ run: Run) {
    let batches = EpochBatches(
      samples: run.data.samples, size: run.options.batch, needsTwoSamples: run.network.needsTwoSamples)
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
