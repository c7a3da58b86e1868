// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

extension SettingSuspect {
  /// Cosines and linear decays over the whole training leave half of the rate on average, and usual decays in steps
  /// about a third.
  private static let lowMeanFactor = 0.25

  /// Returns a schedule that leaves little of the learning rate.
  static func schedule(_ run: Run) -> SettingSuspect? {
    let rate = run.options.optimizer.rate
    guard !run.options.schedule.isEmpty, rate > 0, run.stepCount > 0, run.fault == nil else { return nil }
    let rates = run.rates
    var (sum, peak, last) = (0.0, 0.0, 0.0)
    for step in (1...run.stepCount).untilStopped {
      last = rates.rate(ofStep: step) / rate
      sum += last
      peak = max(peak, last)
    }
    let mean = sum / Double(run.stepCount)
    guard mean < lowMeanFactor, !StopToken.current.isRequested else { return nil }
    return SettingSuspect(
      cause: .rate,
      explanation: last < peak
        ? "the schedule lowers the rate before the loss has fallen"
        : "the warm-up of the schedule is longer than the training",
      evidence: [.init("last_factor", last)],
      remedy: ("constant rate", "the schedule leaves too little of it"), quantity: "mean_factor", before: mean,
      isExtreme: true, isSlow: true, steps: min(max(Replays.steps, Int(2 * sum)), Replays.longest),
      // The rate may be too large without the schedule.
      exchanges: [0, -1, -2].map { decimals in
        (
          decimalShift(1, by: decimals),
          {
            $0.schedule = []
            $0.optimizer = $0.optimizer.with(rate: decimalShift($0.optimizer.rate, by: decimals))
          }, nil
        )
      })
  }
}
