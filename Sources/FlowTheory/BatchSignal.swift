// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

/// The relation between the pre-activations of two samples of a batch at one unit of a layer.
///
/// A batch normalisation combines the samples of a batch: it removes what they have in common, from the signal and from
/// the gradient, and it divides by a variance that fluctuates from unit to unit if the samples fill few directions.
struct BatchSignal: Equatable {
  /// The number of samples in the batch.
  var samples = Double.infinity
  /// The correlation over units of the pre-activations of two samples, before a normalisation.
  var correlation = 0.0
  /// 1/R, where R is the number of directions that the samples fill; see `DataMoments.inverseRank`.
  var inverseRank = 0.0
  /// The relative variance of the signal's mean square over the samples.
  var lengthVariance = 0.0

  /// Returns E[f(z)·f(z')] for two samples with correlation r, given E[f], E[(z − E[z])f]/√Var[z] and E[f²]. Uses the
  /// Hermite expansion of f: the first two terms are exact, and the others are treated like the third, which is
  /// proportional to r².
  static func product(mean: Double, linear: Double, square: Double, correlation r: Double) -> Double {
    let rest = square - mean * mean - linear * linear
    return mean * mean + r * (linear * linear + r * rest)
  }
}

extension MeanFieldLayer {
  /// The correlation of two samples at the activation, that is, after a normalisation over the batch.
  var activationCorrelation: Double { norm == .batch ? 0 : batch.correlation }

  /// E[y·y'] for the outputs of two samples.
  var outputProduct: Double {
    guard let moments else { return .nan }
    let deviation = q.squareRoot()
    return BatchSignal.product(
      mean: moments.value, linear: deviation * moments.slope, square: moments.square, correlation: activationCorrelation
    )
  }

  /// The excess kurtosis of a unit's x̂ after a batch normalisation. The mean of its square over the batch is 1, and it
  /// is a mean over R numbers, which thins the tails. Samples of different lengths make the tails thicker.
  private var excess: Double { norm == .batch ? 3 * batch.lengthVariance - 6 * batch.inverseRank : 0 }

  /// E[φ'²].
  var slopeSquare: Double { moments.map { $0.slopeSquare + excess * $0.slopeTails } ?? .nan }

  /// Var[φ(x̂)] over the batch, relative to that of a normal x̂.
  var spreadGain: Double {
    guard let moments else { return 1 }
    let spread = moments.square - moments.value * moments.value
    return spread > 0 ? 1 + excess * moments.spreadTails / spread : 1
  }

  /// The part of the variance of φ(z) that is linear in z. If two units have correlation ρ over samples, the
  /// correlation of their φ(z) is about ρ times this part.
  var linearShare: Double {
    guard let moments else { return 1 }
    let spread = moments.square - moments.value * moments.value
    return spread > 0 ? q * moments.slope * moments.slope / spread : 1
  }

  /// E[σ²]·E[1/σ²] for the variance σ² over the batch that a unit divides by: E[R/χ²(R)], where R is the rank. The rows
  /// of an orthogonal matrix have equal lengths, which reduces the fluctuation.
  var divisorGain: Double {
    guard norm == .batch else { return 1 }
    let inverse = max(batch.inverseRank - (weights.isOrthogonal && units <= inputs ? 1 / inputs : 0), 0)
    return inverse < 0.5 ? 1 / (1 - 2 * inverse) : .infinity
  }
}
