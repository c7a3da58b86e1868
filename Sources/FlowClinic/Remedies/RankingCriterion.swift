// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The criteria for ranking remedies.
public enum RankingCriterion: String, Sendable, CaseIterable {
  case loss, accuracy, factor, seconds

  /// Returns a score. Lower is better, and NaN is the worst.
  func score(_ outcome: RemedyOutcome) -> Double {
    let score = measure(outcome)
    return score.isNaN ? .infinity : score
  }

  private func measure(_ outcome: RemedyOutcome) -> Double {
    switch self {
    case .loss: outcome.loss.median
    case .accuracy: outcome.accuracy.map { -$0.median } ?? .infinity
    case .factor: outcome.factor.map { abs(Real.log10($0.median)) } ?? .infinity
    case .seconds: outcome.seconds?.median ?? .infinity
    }
  }

  /// Returns the sort key of a trial among those of a plan. Lower is better.
  func order(_ trial: Trial) -> (Double, Double) {
    (self == .accuracy ? -(trial.accuracy ?? 0) : trial.loss, trial.loss)
  }

  /// Whether remedies that helped come before all others. Factor and time do not indicate what helps.
  private var putsHelpFirst: Bool { self == .loss || self == .accuracy }

  /// Returns whether an outcome ranks before another one. Of equal results, a prescribed one comes first, because it
  /// removes the cause.
  func ranks(_ outcome: RemedyOutcome, before other: RemedyOutcome) -> Bool {
    func place(_ outcome: RemedyOutcome) -> (Int, Double, Int, Double) {
      (
        putsHelpFirst && !outcome.helped ? 1 : 0, score(outcome), outcome.isPrescribed ? 0 : 1,
        outcome.loss.median.isNaN ? .infinity : outcome.loss.median
      )
    }
    return place(outcome) < place(other)
  }

  /// Returns whether an outcome is better than that of the unchanged plan with every seed, and better than constant
  /// outputs by more than chance.
  ///
  /// Only the result of the training counts: the loss, or the accuracy if that is the criterion. The loss must be below
  /// that of constant outputs in any case. If the accuracy is inconclusive, because both are perfect or too few samples
  /// are held out, the loss decides, and the accuracy must not be lower.
  ///
  /// - Parameter samples: The number of samples held out to measure the results; nil if they were trained on.
  func isBetter(
    _ outcome: RemedyOutcome, than unchanged: RemedyOutcome, baseline: RemedyOutcome, heldOut samples: Int?
  ) -> Bool {
    guard outcome.loss.median < baseline.loss.median else { return false }
    if self == .accuracy, let own = outcome.accuracy, let old = unchanged.accuracy, let least = baseline.accuracy {
      let deviation = samples.map { (least.median * (1 - least.median) / Double($0)).squareRoot() } ?? 0
      let isBetter =
        own.low > old.high
        || outcome.loss.high < unchanged.loss.low && own.median >= old.median
      return isBetter
        && own.median > min(least.median + Self.deviations * deviation, Self.almostAll)
    }
    let chance = samples.map { min(Self.deviations * Self.deviations / Double($0), Self.half) } ?? 0
    return outcome.loss.high < unchanged.loss.low
      && outcome.loss.median < (1 - max(chance, Self.leastGain)) * baseline.loss.median
  }

  /// A difference of more than this number of standard errors is not due to chance. For the loss, the error is that of
  /// the correlation with the targets: outputs that are independent of n targets explain 1/n of their variance on
  /// average.
  private static let deviations = 2.0
  /// The required loss is at least this fraction of that of constant outputs, however few samples there are.
  private static let half = 0.5
  /// The required accuracy is at most this.
  private static let almostAll = 0.95
  /// A smaller improvement over constant outputs does not count as learning.
  private static let leastGain = 0.02
}
