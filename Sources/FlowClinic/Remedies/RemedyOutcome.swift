// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The result of a remedy over several seeds.
public struct RemedyOutcome: Sendable {
  /// The name of the remedy. `unchanged` is the original plan, and `baseline` the best constant outputs.
  public let remedy: String
  /// The plan with the remedy applied; nil for constant outputs.
  public let plan: TrainingPlan?
  /// One trial per finished seed, in the order of the seeds.
  public let trials: [Trial]
  /// The trial in the middle if all are sorted by accuracy or by loss, depending on the criterion; of two in the
  /// middle, the better one. nil for constant outputs.
  public let typical: Trial?
  /// The loss after training: that of the typical trial, and the range over all trials.
  public let loss: Spread
  /// The accuracy after training: that of the typical trial, and the range over all trials; nil if the targets are not
  /// classes.
  public let accuracy: Spread?
  /// Whether a diagnosis prescribes the remedy.
  public internal(set) var isPrescribed = false
  /// Whether the result is clearly better than that of the unchanged plan and better than the best constant outputs.
  public internal(set) var helped = false

  /// Creates the outcome of trials. Returns nil if there are none.
  init?(_ remedy: String, _ plan: TrainingPlan, _ trials: [Trial], by criterion: RankingCriterion) {
    guard let loss = Spread(trials.map(\.loss)) else { return nil }
    let sorted = trials.sorted { criterion.order($0) < criterion.order($1) }
    let typical = sorted[(sorted.count - 1) / 2]
    self.remedy = remedy
    self.plan = plan
    self.trials = trials
    self.typical = typical
    self.loss = Spread(median: typical.loss, low: loss.low, high: loss.high)
    let accuracy = Spread(trials.compactMap(\.accuracy))
    self.accuracy = accuracy.map { Spread(median: typical.accuracy ?? .nan, low: $0.low, high: $0.high) }
  }

  /// Creates the outcome of constant outputs.
  init(baseline: (loss: Double, accuracy: Double?)) {
    remedy = "baseline"
    plan = nil
    trials = []
    typical = nil
    loss = Spread(baseline.loss)
    accuracy = baseline.accuracy.map(Spread.init)
  }

  /// The per-layer factor before training.
  public var factor: Spread? { Spread(trials.compactMap(\.start.factor)) }
  /// The training time in seconds.
  public var seconds: Spread? { Spread(trials.map(\.seconds)) }
  /// The number of trials in which a value was not finite.
  public var diverged: Int { trials.count(where: \.diverged) }
}
