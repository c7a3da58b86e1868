// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// Mean-field theory at one point of the plane of weight and bias variance.
public struct PhasePoint: StackTheory {
  /// σ_w².
  public let weightVariance: Double
  /// σ_b².
  public let biasVariance: Double
  /// The fixed point q*; infinite if the variance grows without bound.
  public let q: Double
  /// χ at q*, or its limit for large variances if q* is infinite.
  public let chi: Double
  /// √χ.
  public var factor: Double? { chi.squareRoot() }
}

extension MeanField {
  /// The fixed point and its χ.
  public var point: PhasePoint {
    let q = variance
    let slope = q.isFinite ? activation.meanSquareSlope(q) : activation.farMeanSquareSlope
    return PhasePoint(
      weightVariance: weightVariance, biasVariance: biasVariance, q: q, chi: weightVariance * slope)
  }

  /// Returns a point for every pair of variances, ordered by bias variance and then by weight variance. Uses all
  /// threads.
  ///
  /// Returns an empty array if a stop is requested.
  public static func plane(
    _ activation: Activation, weightVariances: [Double], biasVariances: [Double], pool: ThreadPool
  ) -> [PhasePoint] {
    let rows = Guarded([[PhasePoint]](repeating: [], count: biasVariances.count))
    pool.run(biasVariances.count) { row in
      let points = weightVariances.untilStopped.map { weightVariance in
        MeanField(activation, weightVariance: weightVariance, biasVariance: biasVariances[row]).point
      }
      rows.withLock { $0[row] = points }
    }
    return StopToken.current.isRequested ? [] : rows.withLock { $0.flatMap { $0 } }
  }
}
