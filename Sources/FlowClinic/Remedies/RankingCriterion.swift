// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The criteria for ranking remedies.
public enum RankingCriterion: String, Sendable, CaseIterable {
  case loss, accuracy, factor, seconds

  /// Returns a score for which less is better. NaN is the worst.
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

  /// Returns where a trial stands among those of a plan; less is better.
  func order(_ trial: Trial) -> (Double, Double) {
    (self == .accuracy ? -(trial.accuracy ?? 0) : trial.loss, trial.loss)
  }

  /// Returns whether an outcome is better than that of the unchanged plan by more than the spread of their seeds, and
  /// better than constant outputs by more than chance.
  ///
  /// Only the result of the training counts. It is the accuracy if that is the criterion, whose loss must be below that
  /// of constant outputs all the same, and the loss otherwise.
  ///
  /// - Parameter samples: The number of samples that the results were measured on.
  func isBetter(
    _ outcome: RemedyOutcome, than unchanged: RemedyOutcome, baseline: RemedyOutcome, samples: Int
  ) -> Bool {
    if self == .accuracy, let own = outcome.accuracy, let old = unchanged.accuracy, let least = baseline.accuracy {
      let error = Self.deviations * (least.median * (1 - least.median) / Double(samples)).squareRoot()
      return own.median > old.high && own.low > old.median && own.median > min(least.median + error, Self.almostAll)
        && outcome.loss.median < baseline.loss.median
    }
    let chance = min(Self.deviations * Self.deviations / Double(samples), Self.almostAll)
    return outcome.loss.median < unchanged.loss.low && outcome.loss.high < unchanged.loss.median
      && outcome.loss.median < (1 - chance) * baseline.loss.median
  }

  /// The number of standard errors that count as more than chance. For the loss it is the correlation with the targets:
  /// outputs that are independent of n targets explain 1/n of their variance on average.
  private static let deviations = 3.0
  /// No result is required to be better than this, however few samples there are.
  private static let almostAll = 0.95
}
